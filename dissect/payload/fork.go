package payload

import (
	"maps"
	"slices"
)

// Fork returns a dialogue that stands where d stands and goes on by itself, so
// that a message in the middle of a connection can be decoded again without
// those before it. It takes memory for the requests that wait, and shares the
// rest with d. Neither may be used while the other is being forked.
func (d *Dialogue) Fork() *Dialogue {
	f := *d
	f.hint.First = slices.Clip(d.hint.First)
	f.pending.asks = maps.Clone(d.pending.asks)
	if changing, ok := d.decoder.(forker); ok {
		f.decoder = changing.fork()
	}
	return &f
}

// A forker is a Decoder that remembers something of the messages it decoded:
// fork returns another one that remembers the same.
type forker interface {
	fork() Decoder
}

var _ = []forker{
	(*mqttDecoder)(nil), (*stompDecoder)(nil), (*socketioDecoder)(nil), (*socketioGuess)(nil), (*sockjsDecoder)(nil), (*signalrDecoder)(nil), (*guessDecoder)(nil), (*tunnelDecoder)(nil),
}

func (d *mqttDecoder) fork() Decoder {
	f := *d
	for dir := range f.streams {
		f.streams[dir], f.aliases[dir] = d.streams[dir].fork(), maps.Clone(d.aliases[dir])
	}
	return &f
}

func (d *stompDecoder) fork() Decoder {
	f := *d
	for dir := range f.streams {
		f.streams[dir] = d.streams[dir].fork()
	}
	return &f
}

func (d *socketioDecoder) fork() Decoder {
	f := *d
	f.inner = f.packet
	return &f
}

func (d *sockjsDecoder) fork() Decoder {
	f := *d
	if d.inner != nil {
		f.inner = d.inner.Fork()
	}
	return &f
}

func (d *signalrDecoder) fork() Decoder { f := *d; return &f }
func (d *guessDecoder) fork() Decoder   { f := *d; return &f }
func (d *tunnelDecoder) fork() Decoder  { f := *d; return &f }

// fork shares what is kept: more is only ever appended to it, and never where
// the other one looks.
func (s *stream) fork() stream { return stream{kept: slices.Clip(s.kept), lost: s.lost} }
