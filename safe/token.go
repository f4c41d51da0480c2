package safe

import (
	"slices"
	"strings"
)

// secretName reports whether a value of that name is a secret: the name of a
// header field, of a parameter or of a word in a subprotocol, in any case and
// with any punctuation.
func secretName(name string) bool {
	lower := strings.ToLower(name)
	words := strings.FieldsFunc(lower, func(r rune) bool { return !('a' <= r && r <= 'z' || '0' <= r && r <= '9') })
	if len(words) == 0 {
		return false
	}
	joined := strings.Join(words, "")
	if slices.Contains(secretWords, words[len(words)-1]) || slices.Contains(secretWords, joined) {
		return true
	}
	return slices.ContainsFunc(secretEndings, func(e string) bool { return strings.HasSuffix(joined, e) })
}

// secretWords are names, or last words of names, whose values are secret.
var secretWords = []string{
	"auth", "authorization", "credential", "credentials", "jwt", "key", "otp", "pass", "passphrase", "passwd", "password",
	"pwd", "secret", "session", "sid", "sig", "signature", "ticket", "token",
}

// secretEndings end names that were written as one word: accessToken, phpsessid.
var secretEndings = []string{
	"apikey", "authkey", "accesskey", "password", "passwd", "secret", "secretkey", "sessid", "sessionid", "sessionkey", "signature", "token",
}

// maskTokens masks every JSON Web Token in s (RFC 7519: base64url of an
// object, which begins with eyJ, and two more parts), whatever stands around.
func maskTokens(s string) string {
	from := 0
	for {
		i := strings.Index(s[from:], "eyJ")
		if i < 0 {
			return s
		}
		i += from
		end, dots := i, 0
		for end < len(s) && (s[end] == '.' || !notTokenByte(s[end])) {
			if s[end] == '.' {
				dots++
			}
			end++
		}
		if from = end; dots > 0 {
			s = s[:i] + Mask + s[end:]
			from = i + len(Mask)
		}
	}
}

// randomLength is from how many characters on a word with digits and letters
// is taken for a random token. The longest registered name of a subprotocol
// without punctuation is shorter.
const randomLength = 20

// maskRandom masks the words of s that look random: long, without
// punctuation but what base64 has, with letters and digits mixed; and UUIDs.
func maskRandom(s string) string {
	dst := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		end := i
		letters, digits, hyphens, hexadecimal := 0, 0, 0, true
		for ; end < len(s) && (!notTokenByte(s[end]) || strings.IndexByte("+/=%", s[end]) >= 0); end++ {
			switch b := s[end]; {
			case '0' <= b && b <= '9':
				digits++
			case b == '-':
				hyphens++
			case 'a' <= b|0x20 && b|0x20 <= 'z':
				letters++
				hexadecimal = hexadecimal && b|0x20 <= 'f'
			default:
				hexadecimal = false
			}
		}
		word := s[i:end]
		// Hyphens part the words of a readable name; random ones have few.
		random := len(word) >= randomLength && letters > 0 && digits > 2 && (hyphens*8 < len(word) || hexadecimal)
		switch {
		case random:
			dst = append(dst, Mask...)
		case end == i:
			dst = append(dst, s[i])
			end++
		default:
			dst = append(dst, word...)
		}
		i = end
	}
	return string(dst)
}
