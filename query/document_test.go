package query

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"wsight/safe"
)

// TestDocument keeps docs/fields.md what the table says. UPDATE=1 writes it.
func TestDocument(t *testing.T) {
	const path = "../docs/fields.md"
	want := sheet()
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what the table says; UPDATE=1 go test ./query writes it", path)
	}
}

func sheet() string {
	var b strings.Builder
	b.WriteString(`# The filter language

` + "`--where EXPR`" + ` selects what ` + "`print`, `export` and `stats`" + ` show, and ` + "`/`" + ` in the terminal UI what a screen shows. This page is generated from the table that the filter itself uses.

` + "```" + `
type == "text" && dir == "s2c" && length > 1000
host matches "api\\." and rtt > 0.2
json("$.type") == "error"
is:problem host:api timeout
` + "```" + `

- A condition compares a field by ` + "`==`, `!=`, `<`, `>`, `<=`, `>=`, `in`, `contains`, `startsWith`, `endsWith` or `matches`" + ` (a regular expression of Go). Conditions are joined by ` + "`and`, `or`, `not` or `&&`, `||`, `!`" + `. Numbers may have a unit, as in ` + "`200ms`, `2min`, `64KiB`" + ` (times are in seconds, sizes in bytes), and be calculated with, as in ` + "`length / wire > 2`; `len`, `lower`, `upper`, `trim` and `abs`" + ` are the functions.
- A condition on something that an event does not have, or whose value is unknown, does not hold, and neither does its opposite. ` + "`rtt == nil`" + ` asks for what is unknown.
- An expression that asks only for fields of connections (connection, handshake, end, process) selects connections with everything that belongs to them. Any other selects events; the connection, handshake and end of a selected event come with it.
- In a stream, something selects from the moment at which it is known: ` + "`state == \"reset\"`" + ` selects only the end. ` + "`export` and `stats`" + ` read a file a second time when that makes a difference.
- In the terminal UI, a list of connections shows those with anything that is selected, a timeline and the list of problems the rows themselves. A connection that goes on has the state ` + "`open`" + ` there, and its totals so far. What a row does not tell, payloads above all, is read again in the background, up to 64 MiB of a message.
- ` + "`json(\"$.a[0].b\")`" + ` is the value at a path in a JSON payload, nil where there is none. Of members with the same name the last counts, as for JSON.parse; escapes in names and in text are resolved; names with a dot are written ` + "`$[\"a.b\"]`" + `. The text is scanned for the path, and need not be whole. ` + "`FORMAT.NAME`, such as `mqtt.topic` or `stomp.type`" + `, is a member of a part of a decoded payload, see [formats](formats.md); of several parts the first that has it counts.
- Payloads are looked at as far as ` + "`--max-payload`" + ` keeps them; when that was not all, a line on stderr says so.

## Short forms

` + "`NAME:VALUE`" + ` compares a field: numbers and words are equal to it, addresses begin with it, other text contains it; ` + "`status:4xx`" + ` is a class of answers, ` + "`kind:`" + ` a type of message, ` + "`data`, `control`, `finding` or `frame`" + `. ` + "`port:`, `ip:`, `status:`, `subprotocol:`, `sni:`, `target:`, `process:` and `format:`" + ` are names for the fields that they suggest. A bare word, or text in quotes, searches payloads and the reasons of Close frames, in letters of either case. A hyphen or an exclamation mark in front, as in ` + "`-type:ping`" + `, is a not. What stands side by side has to hold together, with comparisons too, as in ` + "`is:data length > 1KiB`" + `.

| form | stands for |
|---|---|
`)
	for _, f := range isForms {
		fmt.Fprintf(&b, "| `is:%s` | %s |\n", f.Name, strings.ReplaceAll(safe.MarkdownCode(f.Stands), "|", `\|`))
	}
	b.WriteString("\n## Fields\n\n| field | type | of | what it is |\n|---|---|---|---|\n")
	for _, f := range table {
		doc := f.Doc
		if len(f.Words) > 0 {
			doc += ": `" + strings.Join(f.Words, "`, `") + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.Name, f.Type, f.Kinds, doc)
	}
	return b.String()
}

// Every field gives a value of its type somewhere, or says why it is none.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range table {
		if seen[f.Name] {
			t.Errorf("two fields are called %s", f.Name)
		}
		seen[f.Name] = true
		if f.Doc == "" || f.Kinds == 0 || strings.HasSuffix(f.Doc, ".") {
			t.Errorf("%s: doc %q, kinds %v", f.Name, f.Doc, f.Kinds)
		}
		want := map[Type]bool{Number: f.number != nil, Text: f.text != nil || f.raw != nil, Bool: f.flag != nil, Mixed: f.number != nil && f.text != nil}
		if !want[f.Type] {
			t.Errorf("%s is %v, and has no such value", f.Name, f.Type)
		}
	}
}
