package main

import (
	"fmt"
	"strings"

	"wsight/session"
)

// summary says in a line or two what the capture held.
func summary(s session.Summary) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s, %s", plural(s.Packets, "packet"), plural(s.TCP, "TCP connection"), plural(s.WebSocket, "WebSocket connection or attempt"))
	if s.Packets > 0 && s.PassedOver == s.Packets {
		b.WriteString(", the filter left out every packet")
	}
	for _, part := range []struct {
		n    int64
		what string // "" for connections, which were counted before
		how  string
	}{
		{s.TLSWithoutKeys, "", "in TLS without keys"}, {s.QUIC, "", "in QUIC (HTTP/3, not decoded)"}, {s.Dropped, "packet", "dropped by the kernel"},
		{s.Truncated, "packet", "cut by the snaplen"}, {s.Undecoded, "packet", "that could not be read"}, {s.Evicted, "connection", "let go"},
	} {
		switch {
		case part.n > 0 && part.what == "":
			fmt.Fprintf(&b, ", %d %s", part.n, part.how)
		case part.n > 0:
			fmt.Fprintf(&b, ", %s %s", plural(part.n, part.what), part.how)
		}
	}
	b.WriteByte('\n')
	switch {
	case s.TLSWithoutKeys > 0 && s.Keys > 0:
		fmt.Fprintf(&b, "the key log has secrets of %s, and of none of these: wsight findings tls-undecryptable\n", plural(int64(s.Keys), "connection"))
	case s.TLSWithoutKeys > 0:
		b.WriteString("to open TLS, write a key log at one end and give it with --keylog: wsight findings tls-undecryptable\n")
	}
	if len(s.Limits) > 0 {
		fmt.Fprintf(&b, "limits that were reached: %s\n", strings.Join(s.Limits, ", "))
	}
	return b.String()
}

// plural counts things: "1 packet", "2 packets", "2 connections or attempts".
func plural(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	first, rest, _ := strings.Cut(what, " or ")
	if rest != "" {
		return fmt.Sprintf("%d %ss or %ss", n, first, rest)
	}
	return fmt.Sprintf("%d %ss", n, what)
}
