package verdict

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"wsight/finding"
)

// Quality says what a capture as a whole held, beside its conversations.
type Quality struct {
	Packets        int64
	PassedOver     int64 // of these, that a filter left out
	TCP            int64 // connections
	TLSWithoutKeys int64
	Keys           int   // connections that there are TLS secrets of
	Dropped        int64 // -1 when it is not known
	Truncated      int64
	Complete       bool
	Last           time.Time
}

// A tally counts what was looked at to say that nothing is wrong.
type tally struct {
	sockets, legs, handshakes, messages int
	gaps                                bool // the capture lacks something of one of them
}

func (t *tally) add(l *leg) {
	t.legs++
	if l.kind != 0 {
		t.handshakes++
	}
	t.messages += int(l.messages)
	t.gaps = t.gaps || slices.ContainsFunc(captureRules, func(r rule) bool { return l.has(r.code) })
}

// healthy returns the diagnosis that says that all is well, and what was
// looked at to say so.
func (t *tally) healthy(q Quality, letGo int) Diagnosis {
	d := Diagnosis{Severity: finding.Note, Certainty: Certain, Count: t.sockets, Time: q.Last}
	if t.legs == 0 {
		d.Headline = q.unseen()
		d.Remedies = q.Remedies()
		return d
	}
	var b strings.Builder
	lead := "All is well"
	if t.gaps || !q.Complete || letGo > 0 || q.TLSWithoutKeys > 0 {
		lead = "Nothing wrong was found"
	}
	fmt.Fprintf(&b, "%s: %s", lead, count(t.sockets, "WebSocket"))
	fmt.Fprintf(&b, " on %s, %s and %s checked", count(t.legs, "connection"), count(t.handshakes, "handshake"), count(t.messages, "message"))
	if t.legs > t.sockets {
		b.WriteString(", both sides of a proxy compared")
	}
	switch {
	case !q.Complete:
		b.WriteString("; the file ends early")
	case t.gaps:
		b.WriteString(", as far as they are in the capture")
	default:
		b.WriteString(", nothing missing from the capture")
	}
	if letGo > 0 {
		fmt.Fprintf(&b, "; %s not looked at for want of room", count(letGo, "connection"))
	}
	if q.TLSWithoutKeys > 0 {
		fmt.Fprintf(&b, "; %s could not be decrypted", count(int(q.TLSWithoutKeys), "TLS connection"))
	}
	d.Headline = b.String()
	return d
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// seconds writes d for people.
func seconds(d time.Duration) string {
	switch {
	case d < 0:
		return "an unknown time"
	case d < time.Second:
		return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
	case d < 2*time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	minutes, rest := int(d.Round(time.Second)/time.Minute), int(d.Round(time.Second)%time.Minute/time.Second)
	switch {
	case rest != 0 && minutes < 60:
		return fmt.Sprintf("%d min %d s", minutes, rest)
	case minutes < 120:
		return fmt.Sprintf("%d min", minutes)
	}
	return fmt.Sprintf("%.1f h", d.Hours())
}
