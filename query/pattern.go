package query

import (
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

// A hint is what a regular expression says about all that it matches: one of
// these texts is in it. They are found far faster than the expression is
// matched, and most payloads have none of them.
type hint struct {
	texts  []*finder
	length int  // of the shortest
	whole  bool // what holds one of the texts matches, too
}

// maxHints is how many texts are looked for before the expression is matched.
const maxHints = 3

// hintOf returns what a regular expression of Go asks for, nothing when there
// is nothing to look for.
func hintOf(pattern string) hint {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return hint{}
	}
	h := hintIn(tree)
	if len(h.texts) > maxHints {
		return hint{}
	}
	return h
}

func hintIn(tree *syntax.Regexp) hint {
	switch tree.Op {
	case syntax.OpLiteral:
		return hintOfText(tree.Rune, tree.Flags&syntax.FoldCase != 0)
	case syntax.OpCapture:
		return hintIn(tree.Sub[0])
	case syntax.OpPlus:
		return hintIn(tree.Sub[0])
	case syntax.OpRepeat:
		if tree.Min > 0 {
			h := hintIn(tree.Sub[0])
			h.whole = h.whole && tree.Min == 1
			return h
		}
	case syntax.OpConcat:
		var best hint
		for _, sub := range tree.Sub {
			if h := hintIn(sub); len(h.texts) > 0 && len(h.texts) <= maxHints && h.length > best.length {
				best = h
			}
		}
		best.whole = false
		return best
	case syntax.OpAlternate:
		all := hint{whole: true, length: MaxText}
		for _, sub := range tree.Sub {
			h := hintIn(sub)
			if len(h.texts) == 0 {
				return hint{}
			}
			all.texts = append(all.texts, h.texts...)
			all.length, all.whole = min(all.length, h.length), all.whole && h.whole
		}
		return all
	}
	return hint{}
}

// hintOfText returns the longest part of a text that is found as bytes.
func hintOfText(text []rune, fold bool) hint {
	var best []rune
	for from := 0; from < len(text); from++ {
		if end := slices.IndexFunc(text[from:], func(r rune) bool { return !steady(r, fold) }); end < 0 {
			if len(text)-from > len(best) {
				best = text[from:]
			}
			break
		} else if from += end; end > len(best) {
			best = text[from-end : from]
		}
	}
	if len(best) == 0 {
		return hint{}
	}
	h := hint{length: len(best), whole: len(best) == len(text)}
	if fold {
		h.texts = []*finder{newFold(string(best))}
	} else {
		h.texts = []*finder{newFinder([]byte(string(best)))}
	}
	return h
}

// steady reports whether every form of r takes as many bytes, as newFold has
// it: a k may be the sign for Kelvin. What stands for broken letters has no
// bytes of its own.
func steady(r rune, fold bool) bool {
	if r == utf8.RuneError {
		return false
	}
	for other := unicode.SimpleFold(r); fold && other != r; other = unicode.SimpleFold(other) {
		if utf8.RuneLen(other) != utf8.RuneLen(r) {
			return false
		}
	}
	return true
}

// before returns a test for payloads that matches only where it has to.
func (h hint) before(match func([]byte) bool) func([]byte) bool {
	if len(h.texts) == 0 {
		return match
	}
	return func(p []byte) bool {
		for _, text := range h.texts {
			if text.within(p) {
				return h.whole || match(p)
			}
		}
		return false
	}
}
