//go:build unix

package query

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"wsight/dissect"
)

// BenchmarkFilter is the cost of a filter for one message, by kind of
// expression: for messages of 1 KiB which the filter does not select (no) and
// which it does (yes), in that of the shapes of payloads which costs most; of
// shapes that are full of backslashes (escaped) by themselves. The messages of
// a shape differ, so that the processor cannot learn them. The figures stand in
// docs/performance.md; they are of the processor's time, the best of many
// rounds, since others may use the machine. One time is enough, and -v shows
// each shape:
//
//	go test ./query -run '^$' -bench Filter -benchtime 1x
func BenchmarkFilter(b *testing.B) {
	for _, tt := range kinds {
		shapes := slices.Concat(jsonShapes, otherShapes)
		if strings.HasPrefix(tt.kind, "json") {
			shapes = jsonShapes
		}
		if len(tt.only) > 0 {
			shapes = slices.DeleteFunc(slices.Clone(shapes), func(s shape) bool { return !slices.Contains(tt.only, s.name) })
		}
		b.Run(tt.kind, func(b *testing.B) {
			b.ReportMetric(0, "ns/op")
			for _, side := range []struct {
				name, text string
				want       bool
			}{{"no", tt.no, false}, {"yes", tt.yes, true}} {
				f, err := Parse(side.text)
				if err != nil {
					b.Fatal(err)
				}
				worst, each, allocs := map[string]float64{}, "", 0.0
				for _, s := range shapes {
					rows := messages(s)
					for _, row := range rows {
						if f.Match(row) != side.want {
							b.Fatalf("%s selects %s: %t; want %t", side.text, row.Event.(*dissect.Message).Payload, !side.want, side.want)
						}
					}
					unit := side.name + "-ns"
					if s.escaped() {
						unit = "escaped-" + unit
					}
					cost := cost(f, rows)
					worst[unit] = max(worst[unit], cost)
					allocs = max(allocs, testing.AllocsPerRun(1, func() { f.Match(rows[3]) }))
					each += fmt.Sprintf(" %s %.0f,", s.name, cost)
				}
				for unit, cost := range worst {
					b.ReportMetric(cost, unit)
				}
				b.ReportMetric(allocs, side.name+"-allocs")
				if testing.Verbose() {
					b.Logf("%s:%s", side.text, strings.TrimSuffix(each, ","))
				}
			}
		})
	}
}

