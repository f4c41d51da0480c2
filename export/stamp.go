package export

import "time"

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

// set makes s show t, and reports false where it cannot: what is written has
// four digits for the year.
func (s *stamp) set(t time.Time) bool {
	if t.IsZero() {
		return false
	}
	if second := t.Unix(); second != s.second {
		if y := t.UTC().Year(); y < 0 || y > 9999 {
			return false
		}
		s.second = second
		t.UTC().AppendFormat(s.text[1:1], "2006-01-02T15:04:05")
	}
	if n := t.Nanosecond(); n != s.nano {
		s.nano = n
		for i := len(stampForm) - len(`Z"`) - 1; s.text[i] != '.'; i-- {
			s.text[i] = byte('0' + n%10)
			n /= 10
		}
	}
	return true
}

// day returns what s shows of the date.
func (s *stamp) day() []byte { return s.text[len(`"`):len(`"2006-01-02`)] }

// clock returns what s shows of the time of day, to the microsecond.
func (s *stamp) clock() []byte {
	return s.text[len(`"2006-01-02T`):len(`"2006-01-02T15:04:05.000000`)]
}
