package export

import (
	"time"

	"wsight/diagnose"
	"wsight/dissect"
	"wsight/flow"
)

func (j *JSONL) hop(b []byte, h *diagnose.Hop) []byte {
	b = j.head(b, `{"event":"hop","time":`, &dissect.Place{Time: h.Time})
	b = append(b, `,"connections":[`...)
	for i, c := range h.Conversations {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendNumber(b, "", int64(c.Number))
	}
	b = append(b, ']')
	b = appendWord(b, "by", string(h.By))
	b = appendWord(b, "certainty", string(h.Certainty))
	b = append(b, `,"clock_offset":`...)
	switch {
	case !h.OffsetKnown:
		b = append(b, "null"...)
	case h.ClockOffset < 0:
		b = appendDuration(append(b, '-'), -h.ClockOffset)
	default:
		b = appendDuration(b, h.ClockOffset)
	}
	b = appendDelay(append(b, `,"delay":{"c2s":`...), h.Delay[flow.ClientToServer])
	b = appendDelay(append(b, `,"s2c":`...), h.Delay[flow.ServerToClient])
	return append(b, '}', '}', '\n')
}

// appendDelay appends d to the microsecond: no clock of a capture is better.
func appendDelay(b []byte, d time.Duration) []byte {
	if d > 0 {
		d = d.Round(time.Microsecond)
	}
	return appendDuration(b, d)
}
