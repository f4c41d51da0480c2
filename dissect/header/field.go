package header

import "iter"

// A Field is one field line. The value has no white space around it.
type Field struct{ Name, Value string }

// Fields are the field lines of a head, in the order of the wire.
type Fields []Field

// Lookup returns the value of the first field called name, or nil when there
// is none. The pointer leads into f.
func (f Fields) Lookup(name string) *string {
	for i := range f {
		if EqualFold(f[i].Name, name) {
			return &f[i].Value
		}
	}
	return nil
}

// Get returns the value of the first field called name, or "".
func (f Fields) Get(name string) string {
	if v := f.Lookup(name); v != nil {
		return *v
	}
	return ""
}

// Has reports whether there is a field called name.
func (f Fields) Has(name string) bool { return f.Lookup(name) != nil }

// Count returns how many field lines are called name.
func (f Fields) Count(name string) int {
	n := 0
	for i := range f {
		if EqualFold(f[i].Name, name) {
			n++
		}
	}
	return n
}

// Values returns the value of each field line called name, in order.
func (f Fields) Values(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range f {
			if EqualFold(f[i].Name, name) && !yield(f[i].Value) {
				return
			}
		}
	}
}

// EqualFold reports whether a and b are equal when the case of ASCII letters
// is ignored. strings.EqualFold would also take U+212A for a K.
func EqualFold(a, b string) bool {
	// Most names differ in length, and those that do not are mostly the same.
	return len(a) == len(b) && (a == b || equalFold(a, b))
}

// equalFold is EqualFold for texts of the same length.
func equalFold(a, b string) bool {
	for i := range len(a) {
		if a[i] != b[i] && lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c | 0x20
	}
	return c
}
