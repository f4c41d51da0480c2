package diagnose

// An aligner finds the messages of one leg again on the other, in one
// direction: side 0 is the leg of the sender, side 1 the leg behind the proxy.
// Each side may run ahead of the other, as when their clocks differ.
//
// A message that comes on one side is looked for among the ones that wait on
// the other. What was skipped on the way to it, on both sides, is a stretch
// in which the legs differ.
type aligner struct {
	waiting [2][]note
	matched int
}

// maxWaiting bounds how many messages of one direction wait for the other
// leg to show them.
const maxWaiting = 1024

// An alignment is what follows from one message.
type alignment struct {
	found  bool
	pair   [2]note   // with found
	differ [2][]note // what was passed over, valid until the next push
}

// push takes the next message of one side.
func (a *aligner) push(side int, n note) alignment {
	other := a.waiting[1-side]
	for i := range other {
		if !other[i].same(&n) {
			continue
		}
		out := alignment{found: true}
		out.pair[side], out.pair[1-side] = n, other[i]
		out.differ[side], out.differ[1-side] = a.waiting[side], other[:i]
		a.waiting[side] = a.waiting[side][:0]
		a.waiting[1-side] = other[i+1:]
		if len(other) == i+1 {
			a.waiting[1-side] = other[:0]
			if i > 0 {
				a.waiting[1-side] = nil // differ still reads the array
			}
		}
		if len(out.differ[side]) > 0 {
			a.waiting[side] = nil
		}
		a.matched++
		return out
	}
	a.waiting[side] = append(a.waiting[side], n)
	if len(a.waiting[side]) <= maxWaiting {
		return alignment{}
	}
	return a.rest() // too many wait: the legs have nothing in common here
}

// rest takes out all that waits.
func (a *aligner) rest() alignment {
	out := alignment{differ: a.waiting}
	a.waiting = [2][]note{}
	return out
}

// count returns how many messages wait.
func (a *aligner) count() int { return len(a.waiting[0]) + len(a.waiting[1]) }
