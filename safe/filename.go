package safe

import (
	"strings"
)

// FileNameLimit is the length in bytes of the longest [FileName].
const FileNameLimit = 64

// FileName returns a part of a file name made from s: ASCII letters, digits,
// dots, hyphens and underscores, with one hyphen for every run of others. It
// never begins with a dot or hyphen, is no reserved name of Windows, and is
// "unnamed" when nothing is left of s.
func FileName[T Captured](s T) string {
	dst := make([]byte, 0, min(len(s), FileNameLimit))
	for i := 0; i < len(s) && len(dst) < FileNameLimit; i++ {
		switch b := s[i]; {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9', b == '_':
			dst = append(dst, b)
		case len(dst) == 0 || dst[len(dst)-1] == '-' || dst[len(dst)-1] == '.':
			// Neither at the start nor twice, so that ".." cannot come out.
		case b == '.':
			dst = append(dst, '.')
		default:
			dst = append(dst, '-')
		}
	}
	name := strings.TrimRight(string(dst), ".-")
	if name == "" {
		return "unnamed"
	}
	stem, _, _ := strings.Cut(strings.ToLower(name), ".")
	switch {
	case stem == "con", stem == "prn", stem == "aux", stem == "nul",
		len(stem) == 4 && (stem[:3] == "com" || stem[:3] == "lpt") && '0' <= stem[3] && stem[3] <= '9':
		return "_" + name
	}
	return name
}
