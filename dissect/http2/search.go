package http2

// Search looks in p for the place where plausible frames begin to follow one
// another, three of them or up to the very end of p. found says that they do
// so at offset at. Else what is before at can be forgotten: they may still turn
// out to begin there, or in bytes that come later.
func Search(p []byte) (at int, found bool) {
	for ; at < len(p); at++ {
		switch frames, fate := chain(p[at:]); {
		case frames >= 3, frames > 0 && fate == complete:
			return at, true
		case fate == cut:
			return at, false
		}
	}
	return at, false
}

// A fate is how a chain of frames ends. The numbers are ours.
type fate uint8

const (
	broken   fate = iota // what should be a frame is none
	cut                  // inside of a frame
	complete             // with a frame
)

// chain counts the plausible frames that follow one another from the start of
// p, the one that its end cuts included if its header is there.
func chain(p []byte) (frames int, end fate) {
	for len(p) >= HeaderSize {
		h, _ := ParseHeader(p)
		if !h.Plausible() {
			return 0, broken
		}
		frames++
		p = p[HeaderSize:]
		if int64(h.Length) > int64(len(p)) {
			return frames, cut
		}
		p = p[h.Length:]
	}
	if len(p) > 0 {
		return frames, cut
	}
	return frames, complete
}
