package header

// A Sieve holds back most names that no field of a head has. Many names are
// looked for in each head, and few are there.
type Sieve uint64

// Sieve returns the one of f.
func (f Fields) Sieve() Sieve {
	var s Sieve
	for i := range f {
		s |= hole(f[i].Name)
	}
	return s
}

// Passes reports whether a field may be called name. When it reports false,
// none is.
func (s Sieve) Passes(name string) bool { return s&hole(name) != 0 }

// hole is the same for names that differ in the case of letters only.
func hole(name string) Sieve {
	if name == "" {
		return 1
	}
	const fold = 0x20
	return 1 << ((5*len(name) + 3*int(name[0]|fold) + int(name[len(name)-1]|fold)) % 64)
}
