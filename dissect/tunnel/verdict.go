package tunnel

import "fmt"

// A Verdict is an answer that may need more bytes. The numbers are ours.
type Verdict uint8

const (
	NeedMore Verdict = iota + 1
	Yes
	No
)

// String returns a word for the verdict.
func (v Verdict) String() string {
	switch v {
	case NeedMore:
		return "need more"
	case Yes:
		return "yes"
	case No:
		return "no"
	}
	return fmt.Sprintf("verdict(%d)", uint8(v))
}
