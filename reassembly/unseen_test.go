package reassembly

import "testing"

// FINs and RSTs that the capture missed: what the acknowledgements prove is
// told at the end of the connection, and not before; what they do not prove is
// not told.
func TestUnseenFIN(t *testing.T) {
	const talk = open + `
		C 0.1 P. 1 1 "abc"
		S 0.2 P. 1 4 "de"
		C 0.3 .  4 3
	`
	const talked = opened + `
		1: A@0 "abc" #4
		1: B@0 "de" #5
	`
	for _, test := range []struct {
		name, packets, want string
	}{
		{"the first FIN is missing", talk + `
			S 1.0 F. 3 5
			C 1.1 .  5 4
			c 3.0 .  1 1
			c 3.2 .  1 1`, talked + `
			1: B@2 fin #7
			1: A@3 fin unseen #7
			1: closed #8`},
		{"the second FIN is missing", talk + `
			C 1.0 F. 4 3
			S 1.1 .  3 5
			C 1.2 .  5 4
			c 3.3 .  1 1`, talked + `
			1: A@3 fin #7
			1: B@2 fin unseen #9
			1: closed #9`},
		{"both FINs are missing", talk + `
			S 1.0 .  3 5
			C 1.1 .  5 4
			c 3.2 .  1 1`, talked + `
			1: A@3 fin unseen #7
			1: B@2 fin unseen #8
			1: closed #8`},
		{"the last acknowledgement comes before the first", talk + `
			S 1.0 F. 3 4
			C 1.1 .  5 4
			S 1.2 .  4 5
			c 3.3 .  1 1`, talked + `
			1: B@2 fin #7
			1: A@3 fin unseen #9
			1: closed #9`},
		{"the other direction goes on until the capture ends", talk + `
			S 1.0 .  3 5
			S 9.0 P. 3 5 "f"`, talked + `
			1: B@2 "f" #8
			1: A@3 fin unseen #7
			1: end of capture #8`},
		{"nothing follows", talk + `
			S 1.0 .  3 5`, talked + `
			1: A@3 fin unseen #7
			1: end of capture #7`},
		{"an RST follows", talk + `
			S 1.0 .  3 5
			S 1.1 R. 3 5`, talked + `
			1: A@3 fin unseen #7
			1: B@2 reset #8
			1: closed #8`},
		{"another connection follows", talk + `
			S 1.0 .  3 5
			C 9.0 S  700000`, talked + `
			1: A@3 fin unseen #7
			1: replaced #8
			2: 192.0.2.1:40000 > 198.51.100.7:80 opened #8
			2: end of capture #8`},
		{"the FIN comes late", talk + `
			S 1.0 F. 3 5
			C 1.1 .  5 4
			C 1.2 F. 4 3`, talked + `
			1: B@2 fin #7
			1: A@3 fin #9
			1: closed #9`},
		{"the byte comes late: it was no FIN", talk + `
			S 1.0 F. 3 5
			C 1.1 .  5 4
			C 1.2 P. 4 3 "d"
			c 9.0 .  1 1`, talked + `
			1: B@2 fin #7
			1: A@3 "d" #9
			1: end of capture #10`},
		{"a byte behind it comes: one byte is lost", talk + `
			S 1.0 F. 3 5
			C 1.1 .  5 4
			C 1.2 P. 5 4 "e"
			c 9.0 .  1 1`, talked + `
			1: B@2 fin #7
			1: A@4 "e" #9 lost 1
			1: end of capture #10`},
		{"a FIN behind it comes: one byte is lost", talk + `
			S 1.0 F. 3 5
			C 1.1 F. 5 4
			c 9.0 .  1 1`, talked + `
			1: B@2 fin #7
			1: A@4 fin #8
			1: closed #9 lost 1 0`},
		{"two bytes are missing, of which one may be a FIN", talk + `
			S 1.0 F. 3 6
			C 1.1 .  6 4
			c 9.0 .  1 1`, talked + `
			1: B@2 fin #7
			1: end of capture #9 lost 2 0`},
		{"the other FIN is not acknowledged: it waits for more", talk + `
			S 1.0 F. 3 5
			c 9.0 .  1 1
			C 9.1 .  5 3`, talked + `
			1: B@2 fin #7
			1: A@3 fin unseen #7
			1: end of capture #9`},
		{"an acknowledgement that is overtaken by what it covers", talk + `
			S 1.0 .  3 5
			C 1.0 P. 4 3 "d"
			S 1.1 .  3 6
			C 1.1 F. 5 3`, talked + `
			1: A@3 "d" #8
			1: A@4 fin #10
			1: end of capture #10`},
		{"the RST is missing: nothing proves an end", talk + `
			C 9.0 S  700000`, talked + `
			1: replaced #7
			2: 192.0.2.1:40000 > 198.51.100.7:80 opened #7
			2: end of capture #7`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScript(t, Limits{})
			s.run(test.packets)
			s.assemble.Close()
			s.check(test.want)
		})
	}
}
