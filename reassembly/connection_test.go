package reassembly

import (
	"testing"
)

// open is the three-way handshake.
const open = `
	C 0.00 S  0
	S 0.01 S. 0 1
	C 0.02 .  1 1
`

const opened = `
	1: 192.0.2.1:40000 > 198.51.100.7:80 opened #1
	1: B@0 established #2
`

// One row per rule of TCP as an observer has to apply it.
func TestConnection(t *testing.T) {
	for _, test := range []struct {
		name, packets, want string
	}{
		{"in order, both sides, closed", open + `
			C 0.03 P. 1 1 "GET"
			S 0.04 P. 1 4 "101"
			C 0.05 F. 4 4
			S 0.06 F. 4 5
			C 0.07 .  5 5`, opened + `
			1: A@0 "GET" #4
			1: B@0 "101" #5
			1: A@3 fin #6
			1: B@3 fin #7
			1: closed #7`},
		{"out of order", open + `
			C 0.03 .  4 1 "DEF"
			C 0.04 .  1 1 "ABC"
			C 0.05 .  7 1 "GHI"`, opened + `
			1: A@0 "ABC" #5
			1: A@3 "DEF" #4
			1: A@6 "GHI" #6
			1: end of capture #6`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScript(t, Limits{})
			s.run(test.packets)
			s.assemble.Close()
			s.check(test.want)
		})
	}
}
