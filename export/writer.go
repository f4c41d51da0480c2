package export

import (
	"io"

	"wsight/dissect"
	"wsight/session"
)

// A Writer writes events in one format. It is not safe for use by several
// goroutines.
type Writer interface {
	// Event takes the next event, which it does not keep.
	Event(dissect.Event)

	// Close completes the output and returns the first error. It does not
	// close what is written to.
	Close(session.Summary) error
}

var _ = []Writer{(*JSONL)(nil), (*CSV)(nil), (*HAR)(nil), (*Ladder)(nil), (*Mermaid)(nil), (*Raw)(nil)}

// Close implements Writer: the last line says what the capture held.
func (j *JSONL) Close(s session.Summary) error {
	j.Capture(s)
	return j.Flush()
}

// Masked returns what gives to handle every event without its secrets:
// cookies, credentials, tokens in targets and subprotocols.
func Masked(handle func(dissect.Event)) func(dissect.Event) {
	return func(e dissect.Event) { handle(masked(e)) }
}

// A pen collects output until there is enough to write.
type pen struct {
	w   io.Writer
	buf []byte
	err error
}

// rest writes what was collected if that is enough.
func (p *pen) rest() {
	if len(p.buf) >= bufferSize {
		p.flush()
	}
}

func (p *pen) flush() error {
	if len(p.buf) > 0 && p.err == nil {
		_, p.err = p.w.Write(p.buf)
	}
	p.buf = p.buf[:0]
	return p.err
}
