package export

import (
	"encoding/binary"
	"time"
)

// A stamp is a time as JSON has it, in UTC with nanoseconds (RFC 3339 §5.6).
// Little of it changes from one event to the next.
type stamp struct {
	second int64 // what text shows
	nano   int
	text   [len(stampForm)]byte
}

// stampForm is the time that a stamp shows at first.
const stampForm = `"1970-01-01T00:00:00.000000000Z"`

func newStamp() (s stamp) {
	copy(s.text[:], stampForm)
	return s
}

// append appends t behind what stands before it, as RFC 3339 with nine
// decimals, or null.
//
//go:noinline
func (s *stamp) append(b []byte, before string, t *time.Time) []byte {
	if !s.set(*t) {
		return appendNull(b, before)
	}
	return append(append(b, before...), s.text[:]...)
}

// set makes s show t, and reports false where it cannot: what is written has
// four digits for the year.
func (s *stamp) set(t time.Time) bool {
	second, nano := t.Unix(), t.Nanosecond()
	if second != s.second && !s.setSecond(t) {
		return false
	}
	if nano != s.nano {
		if t.IsZero() {
			return false
		}
		s.nano = nano
		digits := eightDigits(uint64(nano / 10))
		binary.LittleEndian.PutUint64(s.text[len(`"2006-01-02T15:04:05.`):], digits|ascii)
		s.text[len(`"2006-01-02T15:04:05.00000000`)] = '0' + byte(nano%10)
	}
	return true
}

// setSecond is set for what changes once in a second.
func (s *stamp) setSecond(t time.Time) bool {
	if t = t.UTC(); t.IsZero() || t.Year() < 0 || t.Year() > 9999 {
		return false
	}
	s.second = t.Unix()
	t.AppendFormat(s.text[1:1], "2006-01-02T15:04:05")
	return true
}

// day returns what s shows of the date.
func (s *stamp) day() []byte { return s.text[len(`"`):len(`"2006-01-02`)] }

// clock returns what s shows of the time of day, to the microsecond.
func (s *stamp) clock() []byte {
	return s.text[len(`"2006-01-02T`):len(`"2006-01-02T15:04:05.000000`)]
}
