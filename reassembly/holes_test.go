package reassembly

import (
	"fmt"
	"strings"
	"testing"
)

// repeat writes a packet of the script n times.
func repeat(n int, format string, at ...any) string {
	return strings.Repeat(fmt.Sprintf(format, at...)+"\n", n)
}

// Holes: who waits how long, and what is said about the bytes.
func TestHoles(t *testing.T) {
	const hole = open + `
		C 0.1 . 4 1 "def"`
	const given = `
		1: A@3 "def" #4 lost 3`
	for _, test := range []struct {
		name, packets, want string
	}{
		{"the receiver has the bytes, and the capture shows them late", hole + `
			S 0.1 . 1 7` + "\n" + repeat(31, "S 0.2 . 1 7") + `
			C 0.2 . 1 1 "abc"`, `
			1: A@0 "abc" #37
			1: A@3 "def" #4
			1: end of capture #37`},
		{"the receiver has the bytes, 32 packets later", hole + `
			S 0.1 . 1 7` + "\n" + repeat(32, "S 0.2 . 1 7"), given + `
			1: end of capture #37`},
		{"the receiver has the bytes, 200 ms later", hole + `
			S 0.1 . 1 7
			S 0.31 . 1 7`, given + `
			1: end of capture #6`},
		{"the receiver has the bytes; another connection tells that time has passed", hole + `
			S 0.1 . 1 7
			c 0.31 P. 1 1 "x"`, given + `
			2: 192.0.2.1:40001 > 198.51.100.7:80 #6
			2: A@0 "x" #6
			1: end of capture #6
			2: end of capture #6`},
		{"the receiver lacks them too: there is time for a retransmission", hole + "\n" +
			repeat(300, "S 9 . 1 1") + `
			C 9 . 1 1 "abc"`, `
			1: A@0 "abc" #305
			1: A@3 "def" #4
			1: end of capture #305`},
		{"the receiver lacks them to the end", hole, given + `
			1: end of capture #4`},
		{"the receiver acknowledges half of the hole", hole + `
			S 0.1 . 1 2
			S 9   . 1 2
			C 9   . 1 1 "abc"`, `
			1: A@0 "abc" #7
			1: A@3 "def" #4
			1: end of capture #7`},
		{"a copy that arrives too late was lost", hole + `
			S 0.1 . 1 7
			S 0.31 . 1 7
			C 0.4 . 1 1 "abc"`, given + `
			1: A@0 retransmitted 3 #7
			1: end of capture #7`},
		{"two holes: the second is given up when its own time has come", hole + `
			C 0.1 . 10 1 "jkl"
			S 0.1 . 1 13
			S 0.31 . 1 13`, given + `
			1: A@9 "jkl" #5 lost 3
			1: end of capture #7`},
		{"two holes: the second has only just been seen", hole + `
			S 0.1 . 1 100
			C 0.3 . 10 1 "jkl"
			C 0.31 . 1 1 ""
			C 0.32 . 7 1 "ghi"`, given + `
			1: A@6 "ghi" #8
			1: A@9 "jkl" #6
			1: end of capture #8 lost 87 0`},
		{"a FIN behind a hole", open + `
			C 0.1 F. 4 1
			S 0.1 . 1 5
			S 0.31 . 1 5
			S 0.4 F. 1 5`, `
			1: A@3 fin #4
			1: B@0 fin #7
			1: closed #7 lost 3 0`},
		{"a FIN behind a hole, and an end that comes with the time", open + `
			C 0.1 F. 4 1
			S 0.1 F. 1 5
			c 0.31 P. 1 1 "x"`, `
			1: B@0 fin #5
			1: A@3 fin #4
			1: closed #6 lost 3 0
			2: 192.0.2.1:40001 > 198.51.100.7:80 #6
			2: A@0 "x" #6
			2: end of capture #6`},
		{"a reset ends the wait", hole + `
			S 0.2 R. 1 1`, given + `
			1: B@0 reset #5
			1: closed #5`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScript(t, Limits{})
			s.run(test.packets)
			s.assemble.Close()
			s.check(opened + test.want)
		})
	}
}

