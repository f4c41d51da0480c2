package session

import (
	"net/netip"
	"time"

	"wsight/dissect"
)

// An attribution asks whose the ends of conversations are: when one appears,
// since sockets vanish, and some more times while it lasts, since a program
// may be too young, or the search too busy, for the first answer.
type attribution struct {
	owner func(local, remote netip.AddrPort) *dissect.Process
	open  map[*dissect.Conversation]*question
}

// A question is what is still to be answered about a conversation.
type question struct {
	asked          int
	next           time.Time // by the clock of the capture
	client, server *dissect.Process
}

// askAgain says how long after the last time the owners are asked for again.
var askAgain = [...]time.Duration{600 * time.Millisecond, 2 * time.Second, 10 * time.Second}

func newAttribution(owner func(local, remote netip.AddrPort) *dissect.Process) *attribution {
	if owner == nil {
		return nil
	}
	return &attribution{owner: owner, open: map[*dissect.Conversation]*question{}}
}

// observe answers what it can. It is called before e is told.
func (a *attribution) observe(e dissect.Event) {
	at := e.At()
	if _, ok := e.(*dissect.Frame); ok || at.Conv == nil {
		return // the message of the frame is soon enough
	}
	if _, ok := e.(*dissect.Opened); ok {
		c := at.Conv
		c.ClientProcess, c.ServerProcess = a.owner(c.Client, c.Server), a.owner(c.Server, c.Client)
		if c.ClientProcess == nil || c.ServerProcess == nil {
			a.open[c] = &question{next: at.Time.Add(askAgain[0])}
		}
		return
	}
	q := a.open[at.Conv]
	if q != nil && q.asked < len(askAgain) && at.Time.After(q.next) {
		a.ask(at.Conv, q, at.Time)
	}
	if end, ok := e.(*dissect.Ended); ok {
		end.ClientProcess, end.ServerProcess = at.Conv.ClientProcess, at.Conv.ServerProcess
		if q != nil {
			end.ClientProcess, end.ServerProcess = either(end.ClientProcess, q.client), either(end.ServerProcess, q.server)
		}
		delete(a.open, at.Conv)
	}
}

// ask asks once more. The answer is kept for the end: the conversation may be
// read by others by now.
func (a *attribution) ask(c *dissect.Conversation, q *question, now time.Time) {
	q.asked++
	if q.asked < len(askAgain) {
		q.next = now.Add(askAgain[q.asked])
	}
	if c.ClientProcess == nil && q.client == nil {
		q.client = a.owner(c.Client, c.Server)
	}
	if c.ServerProcess == nil && q.server == nil {
		q.server = a.owner(c.Server, c.Client)
	}
}

func either(a, b *dissect.Process) *dissect.Process {
	if a != nil {
		return a
	}
	return b
}
