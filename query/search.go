package query

import "wsight/dissect"

// search builds what a bare word asks: whether a payload, or the reason of a
// Close, holds it, in letters of either case.
func search(words string, negated bool) func(*Row) bool {
	needle := newFold(words)
	return func(r *Row) bool {
		m, ok := r.Event.(*dissect.Message)
		if !ok || m.Undecoded != "" {
			return false
		}
		return (needle.within(m.Payload) || needle.within(m.Reason)) != negated
	}
}

// search is what a bare word becomes inside of a larger condition.
func (f *Filter) search(params ...any) (any, error) {
	words, _ := params[0].(string)
	return search(words, false)(f.row), nil
}
