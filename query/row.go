package query

import (
	"wsight/dissect"
)

// A Row is what a filter looks at: an event, and what is known so far of the
// connection that it belongs to.
type Row struct {
	Event     dissect.Event
	Handshake *dissect.Handshake // nil while there is none
	Ended     *dissect.Ended     // nil while the connection goes on
	Problems  int                // findings so far that are more than a note

	final *uint64 // what is known in the end, by number of the test; nil: only what is known so far
}

// name returns the word of the JSON output for the kind of event.
func name(e dissect.Event) (string, bool) {
	switch e.(type) {
	case *dissect.Message:
		return "message", true
	case *dissect.Frame:
		return "frame", true
	case *dissect.Finding:
		return "finding", true
	case *dissect.Opened:
		return "connection", true
	case *dissect.Handshake:
		return "handshake", true
	case *dissect.Ended:
		return "end", true
	}
	return "", false
}

// The functions here make getters of a value that some events have. A getter
// reports false where there is no value, or where it is unknown.

func ofConversation[T any](get func(*dissect.Conversation) (T, bool)) func(*Row) (T, bool) {
	return func(r *Row) (v T, ok bool) {
		if c := r.Event.At().Conv; c != nil {
			return get(c)
		}
		return v, false
	}
}

func ofHandshake[T any](get func(*dissect.Handshake) (T, bool)) func(*Row) (T, bool) {
	return func(r *Row) (v T, ok bool) {
		if r.Handshake != nil {
			return get(r.Handshake)
		}
		return v, false
	}
}

func ofEnd[T any](get func(*dissect.Ended) (T, bool)) func(*Row) (T, bool) {
	return func(r *Row) (v T, ok bool) {
		if r.Ended != nil {
			return get(r.Ended)
		}
		return v, false
	}
}

func ofMessage[T any](get func(*dissect.Message) (T, bool)) func(*Row) (T, bool) {
	return func(r *Row) (v T, ok bool) {
		if m, is := r.Event.(*dissect.Message); is {
			return get(m)
		}
		return v, false
	}
}

func ofFrame[T any](get func(*dissect.Frame) (T, bool)) func(*Row) (T, bool) {
	return func(r *Row) (v T, ok bool) {
		if f, is := r.Event.(*dissect.Frame); is {
			return get(f)
		}
		return v, false
	}
}

func ofFinding[T any](get func(*dissect.Finding) (T, bool)) func(*Row) (T, bool) {
	return func(r *Row) (v T, ok bool) {
		if f, is := r.Event.(*dissect.Finding); is {
			return get(f)
		}
		return v, false
	}
}

// always is for a value that is known wherever its event is.
func always[E, T any](get func(E) T) func(E) (T, bool) {
	return func(e E) (T, bool) { return get(e), true }
}

// pointed is for text that may be absent.
func pointed(s *string) (string, bool) {
	if s == nil {
		return "", false
	}
	return *s, true
}

// written is for text that is absent when it is empty.
func written(s string) (string, bool) { return s, s != "" }
