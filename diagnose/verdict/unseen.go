package verdict

import (
	"fmt"

	"wsight/finding"
)

// unseen says that a capture has no WebSocket, and what it has instead.
func (q Quality) unseen() string {
	text := fmt.Sprintf("No WebSocket in this capture: %s, ", count(int(q.Packets), "packet"))
	if q.PassedOver > 0 {
		text += fmt.Sprintf("%d of them left out by the filter, ", q.PassedOver)
	}
	text += count(int(q.TCP), "TCP connection")
	if q.TLSWithoutKeys > 0 {
		text += fmt.Sprintf(", %d of them TLS that no key opens", q.TLSWithoutKeys)
	}
	if q.Truncated > 0 {
		text += fmt.Sprintf("; %s cut short", count(int(q.Truncated), "packet"))
	}
	return text
}

// Remedies says what to do about a capture in which no WebSocket was seen: why
// it may not be there, and how to make one that has it.
func (q Quality) Remedies() []Remedy {
	var all []Remedy
	say := func(text string) { all = append(all, Remedy{Say: text}) }
	const again = "`sudo tcpdump -i any -s 0 -w both.pcap tcp`, started before the client connects, takes in all of it."
	switch {
	case q.Packets == 0:
		say("Not one packet was seen. Look whether the capture is made on the interface that the traffic takes (`any` is all of them), " +
			"and whether its filter lets anything through: " + again)
	case q.PassedOver == q.Packets:
		say("The filter left out every packet: correct it, or leave it away.")
	case q.TCP == 0:
		say("No TCP was seen, which WebSockets run over. Look whether the capture is made on the interface that they take, " +
			"and whether a filter left them out: " + again)
	case q.TLSWithoutKeys == 0 && q.Truncated == 0:
		say("No TCP connection asks for an upgrade or carries frames. Where a client failed all the same, its request went another way: " +
			"look whether the capture is made on the interface that it takes. " + again)
	}
	if q.TLSWithoutKeys > 0 {
		say(q.Opening())
	}
	if q.Truncated > 0 {
		rule, _ := finding.CaptureTruncated.Rule()
		say(rule.Advice)
	}
	return all
}

// Opening says what to do about TLS that no key opens.
func (q Quality) Opening() string {
	rule, _ := finding.TLSUndecryptable.Rule()
	if q.Keys == 0 {
		return rule.Advice
	}
	return fmt.Sprintf("The key log has secrets of %s, and of none of these. Each connection has its own: "+
		"the log has to be written by an end of the very connection that is captured. %s", count(q.Keys, "connection"), rule.Advice)
}
