package export

import (
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

var _ = []Writer{(*JSONL)(nil), (*CSV)(nil), (*HAR)(nil), (*Ladder)(nil), (*Mermaid)(nil), (*Raw)(nil), (*Stats)(nil)}
