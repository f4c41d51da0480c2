package dissect

import (
	"bytes"
	"maps"
	"slices"
)

func (l *http2Layer) each(see func(*stream)) {
	for _, s := range l.streams {
		if s.stream != nil {
			see(s.stream)
		}
	}
}

func (l *http2Layer) copyTo(to *copier) (layer, bool) {
	if len(l.unknown) > 0 {
		return nil, false // what they carry will soon be known
	}
	kept := *l
	kept.c = to.conn
	kept.unknown, kept.others = map[uint32]*opening{}, maps.Clone(l.others)
	if l.tls != nil && to.tls != nil {
		kept.tls = to.tls
	}
	for side := range l.sides {
		s := &kept.sides[side]
		s.frames, s.fields = l.sides[side].frames.Clone(), l.sides[side].fields.Clone()
		s.drift = drift{slices.Clone(s.drift.bytes), slices.Clone(s.drift.parts)}
		to.left -= s.frames.Held() + s.fields.Held() + len(s.drift.bytes)
	}
	kept.streams = maps.Clone(l.streams)
	for id, s := range l.streams {
		copied, ok := s.copyTo(to)
		if !ok {
			return nil, false
		}
		kept.streams[id] = copied
	}
	kept.ahead.parts = slices.Clone(l.ahead.parts) // the bytes of which do not change
	return &kept, to.pay(l.ahead.bytes + 128*len(l.ahead.parts) + 16*len(kept.others))
}

func (s *http2Stream) copyTo(to *copier) (*http2Stream, bool) {
	kept, x := *s, *s.exchange
	kept.exchange = &x
	kept.body, kept.held.chunks = bytes.Clone(s.body), slices.Clone(s.held.chunks)
	if s.reset != nil {
		reset := *s.reset
		kept.reset = &reset
	}
	if s.stream != nil {
		l, ok := s.stream.copyTo(to)
		if !ok {
			return nil, false
		}
		kept.stream = l.(*stream)
		x.talk = &kept.stream.talk
	} else {
		x.talk = &talk{}
		s.talk.copyTo(x.talk, to)
	}
	return &kept, to.pay(len(kept.body) + kept.held.bytes + streamMemory)
}
