package tui

import (
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"wsight/flow"
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
