package export

import (
	"bytes"
	"strings"
	"testing"

	"wsight/dissect"
)

// TestPreviewPayload: of a message of which PreviewPayload bytes were kept a
// line shows what it shows of the whole, wherever a rune lies.
func TestPreviewPayload(t *testing.T) {
	shown := func(m dissect.Message, form PayloadForm) string {
		var out bytes.Buffer
		text := NewText(&out, TextOptions{Payload: form})
		m.Conv = new(dissect.Conversation)
		text.Event(&m)
		text.Flush()
		return out.String()
	}
	for _, rune := range []string{"x", "é", "日", "😀"} {
		for before := previewBytes - 8; before < previewBytes+8; before++ {
			for _, valid := range []bool{true, false} {
				p := []byte(strings.Repeat("x", before) + strings.Repeat(rune, 40))
				whole := dissect.Message{Type: dissect.Text, Payload: p, Length: int64(len(p)), Complete: true, Valid: valid}
				for _, form := range []PayloadForm{PayloadText, PayloadHex, PayloadNone} {
					kept := whole
					kept.Cut(PreviewPayload)
					if got, want := shown(kept, form), shown(whole, form); got != want {
						t.Errorf("%q after %d bytes, valid %v: shown as %s; want %s", rune, before, valid, got, want)
					}
				}
			}
		}
	}
	m := dissect.Message{Type: dissect.Text, Payload: []byte(strings.Repeat("x", previewBytes+1)), Length: previewBytes + 1, Complete: true, Valid: true}
	kept := m
	kept.Cut(previewBytes - 1)
	if shown(kept, PayloadText) == shown(m, PayloadText) {
		t.Error("a byte less than a line shows makes no difference")
	}
}
