package flow

import "fmt"

// A Verdict says whether the first bytes of a stream are the start of some
// protocol, when there may be too few of them to tell. The numbers are ours.
type Verdict uint8

const (
	NeedMore Verdict = iota + 1 // they are a prefix of what it is and of what it is not
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
