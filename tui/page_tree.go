package tui

import (
	"slices"
	"strings"

	"wsight/dissect/payload"
)

// treePage shows what a format makes of a message: the summary, what it
// answers, what is wrong with it, and everything in it, which folds.
type treePage struct {
	theme *theme
	head  spans
	lines []treeLine
}

// A treeLine is a node that is shown.
type treeLine struct {
	node  payload.Node
	depth int
	index int  // among the nodes around it
	open  bool // its children are shown behind it
	rest  bool // there are more nodes here than are shown
}

const (
	treeOpened   = 200    // lines that are unfolded by themselves
	treeDeep     = 6      // levels likewise
	treeChildren = 5000   // nodes of one level that are shown
	treeLines    = 50_000 // lines that are unfolded at most
)

func newTreePage(th *theme, r *payload.Result, more string, width int) *treePage {
	p := &treePage{theme: th, head: spans{theme: th}}
	if more != "" {
		p.head.add(span{th.warning, more})
	}
	p.head.wrapped(nil, 0, width, th.bold, r.Summary)
	if r.Answered > 0 {
		text := "answers message " + itoa(r.Answered)
		if r.RTT >= 0 {
			text += " after " + spanText(r.RTT)
		}
		p.head.add(span{th.plain, text})
	}
	for i := range r.Problems {
		problem := &r.Problems[i]
		rule := problem.Rule()
		sign, st := th.level(rule.Severity)
		p.head.wrapped([]span{{st, sign + " "}}, 2, width, st, rule.Title+": "+problem.Detail)
	}
	if r.Tree.Kind != 0 {
		p.head.add()
		p.lines = []treeLine{{node: r.Tree}}
		p.unfold(0, treeOpened, treeDeep)
	}
	return p
}

// unfold shows what is in line i, and in that, while there are fewer than most
// lines, down to depth.
func (p *treePage) unfold(i, most, depth int) {
	if p.lines[i].open || p.lines[i].node.Leaf() || depth == 0 {
		return
	}
	inner := p.children(i)
	if len(inner) == 0 || len(p.lines)+len(inner) > most {
		return
	}
	p.insert(i, inner)
	for k := len(inner); k >= 1; k-- { // from behind: what is inserted moves the rest
		p.unfold(i+k, most, depth-1)
	}
}

func (p *treePage) children(i int) []treeLine {
	depth := p.lines[i].depth + 1
	var inner []treeLine
	for n := range p.lines[i].node.Children() {
		if len(inner) == treeChildren {
			inner = append(inner, treeLine{depth: depth, rest: true})
			break
		}
		inner = append(inner, treeLine{node: n, depth: depth, index: len(inner)})
	}
	return inner
}

func (p *treePage) insert(i int, inner []treeLine) {
	p.lines[i].open = true
	lines := make([]treeLine, 0, len(p.lines)+len(inner))
	lines = append(append(append(lines, p.lines[:i+1]...), inner...), p.lines[i+1:]...)
	p.lines = lines
}

// fold hides what is in line i.
func (p *treePage) fold(i int) {
	end := i + 1
	for end < len(p.lines) && p.lines[end].depth > p.lines[i].depth {
		end++
	}
	p.lines[i].open = false
	p.lines = append(p.lines[:i+1], p.lines[end:]...)
}

// foldAll folds everything but the root, or unfolds all that there is room for.
func (p *treePage) foldAll() {
	if len(p.lines) == 0 {
		return
	}
	some := false
	for _, l := range p.lines {
		some = some || !l.open && !l.node.Leaf()
	}
	p.fold(0)
	if some {
		p.unfold(0, treeLines, 1<<10)
	} else {
		p.unfold(0, treeLines, 1)
	}
}

func (p *treePage) count() int { return p.head.count() + len(p.lines) }

func (p *treePage) line(c canvas, y, i int) {
	if i < p.head.count() {
		p.head.line(c, y, i)
		return
	}
	th, l := p.theme, &p.lines[i-p.head.count()]
	x := 3 + 2*min(l.depth, max((c.w-30)/2, 4))
	if l.rest {
		c.text(x, y, th.dim, "more than "+commas(treeChildren)+" are here; the rest is not shown")
		return
	}
	n := l.node
	if !n.Leaf() {
		sign := th.glyph.folded
		if l.open {
			sign = th.glyph.opened
		}
		c.text(x-2, y, th.dim, sign)
	}
	if n.Name != "" {
		x = c.text(x, y, th.name, n.Name)
		if n.Kind != payload.Group {
			x = c.text(x, y, th.plain, ": ")
		}
	}
	x = c.text(x, y, p.style(n.Kind), nodeText(&n, l.open))
	if n.Note != "" {
		c.text(x, y, th.dim, "  "+n.Note)
	}
}

func (p *treePage) style(k payload.Kind) style {
	switch k {
	case payload.String:
		return p.theme.text
	case payload.Number, payload.Bool, payload.Null, payload.Bytes:
		return p.theme.number
	case payload.Broken:
		return p.theme.err
	}
	return p.theme.plain
}

// nodeText writes the value of a node.
func nodeText(n *payload.Node, open bool) string {
	switch n.Kind {
	case payload.Object:
		return folded("{", "}", open, n.Leaf())
	case payload.Array:
		return folded("[", "]", open, n.Leaf())
	case payload.Group:
		return ""
	case payload.String:
		return `"` + n.Text(pieceShown) + `"`
	case payload.Bytes:
		if len(n.Raw()) == 0 {
			return "no bytes"
		}
	}
	return n.Text(pieceShown)
}

func folded(begin, end string, open, leaf bool) string {
	switch {
	case leaf:
		return begin + end
	case open:
		return begin
	}
	return begin + "..." + end
}

// enter implements page.
func (p *treePage) enter(i int) bool {
	i -= p.head.count()
	if i < 0 || p.lines[i].node.Leaf() {
		return false
	}
	if p.lines[i].open {
		p.fold(i)
	} else {
		p.insert(i, p.children(i))
	}
	return true
}

// note returns the path of a node, and where in the message it stands.
func (p *treePage) note(i int) string {
	i -= p.head.count()
	if i < 0 || p.lines[i].rest {
		return ""
	}
	l := &p.lines[i]
	var steps []string
	for at := i; p.lines[at].depth > 0; {
		step := p.lines[at].node.Name
		if step == "" {
			step = itoa(p.lines[at].index)
		}
		steps = append(steps, step)
		for depth := p.lines[at].depth; p.lines[at].depth >= depth; {
			at--
		}
	}
	slices.Reverse(steps)
	text := strings.Join(steps, ".")
	if n := l.node; n.End > n.Start {
		text = strings.TrimSpace(text + " bytes " + itoa(n.Start) + " to " + itoa(n.End-1))
	}
	return text
}
