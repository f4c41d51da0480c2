package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

const (
	// fewEndings is how many connections make a pattern of a silence or a size.
	fewEndings = 2
	// manyEndings is how many make one of an age or a moment, which two
	// connections share by chance.
	manyEndings = 3
	// leastAge is how old connections are at least that reach a maximum age.
	leastAge = time.Second
	// together is how close the ends are that one event caused.
	together = time.Second
	// rightAfter is how soon after a message an end may be its consequence.
	rightAfter = time.Second
	// leastLimit is the smallest size that is taken for a limit.
	leastLimit = 1024
)

// spread returns how far equal timers may lie apart.
func spread(d time.Duration) time.Duration {
	return min(max(d/20, 100*time.Millisecond), time.Second)
}

// sameSilence tells about connections that were cut after the same silence.
func sameSilence(ends []finish, tell func(dissect.Event)) {
	idle := slices.DeleteFunc(slices.Clone(ends), func(e finish) bool { return !e.idle })
	quiet := func(e *finish) time.Duration { return e.quiet }
	slices.SortStableFunc(idle, func(a, b finish) int { return cmp.Compare(a.quiet, b.quiet) })
	same := cluster(idle, quiet, spread)
	if len(same) < fewEndings || span(same) <= spread(same[0].quiet) {
		return // the end of all at once says more
	}
	low, high := same[0].quiet, same[len(same)-1].quiet
	detail := fmt.Sprintf("%d connections ended after %s to %s without a frame, at different times: that is a timer", len(same), seconds(low), seconds(high))
	middle := same[len(same)/2].quiet
	for _, t := range timers {
		if fitsTimer(middle, t.after) {
			detail += "; it fits " + t.setting
			break
		}
	}
	tellAll(same, finding.Report{Code: finding.EndIdleTimeout, Title: "connections were cut after the same silence", Detail: detail}, tell)
}

// sameAge tells about connections that were busy and ended at the same age.
func sameAge(ends []finish, tell func(dissect.Event)) {
	busy := slices.DeleteFunc(slices.Clone(ends), func(e finish) bool { return e.idle || e.conv.Start.IsZero() || e.conv.Midstream || age(&e) < leastAge })
	slices.SortStableFunc(busy, func(a, b finish) int { return cmp.Compare(age(&a), age(&b)) })
	same := cluster(busy, age, spread)
	if len(same) < manyEndings || 2*len(same) < len(busy) || span(same) <= 2*spread(age(&same[0])) {
		return // they ended at the same moment rather than at the same age
	}
	tellAll(same, finding.Report{
		Code: finding.EndLifetime,
		Detail: fmt.Sprintf("%d connections ended at an age of %s to %s while frames flowed, at different times",
			len(same), seconds(age(&same[0])), seconds(age(&same[len(same)-1]))),
	}, tell)
}

func age(e *finish) time.Duration { return e.time.Sub(e.conv.Start) }

// span returns the time from the first end to the last.
func span(ends []finish) time.Duration {
	first, last := ends[0].time, ends[0].time
	for _, e := range ends {
		if e.time.Before(first) {
			first = e.time
		}
		if e.time.After(last) {
			last = e.time
		}
	}
	return last.Sub(first)
}

// sameMoment tells about bursts of ends: many within a second, far more than
// the usual coming and going explains. The ends are in the order of time.
func sameMoment(sudden, all []finish, tell func(dissect.Event)) {
	if len(sudden) < manyEndings {
		return
	}
	since := all[0].conv.Start
	for i := range all {
		if start := all[i].conv.Start; start.Before(since) {
			since = start
		}
	}
	whole := sudden[len(sudden)-1].time.Sub(since)
	for i := 0; i < len(sudden); {
		n := 1
		for i+n < len(sudden) && sudden[i+n].time.Sub(sudden[i].time) <= together {
			n++
		}
		burst := sudden[i : i+n]
		i += n
		width := max(span(burst), 10*time.Millisecond)
		usual := float64(len(sudden)) * float64(width) / float64(max(whole, width))
		if n < manyEndings || float64(n) < 5*usual || !mixed(burst) {
			continue
		}
		tellAll(burst, finding.Report{
			Code:   finding.EndTogether,
			Detail: fmt.Sprintf("%d connections that the %s had open ended within %s", n, hostWord(&burst[0]), seconds(span(burst))),
		}, tell)
	}
}

// mixed reports whether connections of different age ended, or ones that
// were busy: silent ones of one age are a timer's.
func mixed(ends []finish) bool {
	low, high := age(&ends[0]), age(&ends[0])
	busy := false
	for i := range ends {
		low, high = min(low, age(&ends[i])), max(high, age(&ends[i]))
		busy = busy || !ends[i].idle
	}
	return busy || high-low > spread(low)
}

// hostWord names who ended the connections.
func hostWord(e *finish) string {
	if e.by == flow.ClientToServer {
		return "client " + e.host().Addr().String()
	}
	return "server " + e.host().String()
}

// sameSize tells about connections that ended right after a message larger
// than any that another connection got through.
func sameSize(sudden, all []finish, tell func(dissect.Event)) {
	for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
		i := d - flow.ClientToServer
		var over []finish
		for _, e := range sudden {
			if e.last[i] && e.largest[i] >= leastLimit {
				over = append(over, e)
			}
		}
		if len(over) < fewEndings {
			continue
		}
		least := slices.MinFunc(over, func(a, b finish) int { return cmp.Compare(a.largest[i], b.largest[i]) }).largest[i]
		passed := int64(0)
		for _, e := range all {
			if !e.last[i] {
				passed = max(passed, e.largest[i])
			}
		}
		if passed >= least {
			continue
		}
		tellAll(over, finding.Report{
			Code: finding.EndAfterSize,
			Detail: fmt.Sprintf("%d connections ended within %s after their largest message from the %s, the smallest of them %d bytes; nothing larger than %d bytes got through on the others",
				len(over), seconds(rightAfter), party(d), least, passed),
		}, tell)
	}
}
