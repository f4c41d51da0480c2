package http2

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/http2/hpack"
)

// TestFieldsClone: copies made between any two field blocks decode what
// follows as the original does, whatever the sender does to its table.
func TestFieldsClone(t *testing.T) {
	var wire bytes.Buffer
	enc := hpack.NewEncoder(&wire)
	enc.SetMaxDynamicTableSizeLimit(1 << 20)
	var original, copied Fields
	for i := range 300 {
		wire.Reset()
		switch i {
		case 50:
			enc.SetMaxDynamicTableSize(200)
		case 120:
			enc.SetMaxDynamicTableSize(0)
		case 130:
			enc.SetMaxDynamicTableSize(9000)
		}
		for k := range 1 + i%4 {
			enc.WriteField(hpack.HeaderField{Name: fmt.Sprintf("name-%d", (i+k)%23), Value: strings.Repeat("v", i%300)})
		}
		enc.WriteField(hpack.HeaderField{Name: ":path", Value: fmt.Sprint("/", i%40)})
		want, ok := original.Add(wire.Bytes(), true)
		if !ok {
			t.Fatalf("block %d does not decode", i)
		}
		got, ok := copied.Add(wire.Bytes(), true)
		if !ok || !slices.Equal(got, want) {
			t.Fatalf("block %d of a copy is %v; want %v", i, got, want)
		}
		if i%3 == 0 {
			kept := copied.Clone()
			copied.Add(wire.Bytes(), true) // must not show in the copy
			copied = kept.Clone()
		}
		c := copied.Clone()
		if n := len(c.table); i == 125 && n > 0 || i == 299 && n < 20 {
			t.Errorf("after block %d the table has %d entries", i, n)
		}
	}
	copied.Forget()
	if c := copied.Clone(); len(c.table) == 0 || c.table[0].Name != Unseen {
		t.Errorf("a forgotten table is %v", c.table)
	}
}
