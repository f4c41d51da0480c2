package tls

// Types of handshake messages, §4 and RFC 5246 §7.4.
const (
	helloRequest        = 0
	clientHello         = 1
	serverHello         = 2
	newSessionTicket    = 4
	endOfEarlyData      = 5
	encryptedExtensions = 8
	certificate         = 11
	finished            = 20
	certificateStatus   = 22
	keyUpdate           = 24
	compressedCert      = 25
)

// maxMessage bounds a handshake message whose body is of use.
const maxMessage = 1 << 16

// message is one handshake message. Its body is nil unless it is of use here.
type message struct {
	kind byte
	body []byte
	last bool // nothing follows it in its record
}

// messages cuts the content of handshake records into messages: several may
// share a record, and one may need several (§5.1). Bodies that are of no use
// here, such as certificates, are counted and not kept.
type messages struct {
	head []byte // of the message, while it is incomplete
	body []byte
	left int // bytes of the body still to come
	in   bool
	keep bool
	lost bool // the place in the stream of messages is not known
}

// lose says that records are missing. The next message is looked for at the
// start of a record.
func (m *messages) lose() { *m = messages{lost: true} }

// reset forgets an incomplete message and trusts the next record to begin one.
func (m *messages) reset() { *m = messages{} }

// next moves the bytes of one message from p; ok is false when p has no more
// complete one. The body is valid until the next call.
func (m *messages) next(p *[]byte) (got message, ok bool) {
	if !m.in {
		n := min(4-len(m.head), len(*p))
		m.head = append(m.head, (*p)[:n]...)
		*p = (*p)[n:]
		if len(m.head) < 4 {
			return got, false
		}
		m.begin()
		if m.lost {
			m.head, m.in, *p = m.head[:0], false, nil
			return got, false
		}
	}
	n := min(m.left, len(*p))
	if m.keep {
		m.body = append(m.body, (*p)[:n]...)
	}
	*p = (*p)[n:]
	if m.left -= n; m.left > 0 {
		return got, false
	}
	got = message{kind: m.head[0], last: len(*p) == 0}
	if m.keep {
		got.body = m.body
	}
	m.head, m.body, m.in = m.head[:0], nil, false
	return got, true
}

// begin reads the head of a message.
func (m *messages) begin() {
	kind := m.head[0]
	m.left = int(m.head[1])<<16 | int(m.head[2])<<8 | int(m.head[3])
	m.in = true
	m.keep = m.left <= maxMessage &&
		(kind == clientHello || kind == serverHello || kind == newSessionTicket || kind == encryptedExtensions || kind == keyUpdate)
	if m.lost {
		m.lost = !likelyMessage(kind, m.left)
	}
}

// likelyMessage tells whether a record that follows lost ones may begin with
// this message rather than in the middle of one.
func likelyMessage(kind byte, size int) bool {
	switch kind {
	case helloRequest, endOfEarlyData:
		return size == 0
	case finished:
		return size == 12 || size == 32 || size == 48
	case keyUpdate:
		return size == 1
	case clientHello, serverHello, encryptedExtensions, newSessionTicket, 12, 13, 14, 15, 16:
		return size <= maxMessage
	case certificate, certificateStatus, compressedCert:
		return size <= 1<<20
	}
	return false
}

// readsAsHello tells a hello in the clear from a sealed message.
func readsAsHello(b []byte) bool {
	return len(b) > 6 && (b[0] == clientHello || b[0] == serverHello) && b[1] == 0 && b[4] == 3 && b[5] <= 3
}
