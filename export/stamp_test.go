package export

import (
	"testing"
	"time"
)

// A stamp shows each time whatever it showed before.
func TestStamp(t *testing.T) {
	at := func(year int, nano int) time.Time { return time.Date(year, 1, 1, 0, 0, 0, nano, time.UTC) }
	times := []struct {
		name string
		t    time.Time
		want string
	}{
		{"none", time.Time{}, "null"},
		{"the first second", at(1970, 0), `"1970-01-01T00:00:00.000000000Z"`},
		{"in the first second", at(1970, 1), `"1970-01-01T00:00:00.000000001Z"`},
		{"a moment", at(2023, 123456789), `"2023-01-01T00:00:00.123456789Z"`},
		{"the same second", at(2023, 999999999), `"2023-01-01T00:00:00.999999999Z"`},
		{"another zone", time.Date(2023, 1, 1, 2, 0, 0, 5, time.FixedZone("", 7200)), `"2023-01-01T00:00:00.000000005Z"`},
		{"in the second of none", at(1, 20), `"0001-01-01T00:00:00.000000020Z"`},
		{"year 0", at(0, 0), `"0000-01-01T00:00:00.000000000Z"`},
		{"year -1", at(-1, 0), "null"},
		{"year 9999", at(9999, 0), `"9999-01-01T00:00:00.000000000Z"`},
		{"year 10000", at(10000, 0), "null"},
	}
	for _, before := range times {
		for _, tt := range times {
			s := newStamp()
			s.append(nil, "", &before.t)
			if got := string(s.append(nil, `,"time":`, &tt.t)); got != `,"time":`+tt.want {
				t.Errorf("%s after %s: append = %s; want %s", tt.name, before.name, got, tt.want)
			}
		}
	}
}
