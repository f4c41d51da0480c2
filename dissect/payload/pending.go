package payload

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"wsight/finding"
	"wsight/flow"
)

// pending are the requests of a connection that wait for an answer.
// The zero value is empty.
type pending struct {
	asks map[question]ask
}

// A question names a request: keys of the two directions do not meet.
type question struct {
	dir flow.Direction
	key string
}

// An ask is a request that waits.
type ask struct {
	n         int
	time      time.Time
	what      string
	heartbeat bool
	optional  bool
}

// pendingLimit is how many requests of a connection may wait at once. The
// oldest half is let go when there are more.
const pendingLimit = 10_000

// keyLimit is how long a key may be; longer ones come from nowhere good.
const keyLimit = 256

// ask remembers a request. A key that is used again counts from its last use.
func (p *pending) ask(dir flow.Direction, key string, a ask) {
	if len(key) > keyLimit {
		return
	}
	if p.asks == nil {
		p.asks = map[question]ask{}
	}
	if len(p.asks) >= pendingLimit {
		p.halve()
	}
	p.asks[question{dir, key}] = a
}

func (p *pending) halve() {
	numbers := make([]int, 0, len(p.asks))
	for _, a := range p.asks {
		numbers = append(numbers, a.n)
	}
	slices.Sort(numbers)
	middle := numbers[len(numbers)/2]
	for q, a := range p.asks {
		if a.n <= middle {
			delete(p.asks, q)
		}
	}
}

// answer takes the request that was sent in direction dir under that key.
func (p *pending) answer(dir flow.Direction, key string) (ask, bool) {
	q := question{dir, key}
	a, ok := p.asks[q]
	delete(p.asks, q)
	return a, ok
}

// promise says that the other end works on the request that was sent in
// direction dir under that key, so that nothing is owed before it is done.
func (p *pending) promise(dir flow.Direction, key string) {
	if a, ok := p.asks[question{dir, key}]; ok {
		a.optional = true
		p.asks[question{dir, key}] = a
	}
}

// patience is how long an answer may take before its absence is worth telling.
const patience = 5 * time.Second

// unanswered returns a finding for each request that should have been answered:
// it waited longer than patience, or the end that owed the answer closed.
func (p *pending) unanswered(e End) []Late {
	type owed struct {
		question
		ask
	}
	var list []owed
	for q, a := range p.asks {
		waited := time.Duration(0)
		if !e.Time.IsZero() && !a.time.IsZero() {
			waited = e.Time.Sub(a.time)
		}
		if a.optional {
			continue
		}
		if waited >= patience || e.Closed == q.dir.Reverse() && !a.heartbeat {
			list = append(list, owed{q, a})
		}
	}
	slices.SortFunc(list, func(a, b owed) int {
		return cmp.Or(cmp.Compare(a.n, b.n), cmp.Compare(a.dir, b.dir), cmp.Compare(a.key, b.key))
	})
	var late []Late
	for _, o := range list {
		how := "when the capture ended"
		switch e.Closed {
		case o.dir:
			how = "when the end that asked closed the connection"
		case o.dir.Reverse():
			how = "when the end that was asked closed the connection"
		}
		if !e.Time.IsZero() && !o.time.IsZero() {
			how = fmt.Sprintf("after %s, %s", e.Time.Sub(o.time).Round(time.Millisecond), how)
		}
		code, thing, dir := finding.PayloadUnanswered, o.what, o.dir
		if o.heartbeat {
			code, dir = finding.PayloadHeartbeatMissed, o.dir.Reverse() // that of the end whose heart did not beat
		}
		late = append(late, Late{Dir: dir, Message: o.n, Report: finding.Report{
			Code: code, Detail: fmt.Sprintf("%s of message %d had no answer %s", thing, o.n, how),
		}})
	}
	return late
}
