package payload

import (
	"slices"
	"strings"
)

// A Format is something that the messages of a connection may be written in.
type Format struct {
	Name  string // as --decode takes it: lower case, no spaces
	Title string // as its makers write it, with versions
	About string // what wsight makes of it, one sentence

	// Subprotocols are the values of Sec-WebSocket-Protocol that promise this
	// format, in lower case.
	Subprotocols []string

	// Recognise tells from the target and the first messages whether the
	// connection speaks this format. It must be sure: data of another kind that
	// is taken for this format misleads more than data without a name. nil: the
	// format is chosen by subprotocol or by hand only.
	Recognise func(Hint) bool

	// New returns a decoder for one connection, of which h is known.
	New func(h Hint) Decoder

	// Guessed returns the decoder where Recognise has told the format and
	// nobody has said it; nil: the one of New.
	Guessed func(h Hint) Decoder
}

// A Decoder decodes the messages of one connection, of both directions, in
// their order. It never fails: what it does not understand it says in the
// result.
type Decoder interface {
	Decode(Message) Result
}

// A Hint is what is known of a connection when its format has to be chosen.
type Hint struct {
	Subprotocol string    // the agreed one; "" when none was agreed or no handshake was seen
	Target      string    // of the request, with the query; "" when unknown
	Host        string    // of the request
	First       []Message // messages seen so far, oldest first; at least one decides more than none
	Protobuf    Format    // of a [Schema], to read protobuf with; the zero value: without one
}

// text returns the beginning of the first message when it is a text message,
// else "".
func (h Hint) text() string {
	if len(h.First) == 0 || !h.First[0].Text {
		return ""
	}
	return string(h.start())
}

// start returns the beginning of the first message, text or binary.
func (h Hint) start() []byte {
	if len(h.First) == 0 {
		return nil
	}
	return h.First[0].Data[:min(len(h.First[0].Data), recogniseLimit)]
}

// binary returns the beginning of the first message when it is a binary one,
// else nil.
func (h Hint) binary() []byte {
	if len(h.First) == 0 || h.First[0].Text {
		return nil
	}
	return h.start()
}

// recogniseLimit is how many bytes of a first message Recognise looks at.
const recogniseLimit = 4096

// Named returns the format of that name, and whether there is one.
func Named(name string) (Format, bool) {
	for _, f := range All() {
		if f.Name == name {
			return f, true
		}
	}
	return Format{}, false
}

// Choose returns the format that a connection speaks: the one that its
// subprotocol promises, else the one that its target or first messages give
// away. ok is false when nothing does; each message is then best taken by
// itself, which is the format "guess".
func Choose(h Hint) (f Format, ok bool) {
	if f, ok := promised(h.Subprotocol); ok {
		return f, true
	}
	for _, f := range All() {
		if f.Recognise != nil && f.Recognise(h) {
			return f, true
		}
	}
	guess, _ := Named("guess")
	return guess, false
}

// promised returns the format that a subprotocol stands for.
func promised(subprotocol string) (Format, bool) {
	name := strings.ToLower(subprotocol)
	for _, f := range All() {
		if slices.Contains(f.Subprotocols, name) {
			return f, true
		}
	}
	return Format{}, false
}