// One direction only: nobody can be seen to acknowledge.
func TestHolesOneDirection(t *testing.T) {
	const hole = `
		C 0   P. 1 1 "abc"
		C 0.1 P. 7 1 "ghi"`
	const joined = `
		1: 192.0.2.1:40000 > 198.51.100.7:80 #1
		1: A@0 "abc" #1`
	for _, test := range []struct {
		name, packets, want string
	}{
		{"a retransmission in time", hole + `
			C 1.1 P. 4 1 "def"`, `
			1: A@3 "def" #3
			1: A@6 "ghi" #2
			1: end of capture #3`},
		{"none in time", hole + `
			C 1.11 P. 10 1 "jkl"`, `
			1: A@6 "ghi" #2 lost 3
			1: A@9 "jkl" #3
			1: end of capture #3`},
		{"none in 256 packets", hole + "\n" + repeat(256, "C 0.1 . 10 1"), `
			1: A@6 "ghi" #2 lost 3
			1: end of capture #258`},
		{"almost", hole + "\n" + repeat(255, "C 0.1 . 10 1") + `
			C 0.1 P. 4 1 "def"`, `
			1: A@3 "def" #258
			1: A@6 "ghi" #2
			1: end of capture #258`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScript(t, Limits{})
			s.run(test.packets)
			s.assemble.Close()
			s.check(joined + test.want)
		})
	}
}

// The clock that is set back does not stop the waiting, nor does it end it.
func TestTimeRunsBackwards(t *testing.T) {
	s := newScript(t, Limits{})
	s.run(`
		C 100    P. 1 1 "abc"
		S 100    .  1 9
		C 100    P. 7 1 "ghi"
		S 50     .  1 9
		S 50.1   .  1 9`)
	s.check(`
		1: 192.0.2.1:40000 > 198.51.100.7:80 #1
		1: A@0 "abc" #1`)
	s.run(`S 50.31 . 1 9`)
	s.check(`
		1: 192.0.2.1:40000 > 198.51.100.7:80 #1
		1: A@0 "abc" #1
		1: A@6 "ghi" #3 lost 3`)
}

// Sequence numbers wrap around in every place.
func TestWrapAround(t *testing.T) {
	for isn := range uint32(12) {
		s := newScript(t, Limits{})
		s.isn['C'] = -isn
		s.run(open + `
			C 0.1 . 4 1 "def"
			C 0.1 . 1 1 "abcd"
			C 0.2 . 7 1 "ghi"
			C 0.3 . 3 1 "cdefghi"
			S 0.3 . 1 10
			C 0.4 . 9 1
			C 0.5 F. 10 1`)
		s.assemble.Close()
		s.check(opened + `
			1: A@3 retransmitted 1 #5
			1: A@0 "abc" #5
			1: A@3 "def" #4
			1: A@6 "ghi" #6
			1: A@2 retransmitted 7 #7
			1: A@9 keep-alive #9
			1: A@9 fin #10
			1: end of capture #10`)
	}
}

// Positions do not wrap around with the sequence numbers, whether or not
// anybody acknowledges.
func TestLongStream(t *testing.T) {
	for _, acknowledged := range []bool{true, false} {
		s := newScript(t, Limits{})
		s.run(`C 0 P. 1 1 "abc"`)
		at := uint32(0)
		const step = 10 << 20 // bytes that were lost each time
		for range 1000 {
			at += step
			if acknowledged {
				s.line(fmt.Sprintf(`S 0 . 1 %d`, int64(at+4)))
			}
			s.line(fmt.Sprintf(`C 0 P. %d 1 "abc"`, int64(at+1)))
			s.clock += 2e9
			s.line(fmt.Sprintf(`C %f . %d 1`, s.clock.Seconds(), int64(at+4)))
			s.clock = 0
		}
		r := s.records[1]
		if got, want := int64(len(r.stream[0]))+r.lost[0], int64(step*1000+3); got != want || len(r.stream[0]) != 3003 {
			t.Errorf("acknowledged %v: stream of %d bytes, %d known; want %d, 3003", acknowledged, got, len(r.stream[0]), want)
		}
	}
}
