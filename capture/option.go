package capture

// Options of pcapng blocks that are read or written,
// draft-ietf-opsawg-pcapng §3.5, §4.1 to §4.6.
const (
	optionEnd     = 0
	optionComment = 1

	sectionHardware    = 2
	sectionOS          = 3
	sectionApplication = 4

	interfaceName        = 2
	interfaceDescription = 3
	interfaceResolution  = 9
	interfaceFilter      = 11
	interfaceOffset      = 14

	packetFlags   = 2
	packetDropped = 4

	statisticsReceived = 4
	statisticsDropped  = 5
	statisticsOS       = 7
)

// An option is one of the values at the end of a pcapng block.
type option struct {
	code  uint16
	value []byte
}

// nextOption returns the option at the start of b and what follows it. It
// reports false at the end of the options, also when they break off: then the
// packet before them is still good.
func nextOption(order byteOrder, b []byte) (o option, rest []byte, ok bool) {
	if len(b) < 4 {
		return option{}, nil, false
	}
	o.code = order.uint16(b)
	size := int(order.uint16(b[2:]))
	b = b[4:]
	if o.code == optionEnd || size > len(b) {
		return option{}, nil, false
	}
	o.value = b[:size]
	return o, b[min(padded(size), len(b)):], true
}

// padded returns n rounded up to the 32 bits that pcapng aligns to.
func padded(n int) int { return (n + 3) &^ 3 }
