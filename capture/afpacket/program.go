package afpacket

import "golang.org/x/net/bpf"

const (
	loadWord = 0x20 // BPF_LD | BPF_W | BPF_ABS
	jumpTo   = 0x05
	jumpIf   = 0x15 // BPF_JMP | BPF_JEQ | BPF_K
	giveBack = 0x06 // BPF_RET | BPF_K

	// SKF_AD_OFF and what lies behind it.
	ancillary          = 0xfffff000
	ancillaryType      = ancillary + 4
	ancillaryInterface = ancillary + 8
	ancillaryHardware  = ancillary + 28
)

// Prelude returns the program with tests before it: packets that leave
// through a loopback interface are left out, since they come back in at once,
// and, unless interfaces is empty, those of interfaces not in it.
func Prelude(program []bpf.RawInstruction, interfaces []int) []bpf.RawInstruction {
	result := []bpf.RawInstruction{
		{Op: loadWord, K: ancillaryHardware},
		{Op: jumpIf, K: HardwareLoopback, Jf: 3},
		{Op: loadWord, K: ancillaryType},
		{Op: jumpIf, K: Outgoing, Jf: 1},
		{Op: giveBack},
	}
	if len(interfaces) > 0 {
		result = append(result, bpf.RawInstruction{Op: loadWord, K: ancillaryInterface})
		for i, index := range interfaces {
			// Over the comparisons that are left, each of two instructions, and the return.
			over := uint32(2*(len(interfaces)-i-1) + 1)
			result = append(result,
				bpf.RawInstruction{Op: jumpIf, K: uint32(index), Jf: 1},
				bpf.RawInstruction{Op: jumpTo, K: over})
		}
		result = append(result, bpf.RawInstruction{Op: giveBack})
	}
	return append(result, program...)
}
