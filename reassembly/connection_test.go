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

// How connections begin, and what becomes of their bytes: one row per rule of
// TCP as an observer has to apply it.
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
		{"a SYN repeated, and one captured twice", `
			C 0.000 S 0
			C 0.001 S 0
			C 1.001 S 0
			S 1.002 S. 0 1`, `
			1: 192.0.2.1:40000 > 198.51.100.7:80 opened #1
			1: A@0 syn repeated #3
			1: B@0 established #4
			1: end of capture #4`},
		{"a SYN ACK repeated", open[:len(open)-len("	C 0.02 .  1 1\n")] + `
			S 0.011 S. 0 1
			S 1.01 S. 0 1`, opened + `
			1: B@0 syn repeated #4
			1: end of capture #4`},
		{"refused", `
			C 0 S 0
			S 0.01 R. 0 1`, `
			1: 192.0.2.1:40000 > 198.51.100.7:80 opened #1
			1: B@0 refused #2
			1: closed #2`},
		{"an RST that does not answer the SYN", `
			C 0 S 0
			S 0.01 R. 0 2
			S 0.01 R 0`, `
			1: 192.0.2.1:40000 > 198.51.100.7:80 opened #1
			1: end of capture #3`},
		{"refused, and tried again from the same port", `
			C 0 S 0
			S 0.01 R. 0 1
			C 1 S 5000
			S 1.01 R. 0 5001`, `
			1: 192.0.2.1:40000 > 198.51.100.7:80 opened #1
			1: B@0 refused #2
			1: closed #2
			2: 192.0.2.1:40000 > 198.51.100.7:80 opened #3
			2: B@0 refused #4
			2: closed #4`},
		{"only the SYN ACK of the handshake: its receiver is A", `
			S 0 S. 0 1
			S 1 P. 1 1 "hi"`, `
			1: 192.0.2.1:40000 > 198.51.100.7:80 opened #1
			1: B@0 established #1
			1: B@0 "hi" #2
			1: end of capture #2`},
		{"the SYN ACK is missing", `
			C 0 S 0
			C 1 . 1 1
			S 2 P. 3 1 "llo"`, `
			1: 192.0.2.1:40000 > 198.51.100.7:80 opened #1
			1: B@2 "llo" #3 lost 2
			1: end of capture #3`},
		{"the SYN comes after its answer", `
			S 0 S. 0 1
			C 0 S 0
			C 0 P. 1 1 "GET"`, `
			1: 192.0.2.1:40000 > 198.51.100.7:80 opened #1
			1: B@0 established #1
			1: A@0 "GET" #3
			1: end of capture #3`},
		{"the SYN comes after the bytes", `
			C 0 P. 1 1 "GET"
			C 0 S 0
			C 0 P. 4 1 " /"`, `
			1: 192.0.2.1:40000 > 198.51.100.7:80 #1
			1: A@0 "GET" #1
			1: A@3 " /" #3
			1: end of capture #3`},
		{"simultaneous open", `
			C 0 S 0
			S 0 S 0
			C 0.01 S. 0 1
			S 0.01 S. 0 1
			S 0.02 P. 1 1 "x1"
			C 0.02 P. 1 1 "y1"`, `
			1: 192.0.2.1:40000 > 198.51.100.7:80 opened #1
			1: A@0 established #3
			1: B@0 "x1" #5
			1: A@0 "y1" #6
			1: end of capture #6`},
		{"data with the SYN", `
			C 0 S 0 0 "GET"
			S 0 S. 0 4
			C 0 P. 4 1 " /"`, `
			1: 192.0.2.1:40000 > 198.51.100.7:80 opened #1
			1: A@0 "GET" #1
			1: B@0 established #2
			1: A@3 " /" #3
			1: end of capture #3`},
		{"data with the SYN that is not taken comes again", `
			C 0 S 0 0 "GET"
			S 0 S. 0 1
			C 0 P. 1 1 "GET /"`, `
			1: 192.0.2.1:40000 > 198.51.100.7:80 opened #1
			1: A@0 "GET" #1
			1: B@0 established #2
			1: A@0 retransmitted 3 #3
			1: A@3 " /" #3
			1: end of capture #3`},
		{"nothing begins with a bare ACK, FIN, RST or a probe", `
			C 0 . 1 1
			C 0 F. 1 1
			C 0 R 2
			C 0 . 1 1 "x"`, ``},
		{"one pushed byte does begin a connection", `
			C 0 P. 1 1 "x"`, `
			1: 192.0.2.1:40000 > 198.51.100.7:80 #1
			1: A@0 "x" #1
			1: end of capture #1`},
		{"joined later: either side may come first", `
			S 0 P. 5 7 "ab"
			C 0 P. 7 7 "cd"`, `
			1: 198.51.100.7:80 > 192.0.2.1:40000 #1
			1: A@0 "ab" #1
			1: B@0 "cd" #2
			1: end of capture #2`},
		{"retransmitted, with other borders", open + `
			C 0.1 P. 1 1 "abc"
			C 0.2 P. 4 1 "def"
			C 0.3 P. 2 1 "bcdefgh"
			C 0.4 P. 1 1 "abcdefgh"`, opened + `
			1: A@0 "abc" #4
			1: A@3 "def" #5
			1: A@1 retransmitted 5 #6
			1: A@6 "gh" #6
			1: A@0 retransmitted 8 #7
			1: end of capture #7`},
		{"retransmitted with other content: the first copy was delivered", open + `
			C 0.1 P. 1 1 "abc"
			C 0.2 P. 1 1 "aXXd"`, opened + `
			1: A@0 "abc" #4
			1: A@0 retransmitted 3 #5
			1: A@0 conflict 2 #5
			1: A@3 "d" #5
			1: end of capture #5`},
		{"retransmitted with other content: the first copy waits", open + `
			C 0.1 P. 4 1 "def"
			C 0.2 P. 1 1 "abcDEFghi"`, opened + `
			1: A@3 retransmitted 3 #5
			1: A@3 conflict 3 #5
			1: A@0 "abc" #5
			1: A@3 "def" #4
			1: A@6 "ghi" #5
			1: end of capture #5`},
		{"parts behind a hole that overlap in every way", open + `
			C 0.1 . 10 1 "jkl"
			C 0.1 . 4 1 "def"
			C 0.1 . 3 1 "cdefg"
			C 0.1 . 8 1 "hijklmn"
			C 0.1 . 10 1 "jkl"
			C 0.1 . 1 1 "abc"`, opened + `
			1: A@3 retransmitted 3 #6
			1: A@9 retransmitted 3 #7
			1: A@9 retransmitted 3 #8
			1: A@2 retransmitted 1 #9
			1: A@0 "ab" #9
			1: A@2 "c" #6
			1: A@3 "def" #5
			1: A@6 "g" #6
			1: A@7 "hi" #7
			1: A@9 "jkl" #4
			1: A@12 "mn" #7
			1: end of capture #9`},
		{"keep-alive probes, with and without a byte", open + `
			C 0.1 P. 1 1 "abc"
			C 75  .  3 1
			C 150 .  3 1 "\x00"
			C 151 P. 4 1 "def"`, opened + `
			1: A@0 "abc" #4
			1: A@3 keep-alive #5
			1: A@3 keep-alive #6
			1: A@3 "def" #7
			1: end of capture #7`},
		{"a segment of one byte sent twice is no probe", open + `
			C 0.1 P. 1 1 "a"
			C 1.1 P. 1 1 "a"`, opened + `
			1: A@0 "a" #4
			1: A@0 retransmitted 1 #5
			1: end of capture #5`},
		{"an ACK that was overtaken by one byte is no probe", open + `
			C 0.1 P. 1 1 "a"
			C 0.1 .  1 1`, opened + `
			1: A@0 "a" #4
			1: end of capture #5`},
		{"zero window", open + `
			C 0.1 . 1 1 win=0
			C 0.2 . 1 1 win=0
			S 0.3 R. 1 1 win=0`, opened + `
			1: A@0 zero window #4
			1: B@0 reset #6
			1: closed #6`},
		{"the window opens", open + `
			C 0.1 . 1 1 win=0
			C 0.2 . 1 1 win=1`, opened + `
			1: A@0 zero window #4
			1: A@0 window open #5
			1: end of capture #5`},
		{"cut by the snaplen", open + `
			C 0.1 . 1 1 "abcdef" cut=2
			C 0.2 . 7 1 "gh"
			C 0.3 . 9 1 "ij" cut=2
			C 0.4 . 11 1 "kl" cut=22
			C 0.5 F. 13 1`, opened + `
			1: A@0 "abcd" #4
			1: A@6 "gh" #5 lost 2 cut 2
			1: A@12 fin #8
			1: end of capture #8 lost 4 0`},
		{"the last bytes are missing", open + `
			C 0.1 . 1 1 "abc"
			S 0.2 . 1 9`, opened + `
			1: A@0 "abc" #4
			1: end of capture #5 lost 5 0`},
		{"an uncaptured FIN is no lost byte", open + `
			C 0.1 . 1 1 "abc"
			S 0.2 . 1 5`, opened + `
			1: A@0 "abc" #4
			1: A@3 fin unseen #5
			1: end of capture #5`},
		{"both at once: one side's hole does not stop the other", open + `
			C 0.1 . 4 1 "def"
			S 0.2 . 1 1 "xyz"
			C 0.3 . 1 4 "abc"`, opened + `
			1: B@0 "xyz" #5
			1: A@0 "abc" #6
			1: A@3 "def" #4
			1: end of capture #6`},
		{"two connections at once", open + `
			c 0.1 P. 1 1 "abc"
			C 0.2 P. 1 1 "xyz"`, opened + `
			2: 192.0.2.1:40001 > 198.51.100.7:80 #4
			2: A@0 "abc" #4
			1: A@0 "xyz" #5
			1: end of capture #5
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
