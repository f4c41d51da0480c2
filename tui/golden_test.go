package tui

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

var sizes = [][2]int{{60, 16}, {80, 24}, {120, 30}, {160, 50}, {250, 70}}

// scenes are what the golden screens show.
var scenes = []struct {
	name, capture string
	keys          []string
}{
	{"connections", "nginx-strips-upgrade.pcap", nil},
	{"many", "reload-kills-30.pcap", []string{"j", "j", "s", "c"}},
	{"timeline", "fragments-ipv6.pcap", []string{"Enter", "j", "j", "j"}},
	{"frames", "fragments-ipv6.pcap", []string{"Enter", "f", "G", "k", "k", "k", "k", "k"}},
	{"holes", "lost-segments.pcap", []string{"Enter", "e", "D"}},
	{"hex", "server-masks.pcap", []string{"Enter", "G", "k", "k", "k", "Tab", "]", "]"}},
	{"bits", "fragments-ipv6.pcap", []string{"Enter", "\"#7\"", "Enter", "Tab", "[", "[", "[", "z"}},
	{"legs", "nginx-strips-upgrade.pcap", []string{"Enter", "L", "j"}},
	{"problems", "reload-kills-30.pcap", []string{"3"}},
	{"capture", "midstream.pcap", []string{"4"}},
	{"decoded", "mqtt.pcap.gz", []string{"Enter", "j", "j", "j", "j", "Tab", "j", "j", "j"}},
	{"formats", "graphql.pcap", []string{"Enter", "d"}},
	{"help", "chat-json.pcap", []string{"Enter", "?"}},
	{"filter", "chat-json.pcap", []string{"Enter", "/", "\"grace dir:s2c\"", "Enter"}},
	{"completion", "nginx-strips-upgrade.pcap", []string{"/", "\"is:\"", "Tab", "Tab"}},
	{"wrong", "chat-json.pcap", []string{"Enter", "/", "\"type:text lenght > 80\""}},
}

func TestScreens(t *testing.T) {
	modes := []struct {
		name string
		opts Options
	}{{"color", Options{Color: true}}, {"mono", Options{}}, {"ascii", Options{ASCII: true}}}
	for _, s := range scenes {
		for _, m := range modes {
			t.Run(s.name+"-"+m.name, func(t *testing.T) {
				rec := record(t, sample(s.capture))
				var out strings.Builder
				for _, size := range sizes {
					b := newBench(t, rec, size[0], size[1], m.opts).press(s.keys...)
					fmt.Fprintf(&out, "== %dx%d\n%s", size[0], size[1], b.text())
					if size[0] == 80 {
						fmt.Fprintf(&out, "-- styles\n%s", b.styles())
					}
					if m.opts.ASCII {
						for i, c := range b.screen.next {
							if c.r > 0x7e {
								t.Errorf("%dx%d: %q at %d,%d is not ASCII", size[0], size[1], c.r, i%size[0], i/size[0])
							}
						}
					}
				}
				golden(t, filepath.Join("testdata", s.name+"-"+m.name+".golden"), out.String())
			})
		}
	}
}

func TestKeysDocument(t *testing.T) {
	golden(t, filepath.Join("..", "docs", "keys.md"), keysDocument())
}

// keysDocument returns the table of keys as Markdown: docs/keys.md.
func keysDocument() string {
	var b strings.Builder
	b.WriteString("# Keys\n\nMade from the table that the program itself uses; `UPDATE=1 go test ./tui` writes it anew. `:` finds any action by its name.\n")
	all := actions()
	for _, group := range groups(all) {
		b.WriteString("\n## " + group + "\n\n| key | what it does | where |\n|---|---|---|\n")
		for _, a := range all {
			if a.group != group {
				continue
			}
			var keys []string
			for _, k := range a.keys {
				keys = append(keys, "`"+strings.ReplaceAll(k, "|", "\\|")+"`")
			}
			where := "everywhere"
			if a.where != nil {
				var names []string
				for _, p := range a.where {
					names = append(names, p.String())
				}
				where = strings.Join(names, ", ")
			}
			b.WriteString("| " + strings.Join(keys, " ") + " | " + a.long + " | " + where + " |\n")
		}
	}
	return b.String()
}
