package main

import (
	"context"
	"iter"

	"wsight/capture"
)

// paced flushes what was written whenever the source is about to wait, so
// that a line is seen as soon as its event is complete.
type paced struct {
	capture.Source
	to    sheet
	every bool
}

func pace(to sheet, src *feed, every bool) capture.Source {
	if src.live != nil {
		// A live capture says itself when it waits, which costs less than
		// writing after every packet.
		src.waiting = to.Flush
		return src
	}
	return &paced{Source: src, to: to, every: every}
}

// Packets implements capture.Source.
func (p *paced) Packets(ctx context.Context) iter.Seq2[*capture.Packet, error] {
	if !p.every {
		return p.Source.Packets(ctx)
	}
	return func(yield func(*capture.Packet, error) bool) {
		for packet, err := range p.Source.Packets(ctx) {
			if !yield(packet, err) || p.to.Flush() != nil {
				return
			}
		}
	}
}
