package verdict

import "wsight/finding"

// A partyRemedy is what an end of the WebSocket can do about what it did.
type partyRemedy struct {
	culprit Culprit
	codes   []finding.Code
	say     string
}

var partyRemedies = []partyRemedy{
	{Server, []finding.Code{finding.CloseMissing, finding.EndReset, finding.CloseMidFrame},
		"The server ended TCP without saying goodbye: its process was killed, crashed, or left without closing its WebSockets. " +
			"Its log and the system's at that time say which: out of memory, a deployment, an exception. " +
			"Before it ends, let it send a Close with 1001 on every WebSocket and wait for the answers."},
	{Client, []finding.Code{finding.CloseMissing, finding.EndReset, finding.CloseMidFrame},
		"The client ended TCP without saying goodbye: it was killed, crashed, or gave up. Find out what it waited for, " +
			"and let it close the WebSocket before it ends. A server has to live with this: networks do the same."},
	{Server, []finding.Code{finding.EndIdleTimeout},
		"The server, or a proxy that stands there, cuts connections on which nothing moves. Raise its timer, or let either end send a Ping at less than half of {quiet}."},
	{Client, []finding.Code{finding.EndIdleTimeout},
		"The client gave up after {quiet} without a frame. Raise its timer, or let the server send a Ping at less than half of that."},
	{Client, []finding.Code{finding.EndStalled},
		"The client does not take what is sent to it: it does not read, or its path is gone. Look for a handler that blocks its event loop, such as a page in the background or a slow consumer, " +
			"and let the server bound what it queues for one client and close those that do not answer pings."},
	{Server, []finding.Code{finding.EndStalled},
		"The server does not take what is sent to it, or stopped in the middle: look for a handler that blocks the reading loop, a full queue, or a deadlock. " +
			"Let the client send pings and reconnect when they stay unanswered."},
}

// ownRemedy returns what the culprit can do, when the table knows it.
func ownRemedy(culprit Culprit, code finding.Code) (Remedy, bool) {
	for _, r := range partyRemedies {
		for _, c := range r.codes {
			if r.culprit == culprit && c == code {
				return Remedy{Say: r.say}, true
			}
		}
	}
	return Remedy{}, false
}
