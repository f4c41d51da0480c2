// Package afpacket reads packets from a packet socket of Linux through memory
// shared with the kernel (TPACKET_V3), without a copy and without libpcap.
//
// It knows the kernel's structures and nothing else: what a packet means, and
// what to do when an interface goes away, is for package capture.
//
//	socket, protocol 0 ─ filter ─ ring ─ bind: only now packets come
//
// The kernel fills blocks of 1 MiB and hands each over when it is full or
// 10 milliseconds after its first packet. See packet(7) and
// Documentation/networking/packet_mmap.rst of Linux.
package afpacket
