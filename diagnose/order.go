package diagnose

import (
	"net/netip"
	"strings"
	"time"

	"wsight/dissect"
)

// order says which of two legs is nearer to the client. It reports false when
// they cannot be neighbours at all.
func order(a, b *leg) (upper, lower *leg, ok bool) {
	x, y := a.conv, b.conv
	if x.Server == y.Server && x.Client.Addr() == y.Client.Addr() {
		return nil, nil, false // the same client once more
	}
	down, up := x.Server.Addr() == y.Client.Addr(), y.Server.Addr() == x.Client.Addr()
	switch {
	case down && !up:
		upper, lower = a, b
	case up && !down:
		upper, lower = b, a
	case forwardedFor(b, x) && !forwardedFor(a, y):
		upper, lower = a, b
	case forwardedFor(a, y) && !forwardedFor(b, x):
		upper, lower = b, a
	case x.Vantage == y.Vantage && (x.Server == y.Server || x.Client.Addr() == y.Client.Addr()) && !nested(a, b) && !nested(b, a):
		return nil, nil, false // two attempts of one proxy, or two clients
	default:
		upper, lower = a, b
		if gap, known := b.asked.since(a.asked); known && gap < 0 {
			upper, lower = b, a
		} else if !known && b.conv.Number < a.conv.Number {
			upper, lower = b, a
		}
	}
	if x.Vantage == y.Vantage {
		if early, known := upper.asked.since(lower.asked); known && early > clockSlack {
			return nil, nil, false // the proxy asked before the client did
		}
	}
	return upper, lower, true
}

// clockSlack is how far packets of one vantage point may be out of order.
const clockSlack = 50 * time.Millisecond

// nested reports whether inner was asked and answered while outer waited.
func nested(outer, inner *leg) bool {
	asked, ok := inner.asked.since(outer.asked)
	if !ok || asked < 0 || outer.response == nil || inner.response == nil {
		return false
	}
	left, ok := outer.answered.since(inner.answered)
	return ok && left >= 0
}

// forwardedFor reports whether the request of l says that it was made for the
// client of c.
func forwardedFor(l *leg, c *dissect.Conversation) bool {
	if l.conv.Via != "" && l.conv.Via == c.Client.String() {
		return true
	}
	if l.request == nil {
		return false
	}
	for _, name := range [...]string{"X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "True-Client-IP"} {
		for value := range l.request.Fields.Values(name) {
			if names(value, c.Client.Addr()) {
				return true
			}
		}
	}
	return false
}

// names reports whether a, as a word of its own, stands in the value of a
// forwarding field.
func names(value string, a netip.Addr) bool {
	for _, word := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" ,;=\"[]", r) }) {
		if got, err := netip.ParseAddr(word); err == nil && got.Unmap() == a.Unmap() {
			return true
		}
		if got, err := netip.ParseAddrPort(word); err == nil && got.Addr().Unmap() == a.Unmap() {
			return true
		}
	}
	return false
}
