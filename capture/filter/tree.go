package filter

// An expression is a parsed filter, before it is known how packets begin.
// Its nodes are visited from left to right in the order of the text, since
// vlan, mpls and pppoes change where what follows them is looked for.
type expression interface {
	lower(*lowering) test
}

var _ = []expression{
	everything{}, both{}, either{}, inverse{}, linkProtocol(0), ipProtocol{}, addressTest{}, portTest{},
	macTest{}, macGroup{}, groupTest{}, outbound{}, vlanTag{}, mplsLabel{}, pppoeSession{}, relation{},
}

type (
	// everything holds for every packet: the empty expression.
	everything struct{}
	both       struct{ left, right expression }
	either     struct{ left, right expression }
	inverse    struct{ of expression }

	// linkProtocol holds when the link layer says that this comes next.
	linkProtocol uint16

	// ipProtocol holds when an IP header says that number comes next.
	ipProtocol struct {
		family family
		number uint8
	}

	// addressTest compares the 32-bit words of a network address.
	addressTest struct {
		family      family // never anyFamily for IPv6 words
		direction   direction
		words, mask []uint32
	}

	// portTest holds for ports between low and high, both included.
	portTest struct {
		transports []uint8
		direction  direction
		low, high  uint16
	}

	// macTest compares Ethernet addresses.
	macTest struct {
		direction direction
		address   [6]byte
	}

	// macGroup holds for frames to a group address of Ethernet: IEEE 802.3 §3.2.3.
	macGroup struct{ broadcast bool }

	// groupTest holds for packets to a multicast address of IP.
	groupTest struct{ family family }

	// outbound holds for packets that left the capturing host.
	outbound struct{}

	// vlanTag, mplsLabel and pppoeSession hold when that header comes next;
	// what stands to the right of them is looked for behind it.
	vlanTag      struct{ number }
	mplsLabel    struct{ number }
	pppoeSession struct{ number }

	// relation compares two numbers.
	relation struct {
		operator    string // one of == != < <= > >=
		left, right arithmetic
	}
)

// A number narrows a tag to one value.
type number struct {
	value uint32
	given bool
}

// A family says which network header a test is about.
type family uint8

const (
	anyFamily family = iota // IPv4 and, where an address allows it, IPv6, ARP and RARP
	ipv4
	ipv6
	arp
	rarp
)

// A direction says which end of a packet a test is about.
type direction uint8

const (
	eitherEnd direction = iota
	sourceEnd
	destinationEnd
	bothEnds
)

// An arithmetic is a number that is computed from a packet.
type arithmetic interface {
	// guards returns the tests without which the number has no meaning.
	guards(*lowering) []test
	// compute appends the code that leaves the number in the accumulator.
	compute(*lowering, *calculation)
}

type (
	literal      uint32
	packetLength struct{}

	// accessor reads size bytes at index of the header of protocol.
	accessor struct {
		protocol string
		index    arithmetic
		size     uint8 // 1, 2 or 4
	}

	operation struct {
		operator    string
		left, right arithmetic
	}
)
