package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"wsight/dissect/header"
	"wsight/safe"
)

// maxDiff is how many changed field lines are quoted.
const maxDiff = 16

// maxCompared is how many field lines of a head are compared.
const maxCompared = 256

// requestDiff says what of a request is different behind the proxy, or "".
func requestDiff(before, after *header.Request) string {
	var d diff
	for _, part := range [...]struct{ name, before, after string }{
		{"method", before.Method, after.Method}, {"target", safe.MaskTarget(before.Target), safe.MaskTarget(after.Target)}, {"HTTP version", before.Version, after.Version},
	} {
		if part.before != part.after {
			d.add("%s changed from %s to %s", part.name, safe.Quote(part.before), safe.Quote(part.after))
		}
	}
	d.fields(before.Fields, after.Fields)
	return d.text()
}

// responseDiff says what of an answer is different when the proxy passed it on.
func responseDiff(before, after *header.Response) string {
	var d diff
	if before.Status != after.Status {
		d.add("status changed from %s to %s", statusLine(before), statusLine(after))
	}
	if before.Version != after.Version {
		d.add("HTTP version changed from %s to %s", safe.Quote(before.Version), safe.Quote(after.Version))
	}
	d.fields(before.Fields, after.Fields)
	return d.text()
}

// A diff collects differences between two heads.
type diff struct {
	parts []string
	more  int
}

func (d *diff) add(format string, args ...any) {
	if len(d.parts) == maxDiff {
		d.more++
		return
	}
	d.parts = append(d.parts, fmt.Sprintf(format, args...))
}

func (d *diff) text() string {
	if d.more > 0 {
		d.parts = append(d.parts, fmt.Sprintf("and %d more", d.more))
	}
	return strings.Join(d.parts, ", ")
}

// fields compares field lines. Their order, and the case of their names, is
// no difference; that of names is mentioned.
func (d *diff) fields(before, after header.Fields) {
	recased := 0
	before, after = before[:min(len(before), maxCompared)], after[:min(len(after), maxCompared)]
	left := slices.Clone(after)
	var gone header.Fields
	for _, f := range before {
		i := slices.IndexFunc(left, func(g header.Field) bool { return header.EqualFold(f.Name, g.Name) && f.Value == g.Value })
		if i < 0 {
			gone = append(gone, f)
			continue
		}
		if left[i].Name != f.Name {
			recased++
		}
		left = slices.Delete(left, i, i+1)
	}
	for _, f := range gone {
		i := slices.IndexFunc(left, func(g header.Field) bool { return header.EqualFold(f.Name, g.Name) })
		if i < 0 {
			d.add("removed %s", masked(f))
			continue
		}
		d.add("changed %s to %s", masked(f), masked(left[i]))
		left = slices.Delete(left, i, i+1)
	}
	for _, f := range left {
		d.add("added %s", masked(f))
	}
	if recased > 0 {
		d.add("%d field names in another case", recased)
	}
}

// masked quotes a field line without the secret that it may hold.
func masked(f header.Field) string {
	return safe.Quote(f.Name + ": " + safe.MaskHeader(f.Name, f.Value))
}
