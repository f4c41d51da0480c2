package tui

import "wsight/dissect/payload"

// A jsonLine is a line in little room; its pieces are ranges of the text.
type jsonLine struct {
	name, value [2]uint32 // name is empty where there is none
	depth       int32
	close       int32 // where what it opens ends; 0: it opens nothing, or that has not ended yet
	kind        payload.TokenKind
	flags       jsonFlags
}

type jsonFlags uint8

const (
	jsonNamed jsonFlags = 1 << iota
	jsonComma
	jsonOpens
	jsonFolded
)

func (l *jsonLine) is(f jsonFlags) bool { return l.flags&f != 0 }

func (l *jsonLine) set(f jsonFlags, on bool) {
	l.flags &^= f
	if on {
		l.flags |= f
	}
}

// lay lays out at most n lines.
func (p *jsonPage) lay(n int) {
	for ; n > 0; n-- {
		line, ok := p.layout.Next()
		if !ok {
			p.over = true
			if err := p.layout.Err(); err != nil {
				p.fault = "no valid JSON: " + err.Error()
			}
			return
		}
		if len(p.all) == jsonLines {
			p.over, p.fault = true, "only the first "+commas(jsonLines)+" lines are laid out"
			return
		}
		p.add(&line)
	}
}

func (p *jsonPage) add(line *payload.Line) {
	v := &line.Value
	l := jsonLine{value: piece(v), name: piece(&line.Name), depth: int32(line.Depth), kind: v.Kind}
	l.set(jsonNamed, line.Name.Kind != 0)
	l.set(jsonComma, line.Comma)
	switch v.Kind {
	case payload.BeginObject, payload.BeginArray:
		if !line.Empty {
			l.flags |= jsonOpens
			l.set(jsonFolded, p.folds && l.depth > 0)
			p.open = append(p.open, int32(len(p.all)))
		}
	case payload.EndObject, payload.EndArray:
		if n := len(p.open); n > 0 {
			p.all[p.open[n-1]].close = int32(len(p.all))
			p.open = p.open[:n-1]
		}
	}
	p.all = append(p.all, l)
}

func piece(t *payload.Token) [2]uint32 { return [2]uint32{uint32(t.Start), uint32(t.End)} }
