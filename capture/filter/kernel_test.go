package filter

import (
	"encoding/binary"
	"slices"
)

// A shownPacket is a packet as the kernel shows it to a filter on a packet
// socket.
type shownPacket struct {
	data     []byte
	network  int // offset of the network header
	hardware uint32
	protocol uint32
	tagged   bool
	tag      uint32
	tagType  uint32
}

// frame shows an Ethernet frame as it is.
func frame(data []byte, hardware uint32) shownPacket {
	p := shownPacket{data: data, network: 14, hardware: hardware}
	if len(data) >= 14 {
		p.protocol = uint32(binary.BigEndian.Uint16(data[12:]))
	}
	return p
}

// untag shows an Ethernet frame whose outermost tag the network card took out.
func untag(data []byte) (shownPacket, bool) {
	if len(data) < 18 {
		return shownPacket{}, false
	}
	p := frame(slices.Concat(data[:12], data[16:]), 1)
	p.tagged, p.tagType, p.tag = true, uint32(binary.BigEndian.Uint16(data[12:])), uint32(binary.BigEndian.Uint16(data[14:]))
	return p, p.tagType == etherVLAN || p.tagType == etherQinQ
}

// bare shows a packet of an interface without link headers.
func bare(data []byte) (shownPacket, bool) {
	if len(data) == 0 {
		return shownPacket{}, false
	}
	protocols := map[byte]uint32{4: etherIP, 6: etherIPv6}
	return shownPacket{data: data, hardware: 65534, protocol: protocols[data[0]>>4]}, true
}

// kernelRun runs a program as Linux does, net/core/filter.c: absolute loads
// reach what is beside the packet, and all loads the network header, through
// offsets that are negative as signed numbers.
func kernelRun(program []instruction, p shownPacket) uint32 {
	var a, x uint32
	var memory [16]uint32
	read := func(offset uint32, size int) (uint32, bool) {
		place := int64(int32(offset))
		switch {
		case place >= 0:
		case offset >= 0xfff00000:
			place += 0x100000 + int64(p.network)
		default:
			return 0, false
		}
		if place < 0 || place+int64(size) > int64(len(p.data)) {
			return 0, false
		}
		var n uint32
		for _, b := range p.data[place : place+int64(size)] {
			n = n<<8 | uint32(b)
		}
		return n, true
	}
	beside := func(offset uint32) (uint32, bool) {
		switch offset - 0xfffff000 {
		case 0:
			return p.protocol, true
		case 4:
			return 0, true
		case 28:
			return p.hardware, true
		case 44:
			return p.tag, true
		case 48:
			if p.tagged {
				return 1, true
			}
			return 0, true
		case 60:
			return p.tagType, true
		}
		return 0, false
	}
	sizes := map[uint16]int{0x00: 4, 0x08: 2, 0x10: 1}
	for pc := 0; ; pc++ {
		i := program[pc]
		operand := i.K
		if i.Op&0x08 != 0 {
			operand = x
		}
		switch i.Op & 0x07 {
		case 0: // load
			switch i.Op & 0xe0 {
			case 0x00:
				a = i.K
			case 0x60:
				a = memory[i.K]
			case 0x80:
				a = uint32(len(p.data))
			case 0x20, 0x40:
				var ok bool
				if i.Op&0xe0 == 0x40 {
					a, ok = read(i.K+x, sizes[i.Op&0x18])
				} else if a, ok = beside(i.K); !ok {
					a, ok = read(i.K, sizes[i.Op&0x18])
				}
				if !ok {
					return 0
				}
			}
		case 1: // load index
			switch i.Op & 0xe0 {
			case 0x00:
				x = i.K
			case 0x60:
				x = memory[i.K]
			case 0x80:
				x = uint32(len(p.data))
			case 0xa0:
				n, ok := read(i.K, 1)
				if !ok {
					return 0
				}
				x = 4 * (n & 0xf)
			}
		case 2:
			memory[i.K] = a
		case 3:
			memory[i.K] = x
		case 4:
			switch i.Op & 0xf0 {
			case 0x00:
				a += operand
			case 0x10:
				a -= operand
			case 0x20:
				a *= operand
			case 0x30, 0x90:
				if operand == 0 {
					return 0
				}
				if i.Op&0xf0 == 0x30 {
					a /= operand
				} else {
					a %= operand
				}
			case 0x40:
				a |= operand
			case 0x50:
				a &= operand
			case 0x60:
				a <<= operand
			case 0x70:
				a >>= operand
			case 0x80:
				a = -a
			case 0xa0:
				a ^= operand
			}
		case 5:
			yes := false
			switch i.Op & 0xf0 {
			case 0x00:
				pc += int(i.K)
				continue
			case 0x10:
				yes = a == operand
			case 0x20:
				yes = a > operand
			case 0x30:
				yes = a >= operand
			case 0x40:
				yes = a&operand != 0
			}
			if yes {
				pc += int(i.Jt)
			} else {
				pc += int(i.Jf)
			}
		case 6:
			if i.Op&0x18 == 0x10 {
				return a
			}
			return i.K
		case 7:
			if i.Op&0xf8 == 0x80 {
				a = x
			} else {
				x = a
			}
		}
	}
}
