package filter

import (
	"errors"
	"fmt"

	"golang.org/x/net/bpf"
)

// A Filter decides which packets count. It does not change once it is made,
// so that any number of goroutines may use it.
type Filter struct {
	text string
	tree expression // nil for a program given as numbers

	programs [fileLayouts][]instruction
	missing  [fileLayouts]string // what was asked for and a layout has not
}

// Parse reads an expression of the pcap-filter language. The empty one
// accepts every packet. An error is a [*SyntaxError].
func Parse(text string) (*Filter, error) {
	tree, err := parse(text)
	if err != nil {
		return nil, err
	}
	f := &Filter{text: text, tree: tree}
	for layout := range fileLayouts {
		start, graph, state := compile(tree, layout)
		f.programs[layout] = emit(start, graph, 1)
		f.missing[layout] = state.missing
	}
	return f, nil
}

// String returns the text that the filter was made of.
func (f *Filter) String() string { return f.text }

// Match reports whether the filter accepts a packet of a link type (the number
// that capture files use), of which data was captured and which had length
// bytes on the wire. It does not allocate. Where Supports has an error the
// verdict is what that says.
func (f *Filter) Match(link uint16, data []byte, length int) bool {
	layout, known := layoutOf(link)
	return known && run(f.programs[layout], data, uint32(length)) != 0
}

// Supports returns why the filter cannot be trusted on packets of a link type:
// no packet is accepted when the type is not known, and a test for what the
// type does not have, such as Ethernet addresses, fails for all of them.
func (f *Filter) Supports(link uint16) error {
	layout, known := layoutOf(link)
	switch {
	case !known:
		return fmt.Errorf("filter: link type %d is not supported", link)
	case f.programs[layout] == nil:
		return fmt.Errorf("filter: the program was made for another link type than %d", link)
	case f.missing[layout] != "":
		return fmt.Errorf("filter: packets of link type %d do not tell %s", link, f.missing[layout])
	}
	return nil
}

// ErrNotForKernel says that a filter is right for [Filter.Match] only.
var ErrNotForKernel = errors.New("filter: not to be expressed as a program of the kernel")

// Program returns the filter as a program for a packet socket of Linux (of
// type SOCK_RAW) that keeps the first keep bytes of the packets it accepts.
// One program serves interfaces of every type. The error is, or wraps,
// [ErrNotForKernel] when the filter needs more than 4,096 instructions or
// something that the kernel does not show; accept all packets then, and ask
// Match.
func (f *Filter) Program(keep int) ([]bpf.RawInstruction, error) {
	if f.tree == nil {
		return f.given(keep)
	}
	var programs [3][]instruction
	for i, layout := range []layout{socketEthernet, socketTagged, socketNetwork} {
		start, graph, state := compile(f.tree, layout)
		if state.unfit != "" {
			return nil, fmt.Errorf("%w: %s", ErrNotForKernel, state.unfit)
		}
		programs[i] = emit(start, graph, uint32(keep))
	}
	program := dispatch(programs)
	if len(program) > maxProgram {
		return nil, fmt.Errorf("%w: %d instructions, more than %d", ErrNotForKernel, len(program), maxProgram)
	}
	return program, nil
}

// dispatch chooses between the programs for Ethernet, for Ethernet with a VLAN
// tag beside the frame, and for anything else.
func dispatch(programs [3][]instruction) []instruction {
	const (
		hardwareEthernet = 1   // ARPHRD_ETHER
		hardwareLoopback = 772 // ARPHRD_LOOPBACK
	)
	ethernet, tagged, other := programs[0], programs[1], programs[2]
	program := []instruction{
		{Op: 0x20, K: ancillaryHardware},
		{Op: 0x15, K: hardwareEthernet, Jt: 2},
		{Op: 0x15, K: hardwareLoopback, Jt: 1},
		{Op: opJump, K: uint32(3 + len(ethernet) + len(tagged))},
		{Op: 0x20, K: ancillaryTagged},
		{Op: 0x15, K: 0, Jt: 1},
		{Op: opJump, K: uint32(len(ethernet))},
	}
	program = append(program, ethernet...)
	program = append(program, tagged...)
	return append(program, other...)
}
