package capture

import (
	"io"
	"time"
)

// tailSize is how much of the end of a large file is looked at for the time
// of its last packets. A file that is not larger is read whole instead.
const tailSize = 1 << 20

// maxCapture is longer than any capture runs. A time farther from the first
// one was not read from where a time stands.
const maxCapture = 10 * 365 * 24 * time.Hour

// lastTime returns the time of the last packets of a plain file, whose first
// packet was captured at first. It reports false when it cannot be sure of
// it: then the whole file has to be read.
func lastTime(r io.ReaderAt, size int64, f format, first time.Time) (time.Time, bool) {
	if size <= tailSize || first.IsZero() {
		return time.Time{}, false
	}
	tail := make([]byte, tailSize)
	if _, err := r.ReadAt(tail, size-tailSize); err != nil {
		return time.Time{}, false
	}
	switch f := f.(type) {
	case *pcapFile:
		return f.lastTime(tail, first)
	case *pcapngFile:
		return f.lastTime(tail, first)
	}
	return time.Time{}, false
}

// lastTime looks for packet headers that lead, one to the next, exactly to
// the end of the file. The first such chain begins in the file itself and not
// in a capture that a packet carries, or goes over into it at latest where
// that packet ends; so its last packet is one of the file.
func (f *pcapFile) lastTime(tail []byte, first time.Time) (time.Time, bool) {
	const enough = 3 // packets in a row that cannot be there by chance
	leads := make([]bool, len(tail)+1)
	leads[len(tail)] = true
	start := len(tail)
	for at := len(tail) - f.head; at >= 0; at-- {
		_, size, ok := f.plausible(tail[at:], first)
		if ok && size <= len(tail)-at && leads[at+size] {
			leads[at] = true
			start = at
		}
	}
	last, packets := first, 0
	for at := start; at < len(tail); packets++ {
		stamp, size, _ := f.plausible(tail[at:], first)
		last = stamp
		at += size
	}
	return last, packets >= enough
}

// plausible reads what may be a packet header: its time, and the size of the
// packet with it.
func (f *pcapFile) plausible(b []byte, first time.Time) (stamp time.Time, size int, ok bool) {
	const longest = 256 << 10 // of the packets that tcpdump captures
	if len(b) < f.head {
		return time.Time{}, 0, false
	}
	fraction := int64(f.order.uint32(b[4:])) * f.tick
	captured, length := f.order.uint32(b[8:]), f.order.uint32(b[12:])
	if fraction >= int64(time.Second) || captured == 0 || captured > min(length, longest) {
		return time.Time{}, 0, false
	}
	stamp = time.Unix(int64(f.order.uint32(b)), fraction).UTC()
	return stamp, f.head + int(captured), stamp.Sub(first).Abs() < maxCapture
}

// lastTime walks back over the blocks, each of which ends with its length.
func (f *pcapngFile) lastTime(tail []byte, first time.Time) (time.Time, bool) {
	last, packets := first, 0
	for end := len(tail); end >= blockOverhead; {
		size := f.order.uint32(tail[end-4:])
		if size < blockOverhead || size%4 != 0 {
			return time.Time{}, false
		}
		if uint64(size) > uint64(end) {
			break // it begins before the tail does
		}
		block := tail[end-int(size) : end]
		if f.order.uint32(block[4:]) != size {
			return time.Time{}, false
		}
		switch f.order.uint32(block) {
		case blockEnhancedPacket, blockPacket:
			var p Packet
			if err := f.packet(&window{}, f.order.uint32(block), block[8:size-4], &p); err != nil {
				return time.Time{}, false
			}
			if p.Time.IsZero() || p.Time.Sub(first).Abs() >= maxCapture {
				return time.Time{}, false
			}
			if p.Time.After(last) {
				last = p.Time
			}
			packets++
		case blockSection, blockInterface:
			return time.Time{}, false // what came before is not known here
		}
		end -= int(size)
	}
	return last, packets > 0
}
