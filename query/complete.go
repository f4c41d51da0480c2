package query

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"wsight/dissect/payload"
)

// A Candidate is something that may stand at a place of an expression.
type Candidate struct {
	Text string // what is put there
	Doc  string // what it is, in a line
}

// Complete returns what may stand at the end of text, the most likely first,
// and from which byte of text on a candidate takes the place of what is there.
// seen returns values that a field has been seen to have, for fields whose
// values are no words of ours; it may be nil.
func Complete(text string, seen func(f *Field) []string) (from int, list []Candidate) {
	c := completion{seen: seen}
	whole := tokens(text)
	last := token{offset: len(text)}
	if n := len(whole); n > 0 && whole[n-1].offset+len(whole[n-1].text) == len(text) && !closed(whole[n-1]) && whole[n-1].text != "(" && whole[n-1].text != ")" {
		last, whole = whole[n-1], whole[:n-1]
	}
	if name, sign, ok := compared(whole); ok {
		c.quoted(name, sign, last.text)
		return last.offset, c.list
	}
	word := strings.TrimLeft(last.text, "-!")
	from = len(text) - len(word)
	if i := strings.LastIndexAny(word, "=<>"); i > 0 && !last.quoted {
		name := strings.TrimRight(word[:i], "=<>!")
		c.quoted(name, word[len(name):i+1], word[i+1:])
		return from + i + 1, c.list
	}
	if name, value, ok := strings.Cut(word, ":"); ok && !last.quoted {
		c.short(name, value)
		return from + len(name) + 1, c.list
	}
	if last.quoted {
		return from, nil
	}
	short := !slices.ContainsFunc(whole, func(t token) bool { return !t.quoted && !slices.Contains(connectives, t.text) && !bare(t.text) })
	if n := len(whole); !short && !slices.Contains(connectives, whole[n-1].text) || n > 0 && whole[n-1].text == ")" {
		c.join(word)
		return from, c.list
	}
	c.names(word, short)
	return from, c.list
}

// closed reports whether a token in quotes has both of them.
func closed(t token) bool {
	return t.quoted && len(t.text) > 1 && quoteEnd(t.text, 0) == len(t.text) && t.text[len(t.text)-1] == t.text[0]
}

// compared returns the field and the operator that the last two tokens are.
func compared(before []token) (name, sign string, ok bool) {
	n := len(before)
	if n < 2 || before[n-1].quoted || before[n-2].quoted {
		return "", "", false
	}
	sign = before[n-1].text
	comparison := mirrored[sign] != "" || slices.Contains([]string{"contains", "startsWith", "endsWith"}, sign)
	return before[n-2].text, sign, comparison
}

// A completion collects candidates, each once.
type completion struct {
	seen func(*Field) []string
	list []Candidate
	have map[string]bool
}

func (c *completion) add(text, doc string) {
	if c.have == nil {
		c.have = map[string]bool{}
	}
	if !c.have[text] {
		c.have[text] = true
		c.list = append(c.list, Candidate{text, doc})
	}
}

// values returns what a field can be, or was seen to be.
func (c *completion) values(f *Field) []string {
	if words := f.words(); words != nil {
		return words
	}
	if f.Type == Bool {
		return []string{"true", "false"}
	}
	if f.Name == "payload.format" {
		var names []string
		for _, format := range payload.All() {
			names = append(names, format.Name)
		}
		return names
	}
	if c.seen == nil {
		return nil
	}
	return c.seen(f)
}

// quoted completes the value that a field is compared with in an expression.
func (c *completion) quoted(name, sign, begun string) {
	f, ok := Lookup(name)
	if !ok {
		return
	}
	order := sign == "<" || sign == ">" || sign == "<=" || sign == ">="
	for _, v := range c.values(f) {
		if order && f.Type != Number {
			continue
		}
		written := v
		if f.Type == Text || f.Type == Mixed {
			written = strconv.Quote(v)
		}
		if strings.HasPrefix(written, begun) || strings.HasPrefix(v, begun) {
			c.add(written, f.Name+": "+f.Doc)
		}
	}
}

// short completes the value of a short form.
func (c *completion) short(name, value string) {
	if name == "is" {
		for _, f := range isForms {
			if strings.HasPrefix(f.Name, value) {
				c.add(f.Name, "short for "+f.Stands)
			}
		}
		return
	}
	if name == "kind" {
		for _, v := range kindForms {
			if strings.HasPrefix(v, value) {
				c.add(v, "what the row is")
			}
		}
		return
	}
	fields := aliases[name]
	if fields == nil {
		fields = []string{name}
	}
	for _, field := range fields {
		f, ok := Lookup(field)
		if !ok {
			continue
		}
		for _, v := range c.values(f) {
			if strings.ContainsFunc(v, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("()\"'`\\", r) }) {
				continue // it would have to be quoted
			}
			if strings.HasPrefix(v, value) {
				c.add(v, f.Name+": "+f.Doc)
			}
		}
	}
}

// kindForms are what kind: can be followed by.
var kindForms = []string{"text", "binary", "ping", "pong", "close", "data", "control", "finding", "frame"}

// join offers what goes on behind a condition.
func (c *completion) join(word string) {
	for _, w := range []string{"and", "or"} {
		if strings.HasPrefix(w, word) {
			c.add(w, "joins two conditions")
		}
	}
}

// names completes the name of a field or of a short form. Among short forms
// those come first, in an expression only names of fields have a place.
func (c *completion) names(word string, short bool) {
	if short {
		for _, f := range isForms {
			if form := "is:" + f.Name; strings.HasPrefix(form, word) || word != "" && strings.HasPrefix(f.Name, word) {
				c.add(form, "short for "+f.Stands)
			}
		}
		if strings.HasPrefix("kind:", word) {
			c.add("kind:", "what the row is: "+strings.Join(kindForms, ", "))
		}
	}
	fits := func(exact bool, visit func(f *Field)) {
		for i := range table {
			f := &table[i]
			begins := strings.HasPrefix(f.Name, word)
			if begins == exact && (begins || strings.Contains(f.Name, "."+word)) {
				visit(f)
			}
		}
	}
	doc := func(f *Field) string {
		if len(f.Words) > 0 {
			return f.Doc + ": " + strings.Join(f.Words, ", ")
		}
		return f.Doc
	}
	for _, exact := range [...]bool{true, false} {
		fits(exact, func(f *Field) {
			if colon := short && (f.Type == Text || f.Type == Mixed); colon {
				c.add(f.Name+":", doc(f))
			} else {
				c.add(f.Name, doc(f))
			}
		})
	}
	if !short {
		return
	}
	for _, name := range aliasNames {
		if strings.HasPrefix(name, word) {
			c.add(name+":", "short for "+strings.Join(aliases[name], " or "))
		}
	}
	fits(true, func(f *Field) { c.add(f.Name, doc(f)) })
}

// aliasNames are the names of aliases, in order.
var aliasNames = func() []string {
	var names []string
	for name := range aliases {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}()
