// Package capture gives packets: from pcap and pcapng files, plain or
// compressed, from a stream that is still being written, and from the network.
// It also writes pcapng and keeps packets that cannot be read a second time.
//
// It does not look inside a packet: package reassembly does.
//
// # Guarantees
//
// A packet is given as soon as its last byte has arrived. Reading neither
// copies packets nor allocates for them. A length that a file declares is
// never trusted with memory: a buffer grows only as bytes really come, and
// never beyond [Options].MaxBlock. Input that breaks off or breaks the rules
// gives every packet before the place, then an [*Error] that names it.
//
// # Words
//
// An input is what was named on the command line: a file or standard input.
// Inputs that continue each other, as rotated files do, make one chain. A
// vantage point is one place where packets were captured; what two vantage
// points saw must not be mixed into one TCP connection.
//
// The formats are those of draft-ietf-opsawg-pcap and
// draft-ietf-opsawg-pcapng; link types are those of
// https://www.tcpdump.org/linktypes.html.
package capture
