package tui

import "time"

// A pace is how much came in the last seconds of a live capture, by our own
// clock: packets are read when they come.
type pace struct {
	samples         []moment
	messages, bytes float64 // each second
}

// A moment is how much had come by a time.
type moment struct {
	at              time.Time
	messages, bytes int64
}

// How far back a pace looks, and how often.
const (
	paceSpan  = 3 * time.Second
	paceEvery = 250 * time.Millisecond
)

// take notes how much has come by now.
func (p *pace) take(now time.Time, messages, bytes int64) {
	if n := len(p.samples); n > 0 && now.Sub(p.samples[n-1].at) < paceEvery {
		return
	}
	p.samples = append(p.samples, moment{now, messages, bytes})
	for len(p.samples) > 2 && now.Sub(p.samples[1].at) >= paceSpan {
		p.samples = p.samples[1:]
	}
	first := p.samples[0]
	p.messages, p.bytes = 0, 0
	if d := now.Sub(first.at).Seconds(); d > 0 {
		p.messages, p.bytes = float64(messages-first.messages)/d, float64(bytes-first.bytes)/d
	}
}

// live reports whether more may come at any time.
func (u *UI) live() bool { return u.opts.Growing && !u.snap.Done }

// measure brings the pace up to date. While more may come it has to be done
// also when nothing comes: then the pace falls.
func (u *UI) measure() {
	live := u.live()
	u.ticking.Store(live)
	if live && u.frozen == nil {
		u.pace.take(u.now(), u.conns.messages, u.snap.Bytes)
	}
}

// paceText says how much comes each second, and how much the capture lost.
func (u *UI) paceText() (rate, lost string) {
	s := u.snap
	rate = rateText(u.pace.messages) + " msg/s  " + sizeText(int64(u.pace.bytes)) + "/s"
	switch {
	case s.Summary.Dropped > 0:
		lost = u.theme.glyph.warn + " drop " + commas(s.Summary.Dropped)
		if all := s.Summary.Dropped + s.Packets; all > 0 {
			lost += " (" + fixed(float64(s.Summary.Dropped)*100/float64(all), 1) + "%)"
		}
	case s.Summary.Dropped == 0:
		lost = "drop 0"
	}
	return rate, lost
}

// rateText writes a number each second: with a decimal where that matters.
func rateText(v float64) string {
	if v > 0 && v < 10 {
		return fixed(v, 1)
	}
	return commas(int64(v + 0.5))
}
