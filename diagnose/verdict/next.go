package verdict

// next says what to capture when the legs at hand do not prove who is to
// blame, with the very command; "" when they do.
func (s *socket) next(c charge, b blame) string {
	if !s.alone() || b.culprit == Client && b.certainty >= Likely || b.culprit == Capture || b.certainty == Certain {
		return ""
	}
	const (
		run  = "    sudo tcpdump -i any -s 0 -w both.pcap tcp\n    wsight doctor both.pcap"
		lead = "Only one leg is in this capture. "
	)
	l := s.legs[0]
	if l.forwarded || b.behind < 0 {
		return lead + "To see what the client had sent, capture on " + l.conv.Client.Addr().String() +
			", where the proxy runs, while the client connects:\n" + run
	}
	return lead + "If " + l.conv.Server.Addr().String() + " is a proxy, capture on it, so that its connection to the server is seen, too:\n" + run
}
