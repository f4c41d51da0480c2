package diagnose

import "wsight/dissect"

// A Watch runs every check over the conversations of a capture.
type Watch struct{}

// New returns a Watch that has seen nothing.
func New() *Watch { return &Watch{} }

// Observe takes the next event and tells what follows from it.
func (w *Watch) Observe(e dissect.Event, tell func(dissect.Event)) {}

// Close tells what can be said only when the capture is over.
func (w *Watch) Close(tell func(dissect.Event)) {}
