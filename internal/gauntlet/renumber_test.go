package gauntlet

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// unnumbered returns the lines but the last as they are when packet extra,
// counted from 0, is taken out of the numbering; without the times of what
// was told at the end, which are those of the last packet.
func (said *telling) unnumbered(extra int) []string {
	var out []string
	for i := range said.lines {
		if said.lines[i].Event == "capture" {
			continue
		}
		var fields map[string]any
		_ = json.Unmarshal(said.lines[i].raw, &fields) // it was read before
		var b strings.Builder
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			v := fields[name]
			switch name {
			case "packet", "first_packet":
				v = before(v, extra)
			case "packets":
				if list, ok := v.([]any); ok {
					for k := range list {
						list[k] = before(list[k], extra)
					}
				}
			case "detail":
				text, _ := v.(string)
				v = inPacket.ReplaceAllString(text, "in packet N")
			}
			text, _ := json.Marshal(v)
			b.WriteString(name + ":" + string(text) + " ")
		}
		out = append(out, b.String())
	}
	return out
}

var inPacket = regexp.MustCompile(`in packet \d+`)

// before returns the number that a packet has without packet extra.
func before(n any, extra int) any {
	if f, ok := n.(float64); ok && extra > 0 && int(f) > extra {
		return f - 1
	}
	return n
}