// kinds are the kinds of expressions, each as it selects no message of any
// shape, and every message.
var kinds = []struct {
	kind, no, yes string
	only          []string // shapes; nil: all
}{
	{kind: "word ==", no: `type == "binary"`, yes: `type == "text"`},
	{kind: "word !=", no: `dir != "s2c"`, yes: `dir != "c2s"`},
	{kind: "word in list", no: `type in ["ping", "pong"]`, yes: `type in ["text", "binary"]`},
	{kind: "two words", no: `type == "text" && dir == "c2s"`, yes: `type == "text" && dir == "s2c"`},
	{kind: "number ==", no: `n == 3`, yes: `n == 2`},
	{kind: "number <", no: `length < 1KiB`, yes: `length < 2KiB`},
	{kind: "number in range", no: `n in 3..9`, yes: `n in 1..9`},
	{kind: "number in list", no: `n in [1, 3]`, yes: `n in [1, 2]`},
	{kind: "arithmetic", no: `length / wire > 2`, yes: `length - wire * 2 < 10`},
	{kind: "flag", no: `compressed`, yes: `complete`},
	{kind: "nil", no: `undecoded != nil`, yes: `rtt == nil`},
	{kind: "name ==", no: `host == "example.com"`, yes: `host == "api.example.com"`},
	{kind: "name contains", no: `host contains "web"`, yes: `host contains "example"`},
	{kind: "name startsWith", no: `path startsWith "/api"`, yes: `path startsWith "/ch"`},
	{kind: "name endsWith", no: `host endsWith ".org"`, yes: `host endsWith ".com"`},
	{kind: "name <", no: `host < "aaa"`, yes: `host < "b"`},
	{kind: "name in list", no: `host in ["example.com", "example.org"]`, yes: `host in ["example.com", "api.example.com"]`},
	{kind: "name matches", no: `host matches "^web\\."`, yes: `host matches "^api\\."`},
	{kind: "lower(name)", no: `lower(host) == "example.com"`, yes: `lower(host) == "api.example.com"`},
	{kind: "address and port", no: `server.ip == "192.0.2.9"`, yes: `client.ip == "192.0.2.1" and client.port == 40000`},
	{kind: "time", no: `time > "2027"`, yes: `time > "2026-01-02T03:04"`},
	{kind: "finding", no: `code == "end-idle-timeout"`, yes: `is:problem`},
	{kind: "short forms", no: `is:problem host:api type:ping`, yes: `is:problem host:api type:text`},
	{kind: "not", no: `not (type == "text" or n > 5)`, yes: `not (type == "ping" or n > 5)`},

	{kind: "search, a rare word", no: `quizzical`, yes: `OPERATOR-7`},
	{kind: "search, a common word", no: `timeout`, yes: `closed`},
	{kind: "search, two letters", no: `zq`, yes: `by`, only: asciiShapes},
	{kind: "search, a phrase", no: `"closed by nobody"`, yes: `"Closed by operator"`},
	{kind: "search, a number", no: `4711`, yes: `"7\"}"`},
	{kind: "search, another script", no: `предупреждение`, yes: `Ошибка`, only: []string{"scripts"}},
	{kind: "search, three words", no: `timeout or failed or refused`, yes: `timeout or failed or closed`},
	{kind: "search, not a word", no: `-closed`, yes: `-timeout`},
	{kind: "search, begins as all rows", no: `pump-nothing`, yes: `PUMP-5`, only: rowShapes},
	{kind: "text contains", no: `payload contains "valve"`, yes: `payload contains "operator"`},
	{kind: "text contains, common", no: `payload contains "operation"`, yes: `payload contains "closed by op"`},
	{kind: "text startsWith", no: `payload startsWith "<"`, yes: `payload endsWith "7\"}"`},
	{kind: "text == ", no: `payload == "PING"`, yes: `payload != "PING"`},
	{kind: "len(text)", no: `len(payload) < 100`, yes: `len(payload) > 100`},
	{kind: "lower(text) contains", no: `lower(payload) contains "timeout"`, yes: `lower(payload) contains "operator"`},
	{kind: "lower(text) ==", no: `lower(payload) == "timeout"`, yes: `lower(payload) != "timeout"`},
	{kind: "text matches words", no: `payload matches "timeout"`, yes: `payload matches "(?i)OPERATOR"`},
	{kind: "text matches, with words", no: `payload matches "(?i)error: \\d+"`, yes: `payload matches "operator-[0-9]"`},
	{kind: "text matches, either word", no: `payload matches "timeout|refused"`, yes: `payload matches "closed|refused"`},
	{kind: "text matches, no words", no: `payload matches "[0-9]{4}-[a-z]{7}!"`, yes: `payload matches "[a-z]-[0-9]"`},

	{kind: "json, first member", no: `json("$.kind") == "report"`, yes: `json("$.kind") == "state"`},
	{kind: "json, first member in list", no: `json("$.kind") in ["report", "error"]`, yes: `json("$.kind") in ["report", "state"]`},
	{kind: "json, first member contains", no: `json("$.kind") contains "err"`, yes: `json("$.kind") contains "sta"`},
	{kind: "json, first member matches", no: `json("$.kind") matches "^err"`, yes: `json("$.kind") matches "^sta"`},
	{kind: "json, number", no: `json("$.n") > 100`, yes: `json("$.n") < 100`},
	{kind: "json, number in range", no: `json("$.n") in 1..5`, yes: `json("$.n") in 1..15`},
	{kind: "json, deep", no: `json("$.deep.a.b.c[1].leaf") == 8`, yes: `json("$.deep.a.b.c[1].leaf") == 7`},
	{kind: "json, element", no: `json("$.rows[2].id") == "tank"`, yes: `json("$.rows[2].id") == "pump-2"`},
	{kind: "json, later element", no: `json("$.rows[5].id") == "tank"`, yes: `json("$.rows[5].id") == "pump-5"`},
	{kind: "json, last member", no: `json("$.last") == "x"`, yes: `json("$.last") != "x"`},
	{kind: "json, last member endsWith", no: `json("$.last") endsWith "operator-8"`, yes: `json("$.last") endsWith "operator-7"`},
	{kind: "json, no such member", no: `json("$.error") != nil`, yes: `json("$.error") == nil`},
	{kind: "json, no such path", no: `json("$.error.id") == 7`, yes: `json("$.deep.a.id") == nil`},
	{kind: "json, no such element", no: `json("$.rows[99].id") == "x"`, yes: `json("$.rows[99]") == nil`},
	{kind: "json, a name of many", no: `json("$.id") == "x"`, yes: `json("$.id") == nil`},
	{kind: "json, two paths", no: `json("$.kind") == "state" and json("$.n") == 13`, yes: `json("$.kind") == "state" and json("$.n") == 12`},
}

var asciiShapes = []string{"compact", "pretty", "numbers", "nested", "brackets in text", "escapes", "text"}

var rowShapes = func() (names []string) {
	for _, s := range jsonShapes {
		names = append(names, s.name)
	}
	return names
}()

// messages are rows of a shape.
func messages(s shape) []*Row {
	var rows []*Row
	for v := range 16 {
		row := *sample()["text"]
		m := *row.Event.(*dissect.Message)
		m.Payload = s.make(v)
		m.Length, m.Wire = shapeSize, shapeSize
		row.Event = &m
		rows = append(rows, &row)
	}
	return rows
}

// cost returns the nanoseconds that f takes for one of rows.
func cost(f *Filter, rows []*Row) float64 {
	runtime.GC()
	best := time.Hour
	const rounds, times = 10, 50
	for range rounds {
		before := processor()
		for range times {
			for _, row := range rows {
				f.Match(row)
			}
		}
		best = min(best, processor()-before)
	}
	return float64(best) / float64(times*len(rows))
}

// processor returns how long this process has computed.
func processor() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
