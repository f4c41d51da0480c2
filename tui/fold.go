package tui

// containsFold reports whether s has word, which is in lower case, in any
// case of its ASCII letters.
func containsFold[T string | []byte](s T, word string) bool { return indexFold(s, word) >= 0 }

// indexFold returns where word, in lower case, begins in p, or -1.
func indexFold[T string | []byte](p T, word string) int {
	for i := 0; i+len(word) <= len(p); i++ {
		n := 0
		for n < len(word) && lower(p[i+n]) == word[n] {
			n++
		}
		if n == len(word) {
			return i
		}
	}
	return -1
}

func lower(b byte) byte {
	if b >= 'A' && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}
