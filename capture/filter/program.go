package filter

import (
	"fmt"
	"strconv"
	"strings"
)

// IsProgram reports whether text is a program as "tcpdump -ddd" prints it
// rather than an expression: numbers only, and more than one.
func IsProgram(text string) bool {
	fields := strings.Fields(text)
	for _, field := range fields {
		if strings.Trim(field, "0123456789") != "" {
			return false
		}
	}
	return len(fields) > 1
}

// ParseProgram reads what "tcpdump -ddd" prints for a link type: the number of
// instructions, then four numbers for each. The filter is good for packets of
// that link type only. The program may read what the kernel shows beside a
// packet; Match takes such reads as reads beyond its end.
func ParseProgram(text string, link uint16) (*Filter, error) {
	layout, known := layoutOf(link)
	if !known {
		return nil, fmt.Errorf("filter: link type %d is not supported", link)
	}
	if len(text) > 64*maxProgram {
		return nil, fmt.Errorf("filter: a program has at most %d instructions", maxProgram)
	}
	fields := strings.Fields(text)
	var numbers []uint64
	for i, field := range fields {
		n, err := strconv.ParseUint(field, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("filter: number %d of the program is %q", i+1, field)
		}
		numbers = append(numbers, n)
	}
	if len(numbers) == 0 || uint64(len(numbers)-1) != 4*numbers[0] {
		return nil, fmt.Errorf("filter: a program is its number of instructions and four numbers for each")
	}
	var program []instruction
	for n := numbers[1:]; len(n) > 0; n = n[4:] {
		if n[0] > 0xffff || n[1] > 0xff || n[2] > 0xff {
			return nil, fmt.Errorf("filter: instruction %d of the program (%d %d %d %d) cannot be run", len(program)+1, n[0], n[1], n[2], n[3])
		}
		program = append(program, instruction{Op: uint16(n[0]), Jt: uint8(n[1]), Jf: uint8(n[2]), K: uint32(n[3])})
	}
	if err := verify(program); err != nil {
		return nil, err
	}
	f := &Filter{text: text}
	f.programs[layout] = program
	return f, nil
}

// given returns a program that came as numbers, keeping keep bytes where it
// accepts.
func (f *Filter) given(keep int) ([]instruction, error) {
	for _, program := range f.programs {
		if program == nil {
			continue
		}
		kept := append([]instruction(nil), program...)
		for i := range kept {
			if kept[i].Op == opReturn && kept[i].K != 0 {
				kept[i].K = uint32(keep)
			}
		}
		return kept, nil
	}
	return nil, ErrNotForKernel
}

// Fixed reports whether the filter was given as a program, which is good for
// one link type only.
func (f *Filter) Fixed() bool { return f.tree == nil }
