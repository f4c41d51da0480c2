package session

import (
	"context"
	"crypto/sha256"
	"fmt"
	"testing"

	"wsight/capture"
	"wsight/dissect"
	"wsight/dissect/tls"
	"wsight/internal/packets"
)

const largest = 64 << 20 // of the payloads of these tests

// all reads the messages of a capture from beginning to end.
func all(t testing.TB, name string, keys *tls.KeyLog) []told {
	t.Helper()
	src, err := capture.Open(context.Background(), []string{name}, capture.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var list []told
	if _, err := Run(context.Background(), src, Options{Dissect: dissect.Options{MaxPayload: largest, Keys: keys}}, func(ev dissect.Event) {
		if m, ok := ev.(*dissect.Message); ok {
			list = append(list, tell(m))
		}
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

// tell keeps a digest of a payload.
func tell(m *dissect.Message) told {
	return told{m.Conv.Number, m.N, int(m.Packet), m.Type, m.Wire, fmt.Sprintf("%d %x %s", m.Length, sha256.Sum256(m.Payload), m.Undecoded)}
}

// reopen reads message n again and returns what it says and how much work it
// was to get there.
func reopen(t testing.TB, r *Record, n int, payload int64) (got told, work int64) {
	t.Helper()
	p, err := r.player(ReplayRequest{Conversation: 1, First: n, Last: n, MaxPayload: payload})
	if err != nil {
		t.Fatal(err)
	}
	p.handle = func(ev dissect.Event) bool {
		if m, ok := ev.(*dissect.Message); ok {
			got = tell(m)
		}
		return true
	}
	if err := p.play(context.Background()); err != nil && err != errEnough {
		t.Fatal(err)
	}
	work = p.conn.Work()
	if p.point != nil {
		work -= p.point.work
	}
	return got, work
}

// TestPoints: whatever the connection is, and wherever in it, a message that
// is read again from a point is the one that a reading of all gives, and is
// reached with little work.
func TestPoints(t *testing.T) {
	const size = 32 << 10
	dialogue := func(n int, each func(l *lengthy, i int)) func(*lengthy) {
		return func(l *lengthy) {
			for i := range n {
				if each != nil {
					each(l, i)
				}
				l.say(packets.Direction(i%3/2), size, 1+i%4/3*5)
			}
		}
	}
	for _, test := range []struct {
		name   string
		sealed bool
		again  bool // the file can be read again; else it is spooled
		script func(*lengthy)
	}{
		{"deflate", false, true, dialogue(700, nil)},
		{"TLS", true, true, dialogue(700, nil)},
		{"TLS, spooled", true, false, dialogue(700, nil)},
		{"TLS with KeyUpdate", true, true, dialogue(700, func(l *lengthy, i int) {
			if i%150 == 100 {
				l.update(packets.Direction(i / 150 % 2))
			}
		})},
		{"holes, spooled", false, false, dialogue(900, holes)},
		{"TLS with holes", true, true, dialogue(900, holes)},
		{"a message inside of which others lie", false, true, func(l *lengthy) {
			first := l.Frame(0, packets.Text, []byte("begun "))
			l.write(0, first)
			for range 500 {
				l.say(1, size, 1)
			}
			l.write(0, l.Frame(0, 0x80, []byte("ended")))
			for range 150 {
				l.say(0, size, 2)
			}
		}},
		{"large messages", true, true, func(l *lengthy) {
			for i := range 6 {
				l.say(packets.Direction(i%2), 6<<20, 1+i%3)
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l, keys := newLengthy(t, test.sealed)
			test.script(l)
			name := l.file(t)
			want := all(t, name, keys)
			r := recorded(t, name, test.again, RecordOptions{Options: Options{Dissect: dissect.Options{Keys: keys}}})
			if n := len(r.tracks[0].log.points); n < 4 {
				t.Fatalf("there are %d points; want more", n)
			}
			decoded := 0
			for i := 0; i < len(want); i += 1 + min(i, len(want)-i)/9 {
				got, work := reopen(t, r, i+1, largest)
				if got != want[i] {
					t.Fatalf("message %d is read again as %+v; want %+v", i+1, got, want[i])
				}
				if most := int64(4*pointSpacing + 16<<20); work > most {
					t.Errorf("message %d takes work on %d bytes; want %d at most", i+1, work, most)
				}
				if got.payload[len(got.payload)-1] == ' ' {
					decoded++
				}
			}
			if decoded < 5 {
				t.Errorf("%d messages that were looked at could be decoded; want more", decoded)
			}
		})
	}
}

// holes loses messages of both sides now and then. A while later the sender
// begins with an empty history.
func holes(l *lengthy, i int) {
	switch d := packets.Direction(i / 300 % 2); i % 300 {
	case 120:
		l.lose(d, 3000)
	case 180:
		l.forget(d)
	}
}

// TestPointsAreBounded: however much passes, the points of all connections
// take no more memory than they may, and still help.
func TestPointsAreBounded(t *testing.T) {
	const most = 2 << 20
	l, keys := newLengthy(t, true)
	for i := range 900 {
		l.say(packets.Direction(i%2), 64<<10, 1)
	}
	name := l.file(t)
	r := recorded(t, name, true, RecordOptions{Points: most, Options: Options{Dissect: dissect.Options{Keys: keys}}})
	sum := int64(0)
	for _, p := range r.tracks[0].log.points {
		sum += int64(p.state.Size())
	}
	if counted := r.points.bytes + r.points.early; counted != sum || sum > most || sum == 0 {
		t.Errorf("points take %d bytes, counted as %d; want %d at most", sum, counted, most)
	}
	if r.points.spacing <= pointSpacing {
		t.Errorf("points lie %d bytes apart; want them thinned out", r.points.spacing)
	}
	want := all(t, name, keys)
	for _, n := range []int{1, 400, 899, 900} {
		got, work := reopen(t, r, n, largest)
		if got != want[n-1] {
			t.Errorf("message %d is read again as %+v; want %+v", n, got, want[n-1])
		}
		if work > 2*r.points.spacing {
			t.Errorf("message %d takes work on %d bytes; points lie %d apart", n, work, r.points.spacing)
		}
	}
}

// TestPointsGoWithRows: when the oldest rows go, so do the points and the
// pieces of the log that only they needed; what is left can be read.
func TestPointsGoWithRows(t *testing.T) {
	l, keys := newLengthy(t, true)
	for i := range 7000 {
		l.say(packets.Direction(i%2), 4<<10, 1)
	}
	name := l.file(t)
	r := recorded(t, name, true, RecordOptions{Rows: 2 * blockRows, Options: Options{Dissect: dissect.Options{Keys: keys}}})
	log := r.tracks[0].log
	if first := log.points[0]; first.early || log.pieces.gone == 0 {
		t.Errorf("the first point is at piece %d, %d blocks of pieces are gone", first.piece, log.pieces.gone)
	}
	want := all(t, name, keys)
	first, end := r.Extent(1)
	for _, id := range []int{first, (first + end) / 2, end - 2} {
		row, _ := r.Row(1, id)
		if got, _ := reopen(t, r, row.N, largest); row.Kind != RowMessage || got != want[row.N-1] {
			t.Errorf("row %d is read again as %+v; want %+v", id, got, want[row.N-1])
		}
	}
}

// BenchmarkReopen reads one message of a long connection again: 256 MiB of
// content, compressed and with TLS. The figure that matters is the worst one.
func BenchmarkReopen(b *testing.B) {
	const n, size = 8192, 32 << 10
	for _, sealed := range []bool{false, true} {
		l, keys := newLengthy(b, sealed)
		for i := range n {
			l.say(packets.Direction(i%3/2), size, 1)
		}
		r := recorded(b, l.file(b), true, RecordOptions{Options: Options{Dissect: dissect.Options{Keys: keys}}})
		b.Logf("sealed %v: %d points take %d KiB, %.1f bytes for each of %d messages", sealed, len(r.tracks[0].log.points),
			(r.points.bytes+r.points.early)>>10, float64(r.points.bytes+r.points.early)/n, n)
		for _, at := range []struct {
			name string
			n    int
		}{{"start", 1}, {"middle", n / 2}, {"end", n}} {
			b.Run(fmt.Sprintf("tls=%v/%s", sealed, at.name), func(b *testing.B) {
				i := 0
				for b.Loop() {
					want := max(1, at.n-i%200)
					i += 7
					if got, _ := reopen(b, r, want, 1<<20); got.n != want {
						b.Fatal("it is not read again")
					}
				}
			})
		}
	}
}

// TestReopenWhileItRuns: messages are read again from points while the
// connection goes on.
func TestReopenWhileItRuns(t *testing.T) {
	l, keys := newLengthy(t, true)
	for i := range 400 {
		l.say(packets.Direction(i%2), 48<<10, 1)
	}
	name := l.file(t)
	want := all(t, name, keys)
	src, err := capture.Open(context.Background(), []string{name}, capture.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := NewRecord(RecordOptions{Reread: src.Reread, Options: Options{Dissect: dissect.Options{Keys: keys}}})
	defer r.Close()
	done := make(chan error)
	go func() { done <- r.Run(context.Background(), src) }()
	for running := true; running; {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			running = false
		default:
		}
		if n := r.lastMessage(1); n > 0 {
			for _, n := range []int{n, (n + 1) / 2} {
				if got, _ := reopen(t, r, n, largest); got != want[n-1] {
					t.Fatalf("message %d is read again as %+v; want %+v", n, got, want[n-1])
				}
			}
		}
	}
}
