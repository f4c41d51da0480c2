package tui

import (
	"strconv"
	"strings"
)

// askSearch finds text in the payloads of the connection.
func (u *UI) askSearch() {
	u.ask(&prompt{label: "find in payloads:", history: &u.searches, done: func(text string) {
		if text != "" {
			u.timeline.search(text)
		}
	}})
}

// askPlace goes to a number or a time.
func (u *UI) askPlace() {
	u.ask(&prompt{label: "go to number, seconds (1.5s) or time of day (14:03:20):", done: func(text string) {
		if !u.goAny(text) {
			u.flash = "That is no number and no time."
		}
	}})
}

// goAny goes to what text names: a number, seconds or a time of day.
func (u *UI) goAny(text string) bool {
	text = strings.TrimSpace(text)
	if n, err := strconv.Atoi(text); err == nil && n >= 0 {
		u.goNumber(n)
		return true
	}
	if u.screen != atTimeline {
		return false
	}
	return u.goTime(text)
}
