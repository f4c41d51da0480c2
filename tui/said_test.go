package tui

import "testing"

// The more room there is, the more is said; where there is hardly any, what
// happened goes before who did it.
func TestSaid(t *testing.T) {
	refused := said{"nginx dropped the Upgrade field, so the server got an ordinary request (answer: 426)",
		"nginx dropped the Upgrade field, so the server got an ordinary request (answer: 426)", "426: Upgrade dropped", " (nginx)"}
	guess := said{"The server, or a proxy before it, did not answer the Close", "did not answer the Close", "Close unanswered", ""}
	for _, tt := range []struct {
		said  said
		width int
		want  string
	}{
		{refused, 90, refused.whole},
		{refused, 60, refused.whole},
		{refused, 44, "426: Upgrade dropped (nginx)"},
		{refused, 27, "426: Upgrade dropped"},
		{refused, 19, "Upgrade dropped"},
		{refused, 10, "Upgrade dropped"},
		{guess, 58, guess.whole},
		{guess, 57, "did not answer the Close"},
		{guess, 24, "did not answer the Close"},
		{guess, 23, "Close unanswered"},
		{guess, 3, "Close unanswered"},
		{said{}, 20, ""},
	} {
		if got := tt.said.within(tt.width); got != tt.want {
			t.Errorf("in %d cells: %q; want %q", tt.width, got, tt.want)
		}
	}
}
