// Package finding is the catalogue of everything wsight can say is wrong or
// worth knowing, and where the rule that says so is written.
//
// Code that detects a problem names it with a [Code] and puts the values of
// the instance into a [Report]; everything else a reader wants to know about
// it is in the catalogue, once.
package finding

import (
	"cmp"
	"fmt"
	"slices"
)

// A Code names one kind of problem. Codes are stable: users filter, suppress
// and script by them.
type Code string

// A Severity orders findings by how soon someone should look.
// The numbers are ours.
type Severity uint8

const (
	Note    Severity = iota + 1 // worth knowing, nothing is broken
	Warning                     // a SHOULD was violated, or trouble usually follows
	Error                       // broken, or a MUST was violated
)

// String returns the word of the JSON output.
func (s Severity) String() string {
	switch s {
	case Note:
		return "note"
	case Warning:
		return "warning"
	case Error:
		return "error"
	}
	return fmt.Sprintf("severity(%d)", uint8(s))
}

// A Rule explains a code.
type Rule struct {
	Code     Code
	Severity Severity // the default; an instance may carry another
	Section  string   // where the rule is written, as "RFC 6455 §5.1"; "" when no specification says it
	Title    string   // what happened, one line, no period
	Advice   string   // what to do, in full sentences
}

// A Report is one instance of a problem, before it is known where in the
// capture it stands.
type Report struct {
	Code     Code
	Severity Severity // zero: that of the rule
	Title    string   // "": that of the rule
	Detail   string   // this instance, with its values; captured text in it is quoted by safe.Quote
	Advice   string   // "": that of the rule

	// Facts are what programs judge by: the words of the others are for people.
	Facts Facts
}

// Rule returns the catalogue entry of c and whether there is one.
func (c Code) Rule() (Rule, bool) {
	i, ok := slices.BinarySearchFunc(sorted, c, func(r Rule, c Code) int { return cmp.Compare(r.Code, c) })
	if !ok {
		return Rule{Code: c}, false
	}
	return sorted[i], true
}

// Rule returns the catalogue entry of r's code, with the severity, the title
// and the advice of r where it has its own. A code that the catalogue does not
// have is a note.
func (r Report) Rule() Rule {
	rule, _ := r.Code.Rule()
	rule.Severity = cmp.Or(r.Severity, rule.Severity, Note)
	rule.Title, rule.Advice = cmp.Or(r.Title, rule.Title), cmp.Or(r.Advice, rule.Advice)
	return rule
}

// All returns the catalogue, ordered by code. The caller must not change it.
func All() []Rule { return sorted }

var sorted = func() []Rule {
	rules := slices.Clone(catalogue)
	slices.SortFunc(rules, func(a, b Rule) int { return cmp.Compare(a.Code, b.Code) })
	return rules
}()
