// Package filter understands the pcap-filter language of tcpdump: it decides
// which packets of a file count, and gives the Linux kernel a program that
// decides the same before a packet is copied.
//
//	f, err := filter.Parse("tcp port 8080 and not host 192.0.2.7")
//	f.Match(1, packet, length)  // a packet of a file; 1 is Ethernet
//	f.Program(262144)           // for SO_ATTACH_FILTER on a packet socket
//
// An expression passes four steps, each with a file or two:
//
//	text ─lex─▶ tokens ─parse─▶ tree ─lower─▶ tests ─graph, emit─▶ program
//
// Lowering is where a layout of packets (an Ethernet file, a Linux cooked
// file, a packet socket) turns "tcp port 80" into bytes at offsets; everything
// before it knows no layout, everything after it knows no protocol.
//
// The verdicts are those of tcpdump, traps included: a port is looked for only
// in the first fragment and directly behind an IPv6 header, what is inside a
// VLAN tag is only seen behind the word vlan, "and" binds no tighter than "or",
// and a test that reads beyond the captured bytes ends in "no" even under
// "not". A program for the kernel gives the verdict that the file written from
// the same packets gets, so a VLAN tag that the network card removed counts as
// being there.
//
// What the language has and this package does not is a [*SyntaxError] that
// points at the word: names of hosts, protochain, wireless, ATM, SS7, PF and
// OSI terms.
package filter
