package query

import (
	"regexp"
	"strconv"
)

// units are what may follow a number, and how many seconds or bytes it is.
var units = map[string]float64{
	"us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600,
	"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30,
}

// measure finds numbers with a unit, and quoted text, which has none.
var measure = regexp.MustCompile(`"[^"]*"|'[^']*'|` + "`[^`]*`" + `|\b(\d+(?:\.\d+)?)(us|µs|ms|s|min|h|B|KiB|MiB|GiB)\b`)

// measured adds t with its numbers in seconds and bytes.
func (e *expanded) measured(t token) {
	done := 0
	for _, m := range measure.FindAllStringSubmatchIndex(t.text, -1) {
		if m[2] < 0 {
			continue
		}
		e.keep(t.text[done:m[0]], t.offset+done)
		v, _ := strconv.ParseFloat(t.text[m[2]:m[3]], 64) // it is a number
		e.add(strconv.FormatFloat(v*units[t.text[m[4]:m[5]]], 'f', -1, 64), t.offset+m[0])
		done = m[1]
	}
	e.keep(t.text[done:], t.offset+done)
}
