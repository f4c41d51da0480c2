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
		b = appendInt(b, "", c.Number)
	}
	b = append(b, ']')
	b = appendWord(b, `,"by":`, string(h.By))
	b = appendWord(b, `,"certainty":`, string(h.Certainty))
	switch {
	case !h.OffsetKnown:
		b = append(b, `,"clock_offset":null`...)
	case h.ClockOffset < 0:
		b = appendDuration(b, `,"clock_offset":-`, -h.ClockOffset)
	default:
		b = appendDuration(b, `,"clock_offset":`, h.ClockOffset)
	}
	b = appendDelay(b, `,"delay":{"c2s":`, h.Delay[flow.ClientToServer])
	b = appendDelay(b, `,"s2c":`, h.Delay[flow.ServerToClient])
	return append(b, '}', '}', '\n')
}

// appendDelay appends d to the microsecond: no clock of a capture is better.
func appendDelay(b []byte, before string, d time.Duration) []byte {
	if d > 0 {
		d = d.Round(time.Microsecond)
	}
	return appendDuration(b, before, d)
}
