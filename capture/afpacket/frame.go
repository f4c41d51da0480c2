package afpacket

import (
	"encoding/binary"
	"iter"
	"time"
)

// Hardware types of interfaces whose packets begin with an Ethernet header,
// linux/if_arp.h.
const (
	HardwareEthernet = 1
	HardwareLoopback = 772
)

// Outgoing is the [Frame].Type of a packet that this host sends.
const Outgoing = 4

// A Frame is one packet as the kernel captured it. Data lies in the ring: it
// is valid until its [Block] is released.
type Frame struct {
	Data      []byte // a VLAN tag that the network card took out is back in it
	Length    int    // on the wire, the tag included
	Network   int    // where in Data the network header begins
	Time      time.Time
	Interface int    // index
	Hardware  uint16 // type of the interface
	Protocol  uint16 // what follows the link header, as an EtherType
	Type      uint8  // 0 for this host, 1 broadcast, 2 multicast, 3 others, Outgoing
}

// Sizes and offsets of struct tpacket_block_desc, struct tpacket3_hdr and
// struct sockaddr_ll, linux/if_packet.h.
const (
	blockStatus  = 8
	blockPackets = 12
	blockFirst   = 16
	blockHead    = 48

	headNext     = 0
	headSeconds  = 4
	headNanos    = 8
	headCaptured = 12
	headLength   = 16
	headStatus   = 20
	headLink     = 24
	headNetwork  = 26
	headTag      = 32
	headTagType  = 36
	headSize     = 48

	addressProtocol  = headSize + 2
	addressInterface = headSize + 4
	addressHardware  = headSize + 8
	addressType      = headSize + 10
	addressSize      = 20

	statusTagged    = 0x10
	statusTagTyped  = 0x40
	tagSize         = 4
	addressesSize   = 12 // the two addresses of an Ethernet header
	etherTypeTagged = 0x8100
)

// A Block is a run of packets that the kernel has handed over.
type Block []byte

// Frames yields the packets of a block. The Frame is reused.
func (b Block) Frames() iter.Seq[*Frame] {
	return func(yield func(*Frame) bool) {
		if len(b) < blockHead {
			return
		}
		var f Frame
		at := uint64(binary.NativeEndian.Uint32(b[blockFirst:]))
		for range binary.NativeEndian.Uint32(b[blockPackets:]) {
			next, ok := b.frame(at, &f)
			if !ok || !yield(&f) || next == 0 {
				return
			}
			at += next
		}
	}
}

// frame reads the packet at a place of the block and returns how far behind
// it the next one is. It reports false for what the kernel never writes.
func (b Block) frame(at uint64, f *Frame) (next uint64, ok bool) {
	if at+headSize+addressSize > uint64(len(b)) {
		return 0, false
	}
	h := b[at:]
	native := binary.NativeEndian
	captured := uint64(native.Uint32(h[headCaptured:]))
	link, network := uint64(native.Uint16(h[headLink:])), uint64(native.Uint16(h[headNetwork:]))
	if link < headSize+addressSize || network < link || link+captured > uint64(len(h)) {
		return 0, false
	}
	// Field by field: a composite literal is made elsewhere and copied here,
	// and the copy waits for the stores.
	f.Data = h[link : link+captured : link+captured]
	f.Length = int(native.Uint32(h[headLength:]))
	f.Network = int(network - link)
	f.Time = time.Unix(int64(native.Uint32(h[headSeconds:])), int64(native.Uint32(h[headNanos:]))).UTC()
	f.Interface = int(int32(native.Uint32(h[addressInterface:])))
	f.Hardware = native.Uint16(h[addressHardware:])
	f.Protocol = binary.BigEndian.Uint16(h[addressProtocol:])
	f.Type = h[addressType]
	status := native.Uint32(h[headStatus:])
	if status&statusTagged != 0 && captured >= addressesSize && link >= headSize+addressSize+tagSize {
		tagType := uint16(etherTypeTagged)
		if status&statusTagTyped != 0 {
			tagType = native.Uint16(h[headTagType:])
		}
		// There is room before the frame: the addresses move into it.
		whole := h[link-tagSize : link+captured : link+captured]
		copy(whole, whole[tagSize:tagSize+addressesSize])
		binary.BigEndian.PutUint16(whole[addressesSize:], tagType)
		binary.BigEndian.PutUint16(whole[addressesSize+2:], uint16(native.Uint32(h[headTag:])))
		f.Data, f.Length, f.Network = whole, f.Length+tagSize, f.Network+tagSize
	}
	return uint64(native.Uint32(h[headNext:])), true
}
