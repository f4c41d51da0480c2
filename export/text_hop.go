package export

import (
	"strconv"
	"strings"

	"wsight/diagnose"
	"wsight/flow"
)

// hop says which connections are one WebSocket, and what the proxy between
// them costs.
func (t *Text) hop(h *diagnose.Hop) {
	names := make([]string, len(h.Conversations))
	for i, c := range h.Conversations {
		names[i] = "#" + strconv.Itoa(c.Number)
	}
	text := strings.Join(names, t.mark(" → ", " -> ")) + " are one WebSocket through a proxy, by " + string(h.By) + ", " + string(h.Certainty)
	for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
		if delay := h.Delay[d]; delay >= 0 {
			text += "; " + d.String() + " +" + t.duration(delay)
		}
	}
	if h.ClockOffset != 0 {
		text += "; clocks " + t.duration(h.ClockOffset.Abs()) + " apart"
	}
	t.tell(h.Place, t.mark("⇄ ", "~ "), bold, text)
}
