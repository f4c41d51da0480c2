package tls

import (
	"bytes"
	"testing"

	"wsight/flow"
)

// A key log without a secret is no reason to fail on a stream whose hellos
// were not captured.
func TestEmptyKeyLog(t *testing.T) {
	record := append([]byte{typeApplicationData, 3, 3, 0, 64}, bytes.Repeat([]byte{7}, 64)...)
	s := NewDecryptor(new(KeyLog), Limits{}).NewSession()
	told := 0
	hear := func(e Event) {
		if _, ok := e.(*Undecryptable); ok {
			told++
		}
	}
	for range 3 {
		s.Feed(&flow.Chunk{From: flow.A, Data: record, Packet: 1}, hear)
	}
	if s.End(hear); told != 1 {
		t.Errorf("undecryptable was told %d times; want once", told)
	}
}
