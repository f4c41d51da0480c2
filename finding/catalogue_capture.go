package finding

// What the capture itself lacks comes before what the traffic does wrong: a
// hole explains much that would otherwise be blamed on an endpoint.
var captureRules = []Rule{
	{
		CaptureGap, Note, "",
		"bytes of this connection are missing from the capture",
		"Do not blame the endpoints for what stands right behind the gap. Capture again closer to an endpoint, on an idle machine, " +
			"with a larger buffer (`tcpdump -B 65536 -w FILE`), and compare.",
	},
	{
		CaptureTruncated, Note, "",
		"packets were cut by the snaplen of the capture",
		"Capture whole packets: `tcpdump -s 0 -w FILE`. Until then payloads have holes, and messages that lie in them cannot be shown or checked.",
	},
	{
		CaptureMidstream, Note, "",
		"the capture began after the handshake",
		"Subprotocol and compression were inferred from the frames. To see the negotiation, start the capture first and then reconnect the client.",
	},
	{
		CaptureOneDirection, Note, "",
		"only one direction of the connection was captured",
		"Capture where both directions pass: on an endpoint, or on a mirror port that copies received and sent packets. " +
			"Asymmetric routing hides one direction from a tap in the middle.",
	},
	{
		CaptureDropped, Warning, "",
		"packets were dropped while capturing",
		"Narrow the capture with a filter (`-f 'tcp port 8080'`) or raise its buffer (tcpdump: `-B 65536`). " +
			"Gaps in this capture may come from the drops and not from the network.",
	},
	{
		CaptureConflict, Warning, "RFC 9293 §3.10",
		"overlapping TCP segments carry different content",
		"The first copy was used; the receiver may have used the other. Look for a middlebox that rewrites payloads or injects segments: " +
			"compare TTL, IP identification and source MAC of the two packets.",
	},
	{
		CaptureLimit, Warning, "",
		"a limit of wsight was reached and data was let go",
		"What is missing was dropped by wsight, not by the network. Raise the limit that the detail names, or select fewer connections with `-f`.",
	},
}
