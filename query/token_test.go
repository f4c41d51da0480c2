package query

import "testing"

// Short forms stand beside comparisons as they do beside each other.
func TestBeside(t *testing.T) {
	for _, tt := range []struct{ text, same string }{
		{`length > 33 dir:s2c`, `length > 33 and dir == "s2c"`},
		{`dir:s2c length > 33`, `dir == "s2c" and length > 33`},
		{`dir:s2c length>33 type:text`, `dir == "s2c" and length > 33 and type == "text"`},
		{`(length > 33) dir:s2c`, `length > 33 and dir == "s2c"`},
		{`dir:s2c (length > 33 or rtt > 1)`, `dir == "s2c" and (length > 33 or rtt > 1)`},
		{`type in ["text", "ping"] dir:s2c`, `type in ["text", "ping"] and dir == "s2c"`},
		{`host == "a" dir:s2c`, `host == "a" and dir == "s2c"`},
		{`dir:s2c not complete`, `dir == "s2c" and not complete`},
		{`complete -type:ping`, `complete and not (type == "ping")`},
		{`!type:ping`, `not (type == "ping")`},
		{`is:data !type:text`, `event == "message" and type in ["text", "binary", "unknown"] and not (type == "text")`},
		{`dir:s2c or length > 33`, `dir == "s2c" or length > 33`},
		{`dir:s2c and length > 33`, `dir == "s2c" and length > 33`},
		{`not dir:s2c`, `not (dir == "s2c")`},
		{`time >= "2026-03-02T08:30"`, `time >= "2026-03-02T08:30"`}, // no short form, though there are colons
	} {
		got, err := Parse(tt.text)
		want, wrong := Parse(tt.same)
		if err != nil || wrong != nil {
			t.Errorf("%s: %v; %s: %v", tt.text, err, tt.same, wrong)
			continue
		}
		for name, row := range sample() {
			if got.Match(row) != want.Match(row) {
				t.Errorf("%s and %s differ on %s", tt.text, tt.same, name)
			}
		}
	}
}
