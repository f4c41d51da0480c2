package tui

import (
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"wsight/flow"
	"wsight/session"
)

// noSelection is what to say where something is about a connection.
const noSelection = "No connection is selected."

// bytesText writes a number of bytes in at most six cells.
func bytesText(n int64) string {
	switch {
	case n < 0:
		return "?"
	case n < 100_000:
		return strconv.FormatInt(n, 10)
	case n < 1_000_000:
		return strconv.FormatInt(n/1000, 10) + "k"
	}
	return scaled(n)
}

// countText writes a number in at most six cells.
func countText(n int64) string {
	if n < 100_000 {
		return strconv.FormatInt(n, 10)
	}
	return scaled(n)
}

func scaled(n int64) string {
	v, unit := float64(n)/1e3, "k"
	for _, u := range []string{"M", "G", "T", "P"} {
		if v < 999.5 {
			break
		}
		v, unit = v/1e3, u
	}
	if v < 99.95 {
		return strconv.FormatFloat(v, 'f', 1, 64) + unit
	}
	return strconv.FormatFloat(v, 'f', 0, 64) + unit
}

// sizeText writes a number of bytes with its unit.
func sizeText(n int64) string {
	if n < 0 {
		return "unknown size"
	}
	if n < 10_000 {
		return strconv.FormatInt(n, 10) + " B"
	}
	return humanize.IBytes(uint64(n))
}

// commas writes a number with its thousands apart.
func commas(n int64) string { return humanize.Comma(n) }

// plural writes n things.
func plural(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return commas(n) + " " + thing + "s"
}

// connectionsText writes n connections, of which some may be attempts only.
func connectionsText(n int64) string {
	if n == 1 {
		return "1 connection or attempt"
	}
	return commas(n) + " connections or attempts"
}

// spanText writes d in at most seven cells.
func spanText(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + strings.TrimPrefix(spanText(-d), "-")
	case d < time.Millisecond:
		return strconv.FormatInt(d.Microseconds(), 10) + "us"
	case d < time.Second:
		return strconv.FormatFloat(float64(d)/1e6, 'f', 1, 64) + "ms"
	case d < 100*time.Second:
		return strconv.FormatFloat(d.Seconds(), 'f', 2, 64) + "s"
	case d < 100*time.Minute:
		return strconv.Itoa(int(d.Minutes())) + "m" + strconv.Itoa(int(d.Seconds())%60) + "s"
	case d < 100*time.Hour:
		return strconv.Itoa(int(d.Hours())) + "h" + strconv.Itoa(int(d.Minutes())%60) + "m"
	}
	return strconv.Itoa(int(d.Hours()/24)) + "d"
}

// fromText names who sent in a direction.
func fromText(d flow.Direction) string {
	switch d {
	case flow.ClientToServer:
		return "client"
	case flow.ServerToClient:
		return "server"
	}
	return "unknown"
}

// wrap cuts text into lines of at most width cells, at spaces where it can.
func wrap(text string, width int) []string {
	width = max(width, 8)
	var lines []string
	for _, par := range strings.Split(text, "\n") {
		lead := par[:len(par)-len(strings.TrimLeft(par, " "))]
		line := lead
		for _, word := range strings.Fields(par) {
			switch {
			case line == lead:
			case cells(line)+1+cells(word) <= width:
				line += " "
			default:
				lines = append(lines, line)
				line = lead
			}
			line += word
			for cells(line) > width {
				cut := fits(line, width)
				lines = append(lines, line[:cut])
				line = lead + line[cut:]
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// fits returns how many bytes of s, at least a character, are width cells.
func fits(s string, width int) int {
	n, used := 0, 0
	for i, r := range s {
		w := cells(string(r))
		if used+w > width && i > 0 {
			return i
		}
		used += w
		n = i + len(string(r))
	}
	return n
}

// firstRune returns the first character of a glyph.
func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return ' '
}

// itoa writes a whole number.
func itoa(n int) string { return strconv.Itoa(n) }

// clock writes a time of day.
func clock(t time.Time, digits int) string {
	if t.IsZero() {
		return ""
	}
	layout := "15:04:05"
	if digits > 0 {
		layout += "." + strings.Repeat("0", digits)
	}
	return t.UTC().Format(layout)
}

// endText says how a connection ended, or that it has not.
func endText(o *session.Overview) string {
	var parts []string
	switch o.State {
	case session.Rejected:
		parts = append(parts, "rejected with "+itoa(o.Status))
	case session.Unanswered:
		parts = append(parts, "never answered")
	case session.Open:
		parts = append(parts, "open")
		if o.Ended {
			parts[0] = "still open when the capture ended"
		}
	case session.Opening:
		parts = append(parts, "opening")
	case session.Evicted:
		parts = append(parts, "let go because of a limit")
	}
	if o.CloseBy != 0 {
		text := "Close by " + fromText(o.CloseBy)
		if o.CloseCode > 0 {
			text += " " + itoa(o.CloseCode)
		}
		parts = append(parts, text)
	}
	switch o.TCPEnd {
	case flow.Fin:
		text := "FIN by " + fromText(o.TCPBy)
		if o.TCPUnseen {
			text += " (not captured, but acknowledged)"
		}
		parts = append(parts, text)
	case flow.Reset:
		parts = append(parts, "RST by "+fromText(o.TCPBy))
	}
	if o.Clean {
		parts = append(parts, "clean")
	} else if o.Ended && o.CloseBy == 0 && o.TCPEnd != 0 && !o.Failed() {
		parts = append(parts, "no Close frame")
	}
	return strings.Join(parts, ", ")
}

// fixed writes v with that many decimals.
func fixed(v float64, digits int) string { return strconv.FormatFloat(v, 'f', digits, 64) }
