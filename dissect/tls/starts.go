package tls

import "wsight/flow"

// Starts tells whether b, the first bytes of one side's stream or of a
// capture that joined it between two records, reads as TLS. A hello or an
// alert in the clear, and a ChangeCipherSpec or sealed application data with
// the version that every TLS since 1.2 writes, are Yes. The hello of SSL 2
// is No. NeedMore means that b is a prefix of both; ten bytes always suffice.
func Starts(b []byte) flow.Verdict {
	if len(b) == 0 {
		return flow.NeedMore
	}
	kind := b[0]
	if kind < typeChangeCipherSpec || kind > typeApplicationData || len(b) > 1 && b[1] != 3 {
		return flow.No
	}
	if len(b) < headerSize {
		if len(b) > 2 && !startVersion(kind, b[2]) {
			return flow.No
		}
		return flow.NeedMore
	}
	n := int(b[3])<<8 | int(b[4])
	if !startVersion(kind, b[2]) {
		return flow.No
	}
	switch kind {
	case typeChangeCipherSpec:
		return yes(n == 1)
	case typeApplicationData:
		return yes(n > overhead13 && n <= maxSealed)
	case typeAlert:
		return startsAlert(b[headerSize:], n)
	}
	return startsHello(b[headerSize:], n)
}

func yes(ok bool) flow.Verdict {
	if ok {
		return flow.Yes
	}
	return flow.No
}

// startVersion tells whether a record of this kind can begin a stream with
// this minor version. Hellos carry 0 to 3 there (§5.1), what follows them 1
// to 3; 4 is written by nobody.
func startVersion(kind, minor byte) bool {
	switch kind {
	case typeHandshake, typeAlert:
		return minor <= 3
	}
	return minor == 3
}

// startsAlert judges the body of an alert in the clear.
func startsAlert(body []byte, n int) flow.Verdict {
	if n != 2 || len(body) > 0 && body[0] != byte(Warning) && body[0] != byte(Fatal) {
		return flow.No
	}
	if len(body) < 2 {
		return flow.NeedMore
	}
	_, known := alertNames[AlertDescription(body[1])]
	return yes(known)
}

// startsHello judges the head of a ClientHello or ServerHello. Senders may
// cut it over records of any size, so that it is judged as far as the first
// record goes.
func startsHello(body []byte, n int) flow.Verdict {
	const shortest = 38 // version, random, empty session id, no extensions
	if n == 0 || n > maxPlain {
		return flow.No
	}
	head := body[:min(len(body), n, 4)]
	for i, c := range head {
		switch {
		case i == 0 && c != clientHello && c != serverHello, i == 1 && c != 0:
			return flow.No
		case i == 3 && int(head[2])<<8+int(c) < shortest:
			return flow.No
		}
	}
	if len(head) < min(n, 4) {
		return flow.NeedMore
	}
	return flow.Yes
}
