package filter

import (
	"encoding/binary"
	"fmt"
)

// run runs a program that verify has passed on the captured bytes of a packet
// that had length bytes on the wire, and returns what it returns: 0 for no.
// A read beyond data, or a division by zero, ends the program with 0.
func run(program []instruction, data []byte, length uint32) uint32 {
	var a, x uint32
	var scratch [scratchRegisters]uint32
	for at := 0; at < len(program); at++ {
		i := &program[at]
		switch i.Op {
		case 0x28, 0x48: // two bytes; as for all loads, the second code counts from x
			offset := uint64(i.K)
			if i.Op == 0x48 {
				offset += uint64(x)
			}
			if offset+2 > uint64(len(data)) {
				return 0
			}
			a = uint32(binary.BigEndian.Uint16(data[offset:]))
		case 0x30, 0x50:
			offset := uint64(i.K)
			if i.Op == 0x50 {
				offset += uint64(x)
			}
			if offset >= uint64(len(data)) {
				return 0
			}
			a = uint32(data[offset])
		case 0x20, 0x40:
			offset := uint64(i.K)
			if i.Op == 0x40 {
				offset += uint64(x)
			}
			if offset+4 > uint64(len(data)) {
				return 0
			}
			a = binary.BigEndian.Uint32(data[offset:])
		case opLoadHeaderLength:
			if uint64(i.K) >= uint64(len(data)) {
				return 0
			}
			x = uint32(data[i.K]&0xf) << 2
		case 0x15:
			at += branch(i, a == i.K)
		case 0x25:
			at += branch(i, a > i.K)
		case 0x35:
			at += branch(i, a >= i.K)
		case 0x45:
			at += branch(i, a&i.K != 0)
		case 0x1d:
			at += branch(i, a == x)
		case 0x2d:
			at += branch(i, a > x)
		case 0x3d:
			at += branch(i, a >= x)
		case 0x4d:
			at += branch(i, a&x != 0)
		case opJump:
			at += int(i.K)
		case opReturn:
			return i.K
		case opReturnA:
			return a
		case opLoadConstant:
			a = i.K
		case 0x01:
			x = i.K
		case opLoadLength:
			a = length
		case 0x81:
			x = length
		case opLoadRegister:
			a = scratch[i.K]
		case opLoadIndexed:
			x = scratch[i.K]
		case opStore:
			scratch[i.K] = a
		case opStoreIndex:
			scratch[i.K] = x
		case opToIndex:
			x = a
		case opFromIndex:
			a = x
		case 0x84:
			a = -a
		default:
			operand := i.K
			if i.Op&withIndex != 0 {
				operand = x
			}
			if operand == 0 && (i.Op&^withIndex == 0x34 || i.Op&^withIndex == 0x94) {
				return 0
			}
			a = calculate(i.Op, a, operand)
		}
	}
	return 0
}

func calculate(op uint16, a, b uint32) uint32 {
	switch op &^ withIndex {
	case 0x04:
		return a + b
	case 0x14:
		return a - b
	case 0x24:
		return a * b
	case 0x34:
		return a / b
	case 0x44:
		return a | b
	case 0x54:
		return a & b
	case 0x64:
		return a << b
	case 0x74:
		return a >> b
	case 0x94:
		return a % b
	}
	return a ^ b
}

// maxProgram is how many instructions the kernel takes, BPF_MAXINSNS.
const maxProgram = 4096

// verify reports why a program cannot be run: what Linux would refuse too.
func verify(program []instruction) error {
	if len(program) == 0 || len(program) > maxProgram {
		return fmt.Errorf("filter: a program has 1 to %d instructions, not %d", maxProgram, len(program))
	}
	for at, i := range program {
		left := uint32(len(program) - at - 1) // instructions behind this one
		ok := true
		switch i.Op {
		case 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, opLoadHeaderLength,
			opLoadConstant, 0x01, opLoadLength, 0x81, opReturn, opReturnA, opToIndex, opFromIndex, 0x84,
			0x04, 0x14, 0x24, 0x44, 0x54, 0xa4, 0x0c, 0x1c, 0x2c, 0x3c, 0x4c, 0x5c, 0x6c, 0x7c, 0x9c, 0xac:
		case 0x34, 0x94:
			ok = i.K != 0
		case 0x64, 0x74:
			ok = i.K < 32
		case opLoadRegister, opLoadIndexed, opStore, opStoreIndex:
			ok = i.K < scratchRegisters
		case opJump:
			ok = i.K < left
		case 0x15, 0x25, 0x35, 0x45, 0x1d, 0x2d, 0x3d, 0x4d:
			ok = uint32(max(i.Jt, i.Jf)) < left
		default:
			ok = false
		}
		if !ok {
			return fmt.Errorf("filter: instruction %d of the program (%d %d %d %d) cannot be run", at+1, i.Op, i.Jt, i.Jf, i.K)
		}
	}
	if last := program[len(program)-1].Op; last != opReturn && last != opReturnA {
		return fmt.Errorf("filter: the program does not end with a return")
	}
	return nil
}

// branch returns how many instructions to leave out.
func branch(i *instruction, yes bool) int {
	if yes {
		return int(i.Jt)
	}
	return int(i.Jf)
}
