package filter

// Codes of the classic BPF machine, linux/bpf_common.h.
const (
	opLoadConstant     = 0x00
	opLoadRegister     = 0x60
	opLoadLength       = 0x80
	opLoadIndexed      = 0x61 // the index register from a scratch register
	opLoadHeaderLength = 0xb1 // four times the low four bits of a byte, into the index register
	opStore            = 0x02
	opStoreIndex       = 0x03
	opAdd              = 0x04
	opAnd              = 0x54
	opJump             = 0x05
	opReturn           = 0x06
	opReturnA          = 0x16
	opToIndex          = 0x07
	opFromIndex        = 0x87
	withIndex          = 0x08 // operand of arithmetic and jumps: the index register
	relativeToIndex    = 0x60 // makes an absolute load (0x20) relative (0x40) when flipped
)

// loadCodes are the absolute loads by size; flipping relativeToIndex makes
// them count from the index register.
var loadCodes = map[uint8]uint16{1: 0x30, 2: 0x28, 4: 0x20}

var operationCodes = map[string]uint16{
	"+": 0x04, "-": 0x14, "*": 0x24, "/": 0x34, "%": 0x94, "^": 0xa4,
	"|": 0x44, "&": 0x54, "<<": 0x64, ">>": 0x74,
}

var jumpCodes = [...]uint16{equals: 0x15, greater: 0x25, greaterOrEqual: 0x35, sharesBits: 0x45}

// held is what the two registers are known to hold before a block.
type held struct {
	accumulator value // its zero value: not known
	header      uint32
	hasHeader   bool // the index register holds the length of the IPv4 header at header
}

func (h held) meet(other held) held {
	if h.accumulator != other.accumulator {
		h.accumulator = value{}
	}
	h.hasHeader = h.hasHeader && other.hasHeader && h.header == other.header
	return h
}

// load returns the code that brings v into the accumulator, and what the
// registers hold then.
func (h held) load(v value) ([]instruction, held) {
	if v.computed != nil {
		return v.computed.code, held{accumulator: v}
	}
	if h.accumulator == v {
		return nil, h
	}
	var code []instruction
	full := ^uint32(0) >> (32 - 8*uint32(v.size))
	if h.accumulator != (value{load: v.load, mask: full}) {
		switch {
		case v.source == wireLength:
			full = ^uint32(0)
			code = append(code, instruction{Op: opLoadLength})
		case v.source == fromIPv4Data:
			if !h.hasHeader || h.header != v.header {
				code = append(code, instruction{Op: opLoadHeaderLength, K: v.header})
			}
			h.header, h.hasHeader = v.header, true
			code = append(code, instruction{Op: loadCodes[v.size] ^ relativeToIndex, K: v.offset})
		default:
			code = append(code, instruction{Op: loadCodes[v.size], K: v.offset})
		}
	}
	if v.mask != full {
		code = append(code, instruction{Op: opAnd, K: v.mask})
	}
	h.accumulator = v
	return code, h
}

// emit writes the blocks that start leads to as a program that returns keep
// for packets that it accepts and 0 for others.
func emit(start *block, g *graph, keep uint32) []instruction {
	blocks := order(start)
	code := make([][]instruction, len(blocks))
	place := make(map[*block]int, len(blocks)) // index in blocks
	before := map[*block]held{start: {}}
	for i, b := range blocks {
		place[b] = i
		if b.end {
			k := uint32(0)
			if b == g.accept {
				k = keep
			}
			code[i] = []instruction{{Op: opReturn, K: k}}
			continue
		}
		var after held
		code[i], after = before[b].load(b.value)
		for _, next := range []*block{b.yes, b.no} {
			h := after
			if known, ok := before[next]; ok {
				h = h.meet(known)
			}
			before[next] = h
		}
	}
	return join(blocks, code, place)
}

// join puts the code of blocks in a row and adds the jumps. A conditional jump
// reaches 255 instructions; farther ones take a detour over two plain jumps.
func join(blocks []*block, code [][]instruction, place map[*block]int) []instruction {
	far := make([]bool, len(blocks))
	starts := make([]int, len(blocks))
	for settled := false; !settled; {
		settled = true
		at := 0
		for i, b := range blocks {
			starts[i] = at
			at += len(code[i])
			if !b.end {
				at++
			}
			if far[i] {
				at += 2
			}
		}
		for i, b := range blocks {
			if b.end || far[i] {
				continue
			}
			jump := starts[i] + len(code[i])
			if max(starts[place[b.yes]], starts[place[b.no]])-jump-1 > 255 {
				far[i], settled = true, false
			}
		}
	}
	var program []instruction
	for i, b := range blocks {
		program = append(program, code[i]...)
		if b.end {
			continue
		}
		jump := instruction{Op: jumpCodes[b.condition], K: b.operand}
		if b.value.computed != nil && b.value.computed.indexed {
			jump.Op, jump.K = jump.Op|withIndex, 0
		}
		at := len(program)
		yes, no := starts[place[b.yes]]-at-1, starts[place[b.no]]-at-1
		if far[i] {
			jump.Jf = 1
			program = append(program, jump,
				instruction{Op: opJump, K: uint32(yes - 1)}, instruction{Op: opJump, K: uint32(no - 2)})
			continue
		}
		jump.Jt, jump.Jf = uint8(yes), uint8(no)
		program = append(program, jump)
	}
	return program
}
