package verdict

import (
	"fmt"
	"strings"
)

// next says what to capture when the legs at hand do not prove who is to
// blame, with the very command; "" when they do.
func (s *socket) next(b blame) string {
	if !s.alone() || b.culprit == Client && b.certainty >= Likely || b.culprit == Capture || b.certainty == Certain {
		return ""
	}
	const (
		run  = "    sudo tcpdump -i any -s 0 -w both.pcap tcp\n    wsight doctor both.pcap"
		lead = "Only one leg is in this capture. "
	)
	l := s.legs[0]
	if (b.either && b.culprit == Client || b.behind < 0 && b.certainty == Guess) && !l.forwarded {
		return lead + "If " + l.conv.Client.Addr().String() + " is a proxy, capture on it, so that its connection to the client is seen, too:\n" + run
	}
	if l.forwarded || b.behind < 0 {
		return lead + "To see what the client had sent, capture on " + l.conv.Client.Addr().String() +
			", where the proxy runs, while the client connects:\n" + run
	}
	return lead + "If " + l.conv.Server.Addr().String() + " is a proxy, capture on it, so that its connection to the server is seen, too:\n" + run
}

// alsoKeys adds to next that the other leg may be in the capture, encrypted.
func alsoKeys(next string, encrypted int64) string {
	text, command, ok := strings.Cut(next, "\n")
	if !ok || encrypted == 0 {
		return next
	}
	return fmt.Sprintf("The other leg may be in this capture, in one of %s that no key opens: give a key log with --keylog. Else: %s\n%s",
		count(int(encrypted), "TLS connection"), strings.TrimPrefix(text, "Only one leg is in this capture. "), command)
}
