package payload

// guessFormat takes each message by itself.
var guessFormat = Format{
	Name:  "guess",
	Title: "Whatever each message looks like",
	About: "JSON, text or bytes, told anew for each message.",
	New:   func(Hint) Decoder { return guessDecoder{} },
}

type guessDecoder struct{}

// Decode tells what the message looks like and decodes it as that.
func (guessDecoder) Decode(m Message) Result {
	name := "hex"
	switch {
	case recogniseJSON(Hint{First: []Message{m}}):
		name = "json"
	case m.Text:
		name = "text"
	}
	f, _ := Named(name)
	r := f.New(Hint{}).Decode(m)
	r.Format = name
	return r
}
