package export

import (
	"io"
	"strings"
	"testing"

	"wsight/dissect"
	"wsight/session"
)

// BenchmarkMessage is the cost of a message of 1 KiB of JSON in each format.
// That of HAR contains writing what is put aside, here everything, to disk.
func BenchmarkMessage(b *testing.B) {
	payload := "{" + strings.Repeat(`"name":"value",`, 68) + `"last":1}`
	for _, format := range []struct {
		name  string
		begin func(io.Writer) Writer
	}{
		{"jsonl", func(w io.Writer) Writer { return NewJSONL(w, JSONOptions{Payload: PayloadText, Inputs: 1}) }},
		{"jsonl without payloads", func(w io.Writer) Writer { return NewJSONL(w, JSONOptions{Payload: PayloadNone, Inputs: 1}) }},
		{"csv", func(w io.Writer) Writer { return NewCSV(w, CSVOptions{Inputs: 1}) }},
		{"har", func(w io.Writer) Writer { return NewHAR(w, HAROptions{}) }},
		{"stats", func(w io.Writer) Writer { return NewStats(w, StatsOptions{}) }},
	} {
		b.Run(format.name, func(b *testing.B) {
			w := format.begin(io.Discard)
			c := peers(1)
			w.Event(&dissect.Opened{Place: place1(c, 1)})
			m := text(c, 2, payload)
			b.SetBytes(int64(len(payload)))
			b.ReportAllocs()
			for b.Loop() {
				w.Event(m)
			}
			if err := w.Close(session.Summary{}); err != nil {
				b.Fatal(err)
			}
		})
	}
}
