package tls

// A record, §5.1:
//
//	 0      1       3        5
//	+------+-------+--------+------------
//	| type |version| length | fragment ...
//	+------+-------+--------+------------
const (
	headerSize = 5

	typeChangeCipherSpec = 20
	typeAlert            = 21
	typeHandshake        = 22
	typeApplicationData  = 23

	maxPlain = 1 << 14         // §5.1
	maxBody  = maxPlain + 2048 // RFC 5246 §6.2.3, the larger of the two bounds

	// maxSealed is the bound of TLS 1.3 for a sealed record, §5.2.
	maxSealed = maxPlain + 256

	// overhead13 is what sealing adds in all suites that matter: the content
	// type and the tag, §5.2. Those with CCM_8 have a tag of 8 bytes.
	overhead13 = 1 + 16
)

// record is one record whose bytes are all there.
type record struct {
	kind    byte
	version Version // as written in its header, which says little
	header  [headerSize]byte
	body    []byte
	offset  int64 // of the header in the stream
}

// parseRecord reads the header and body of the first record of b, which has
// them all.
func (r *record) parse(b []byte, offset int64) {
	copy(r.header[:], b)
	r.kind = b[0]
	r.version = Version(b[1])<<8 | Version(b[2])
	r.body = b[headerSize : headerSize+bodyLength(b)]
	r.offset = offset
}

func bodyLength(header []byte) int { return int(header[3])<<8 | int(header[4]) }

// plausible tells whether a header can be one. It is asked in step, so that
// it only has to notice streams that are no TLS, or no longer.
func plausible(header []byte) bool {
	return header[0] >= typeChangeCipherSpec && header[0] <= typeApplicationData && header[1] == 3 && header[2] <= 4 &&
		bodyLength(header) <= maxBody
}

// likely tells whether b, of which there may be less than a header, can begin
// a record. It is asked of every byte of a stream out of step, and stricter.
func likely(b []byte) bool {
	switch {
	case b[0] < typeChangeCipherSpec || b[0] > typeApplicationData,
		len(b) > 1 && b[1] != 3,
		len(b) > 2 && (b[2] == 0 || b[2] > 3):
		return false
	case len(b) < headerSize:
		return true
	}
	n := bodyLength(b)
	switch b[0] {
	case typeChangeCipherSpec:
		return n == 1 || n >= 16 && n < 100
	case typeAlert:
		return n == 2 || n >= 16 && n < 400
	case typeHandshake:
		return n >= 4 && n <= maxBody
	}
	return n >= smallest-headerSize && n <= maxBody
}
