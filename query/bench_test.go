//go:build unix

package query

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"wsight/dissect"
)

// BenchmarkFilter is the cost of a filter for one message, by kind of
// expression: a JSON text of 1 KiB as the captures of bench/gen hold them,
// which the filter does not select (no) or does (yes). The figures stand in
// docs/performance.md; on a busy machine only the time of the processor counts.
func BenchmarkFilter(b *testing.B) {
	text := `{"kind":"state","n":12,"at":1750000000012,"rows":[`
	for i := range 17 {
		text += fmt.Sprintf(`{"id":"pump-%d","bar":31%d.94,"rpm":27%d,"mode":"auto"},`, i, i, i)
	}
	text += `null],"fill":"`
	text += strings.Repeat(".", 1022-len(text)) + `"}`
	rows := sample()
	m := *rows["text"].Event.(*dissect.Message)
	m.Payload, m.Length, m.Wire = []byte(text), int64(len(text)), int64(len(text))
	row := *rows["text"]
	row.Event = &m
	for _, tt := range []struct{ kind, no, yes string }{
		{"words", `type == "binary" && dir == "s2c"`, `type == "text" && dir == "s2c"`},
		{"numbers", `length > 2000`, `length > 1000 and n < 9`},
		{"arithmetic", `length / wire > 2`, `length - wire < 10`},
		{"list", `type in ["ping", "pong"]`, `type in ["text", "binary"]`},
		{"connection", `host == "example.com"`, `host == "api.example.com" and client.port == 40000`},
		{"pattern of a name", `host matches "^web\\."`, `host matches "^api\\."`},
		{"text contains", `text contains "valve"`, `text contains "pump-16"`},
		{"word", `timeout`, `PUMP-16`},
		{"json, first member", `json("$.kind") == "report"`, `json("$.kind") == "state"`},
		{"json, number", `json("$.n") > 100`, `json("$.n") == 12`},
		{"json, inside", `json("$.rows[2].id") == "tank"`, `json("$.rows[2].id") == "pump-2"`},
		{"json, last member", `json("$.fill") == "x"`, `json("$.fill") startsWith "."`},
		{"json, no such member", `json("$.error.code") == 7`, `json("$.error") == nil`},
		{"problems", `is:problem and type == "close"`, `is:problem`},
	} {
		for _, side := range []struct {
			name, text string
			want       bool
		}{{"no", tt.no, false}, {"yes", tt.yes, true}} {
			f, err := Parse(side.text)
			if err != nil {
				b.Fatal(err)
			}
			if f.Match(&row) != side.want {
				b.Fatalf("%s selects the message: %t; want %t", side.text, !side.want, side.want)
			}
			b.Run(tt.kind+"/"+side.name, func(b *testing.B) {
				b.ReportAllocs()
				before := processor()
				for b.Loop() {
					f.Match(&row)
				}
				b.ReportMetric(float64(processor()-before)/float64(b.N), "cpu-ns/op")
			})
		}
	}
}

// processor returns how long this process has computed.
func processor() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
