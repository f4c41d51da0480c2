package tui

import (
	"slices"

	"wsight/dissect"
)

// findings returns what was found about a connection, and inside those of its
// messages that were decoded here.
func (u *UI) findings(conv int) []*dissect.Finding {
	list := u.rec.Findings(conv)
	inside, all := u.inside.of(conv)
	if l := u.timeline.side(conv); !all && l.conv == conv && l.words() != nil {
		inside = l.words().Findings()
	}
	return slices.Concat(list, untold(inside, list))
}

// untold returns the findings that are not in told: --decode may have found
// them, too.
func untold(found, told []*dissect.Finding) []*dissect.Finding {
	var out []*dissect.Finding
	for _, f := range found {
		same := func(g *dissect.Finding) bool { return g.Code == f.Code && g.Message == f.Message && g.Dir == f.Dir }
		if !slices.ContainsFunc(told, same) {
			out = append(out, f)
		}
	}
	return out
}
