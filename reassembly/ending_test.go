package reassembly

import "testing"

// How connections end, and what tells the next one between the same ends.
func TestEnding(t *testing.T) {
	for _, test := range []struct {
		name, packets, want string
	}{
		{"half-close", open + `
			C 0.1 F. 1 1
			S 0.2 P. 1 2 "more"
			S 0.3 F. 5 2`, opened + `
			1: A@0 fin #4
			1: B@0 "more" #5
			1: B@4 fin #6
			1: closed #6`},
		{"bytes behind a FIN are no part of the stream", open + `
			C 0.1 F. 1 1 "a"
			C 0.2 P. 2 1 "bc"
			C 0.3 P. 3 1 "d"`, opened + `
			1: A@0 "a" #4
			1: A@1 fin #4
			1: end of capture #6`},
		{"a FIN before bytes waits for them", open + `
			C 0.1 F. 4 1
			C 0.2 .  1 1 "abc"`, opened + `
			1: A@0 "abc" #5
			1: A@3 fin #4
			1: end of capture #5`},
		{"a FIN in the place of later bytes lied", open + `
			C 0.1 F. 4 1
			C 0.2 .  1 1 "abcdef"
			C 0.3 F. 7 1`, opened + `
			1: A@0 "abcdef" #5
			1: A@6 fin #6
			1: end of capture #6`},
		{"a FIN in the place of earlier bytes lies", open + `
			C 0.1 . 1 1 "abc"
			C 0.2 F. 2 1`, opened + `
			1: A@0 "abc" #4
			1: end of capture #5`},
		{"the final ACK and late copies open nothing", open + `
			C 0.1 F. 1 1 "a"
			S 0.1 F. 1 3
			C 0.1 .  3 2
			C 0.1 F. 1 1 "a"
			S 0.2 R  2`, opened + `
			1: A@0 "a" #4
			1: A@1 fin #4
			1: B@0 fin #5
			1: closed #5`},
		{"reset", open + `
			C 0.1 P. 1 1 "abc"
			S 0.2 R. 1 4`, opened + `
			1: A@0 "abc" #4
			1: B@0 reset #5
			1: closed #5`},
		{"an RST outside of the window is nobody's", open + `
			C 0.1 P. 1 1 "abc"
			S 0.2 .  1 4
			C 0.3 R  2
			C 0.3 R  2000000
			C 0.4 R  4`, opened + `
			1: A@0 "abc" #4
			1: A@3 reset #8
			1: closed #8`},
		{"an RST after the FIN", open + `
			C 0.1 F. 1 1
			S 0.2 .  1 2
			S 0.2 P. 1 2 "late"
			C 0.3 R  2`, opened + `
			1: A@0 fin #4
			1: B@0 "late" #6
			1: A@0 reset #7
			1: closed #7`},
		{"an RST behind missing bytes", open + `
			C 0.1 P. 1 1 "abc"
			C 0.2 R. 9 1`, opened + `
			1: A@0 "abc" #4
			1: A@8 reset #5
			1: closed #5 lost 5 0`},
		{"port reuse: a SYN of another connection", open + `
			C 0.1 P. 1 1 "abc"
			C 9 S 500000
			S 9 S. 700000 500001
			C 9 P. 500001 700001 "def"`, opened + `
			1: A@0 "abc" #4
			1: replaced #5
			2: 192.0.2.1:40000 > 198.51.100.7:80 opened #5
			2: B@0 established #6
			2: A@0 "def" #7
			2: end of capture #7`},
		{"port reuse: only the SYN ACK is seen", open + `
			C 0.1 P. 1 1 "abc"
			S 9 S. 700000 500001`, opened + `
			1: A@0 "abc" #4
			1: replaced #5
			2: 192.0.2.1:40000 > 198.51.100.7:80 opened #5
			2: B@0 established #5
			2: end of capture #5`},
		{"port reuse: a repeated SYN is no new connection", open + `
			C 0.1 P. 1 1 "abc"
			C 0.2 S 0`, opened + `
			1: A@0 "abc" #4
			1: end of capture #5`},
		{"port reuse without a SYN: three segments far away are believed", open + `
			C 0.1 P. 1 1 "abc"
			C 0.2 P. 90000000 90000000 "x1"
			C 0.3 P. 90000002 90000000 "x2"
			C 0.4 P. 90000004 90000000 "x3"`, opened + `
			1: A@0 "abc" #4
			1: replaced #7
			2: 192.0.2.1:40000 > 198.51.100.7:80 #7
			2: A@0 "x3" #7
			2: end of capture #7`},
		{"one segment far away may be forged", open + `
			C 0.1 P. 1 1 "abc"
			C 0.2 P. 90000000 90000000 "x1"
			C 0.3 P. 4 1 "def"`, opened + `
			1: A@0 "abc" #4
			1: A@3 "def" #6
			1: end of capture #6`},
		{"after the end, soon: nothing", open + `
			S 0.1 R. 1 1
			S 0.2 P. 1 1 "abc"`, opened + `
			1: B@0 reset #4
			1: closed #4`},
		{"after the end, a minute later: another connection", open + `
			S 0.1 R. 1 1
			S 61 P. 1 1 "abc"`, opened + `
			1: B@0 reset #4
			1: closed #4
			2: 198.51.100.7:80 > 192.0.2.1:40000 #5
			2: A@0 "abc" #5
			2: end of capture #5`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScript(t, Limits{})
			s.run(test.packets)
			s.assemble.Close()
			s.check(test.want)
		})
	}
}
