package filter

// A layout is a way in which packets begin: that of one link type, see
// https://www.tcpdump.org/linktypes.html, or that of a packet socket.
type layout uint8

const (
	ethernet layout = iota
	loopbackHost
	loopback
	rawIP
	onlyIPv4
	onlyIPv6
	cooked
	cooked2
	ppp
	ciscoHDLC
	pppoe
	fileLayouts // how many there are of files

	// What a packet socket of Linux shows to a filter: an Ethernet frame, one
	// whose VLAN tag was taken out and put beside it, and anything else.
	socketEthernet
	socketTagged
	socketNetwork
)

// layoutOf returns the layout of a link type, and whether it is known.
func layoutOf(link uint16) (layout, bool) {
	switch link {
	case 1:
		return ethernet, true
	case 0:
		return loopbackHost, true
	case 108:
		return loopback, true
	case 12, 14, 101:
		return rawIP, true
	case 228:
		return onlyIPv4, true
	case 229:
		return onlyIPv6, true
	case 113:
		return cooked, true
	case 276:
		return cooked2, true
	case 9, 50:
		return ppp, true
	case 104:
		return ciscoHDLC, true
	case 51:
		return pppoe, true
	}
	return 0, false
}

// Offsets that the Linux kernel takes for places outside of the packet,
// linux/filter.h.
const (
	ancillary     = 0xfffff000 // SKF_AD_OFF
	networkHeader = 0xfff00000 // SKF_NET_OFF

	ancillaryProtocol  = ancillary + 0  // what the link layer says comes next, as an EtherType
	ancillaryPacket    = ancillary + 4  // PACKET_HOST, PACKET_BROADCAST, ...
	ancillaryHardware  = ancillary + 28 // ARPHRD_ value of the interface
	ancillaryTag       = ancillary + 44 // the VLAN tag that was taken out
	ancillaryTagged    = ancillary + 48 // 1 when one was
	ancillaryTagFamily = ancillary + 60 // its EtherType
)

// An encoding is how a layer says which protocol comes next.
type encoding uint8

const (
	byEtherType encoding = iota + 1
	byPPP
	byFamily     // AF_ values in network order
	byHostFamily // in the order of the machine that captured
	byVersion    // the first four bits of the packet
	alwaysIPv4
	alwaysIPv6
	byBottomLabel // behind MPLS: the last label, then the version
)

// start returns the state of lowering at the first word of an expression.
func (f layout) start() *lowering {
	l := &lowering{layout: f, encoding: byEtherType}
	switch f {
	case ethernet, socketEthernet, socketTagged:
		l.protocol, l.payload = 12, 14
		l.tagBeside = f == socketTagged
	case socketNetwork:
		l.protocol, l.payload = ancillaryProtocol, networkHeader
	case cooked:
		l.protocol, l.payload = 14, 16
	case cooked2:
		l.protocol, l.payload = 0, 20
	case ciscoHDLC:
		l.protocol, l.payload = 2, 4
	case ppp:
		l.protocol, l.payload, l.encoding = 2, 4, byPPP
	case pppoe:
		l.protocol, l.payload, l.encoding = 6, 8, byPPP
	case loopback:
		l.payload, l.encoding = 4, byFamily
	case loopbackHost:
		l.payload, l.encoding = 4, byHostFamily
	case rawIP:
		l.encoding = byVersion
	case onlyIPv4:
		l.encoding = alwaysIPv4
	case onlyIPv6:
		l.encoding = alwaysIPv6
	}
	return l
}

// hasMAC reports whether a packet begins with an Ethernet header.
func (f layout) hasMAC() bool { return f == ethernet || f == socketEthernet || f == socketTagged }

// packetType returns where the kernel's word for the receiver of a packet is:
// 0 for this host, 1 broadcast, 2 multicast, 3 for others, 4 outgoing.
func (f layout) packetType() (load, bool) {
	switch f {
	case cooked:
		return load{offset: 0, size: 2}, true
	case cooked2:
		return load{offset: 10, size: 1}, true
	case socketEthernet, socketTagged, socketNetwork:
		return load{offset: ancillaryPacket, size: 4}, true
	}
	return load{}, false
}
