package tui

import (
	"path/filepath"
	"strings"
	"testing"

	"wsight/session"
)

// The second line has the verdict on the capture as a whole, as long as there
// is room in words that say what it is about.
func TestVerdictLine(t *testing.T) {
	for _, tt := range []struct {
		capture string
		width   int
		want    string
	}{
		{"nginx-idle-60s.pcap", 60, "✗ cut after 60.0 s (nginx)"},
		{"nginx-idle-60s.pcap", 80, "✗ cut after 60.0 s"},
		{"nginx-idle-60s.pcap", 120, "✗ nginx cut the connection after 60.0 s of silence"},
		{"reload-kills-30.pcap", 160, "✗ Something, perhaps a proxy, ended many connections within a second"},
		{"chat-json.pcap", 80, "✔ All is well"},
		{"chat-json.pcap", 200, "✔ All is well: 1 WebSocket on 1 connection, 1 handshake and 7 messages checked, nothing missing from the capture"},
		{"lost-segments.pcap", 80, "✔ Nothing wrong found"},
	} {
		b := newBench(t, record(t, sample(tt.capture)), tt.width, 24, Options{})
		if got := b.line(1); !strings.HasSuffix(got, "  "+tt.want) {
			t.Errorf("%s in %d columns: %q, want %q at its end", tt.capture, tt.width, got, tt.want)
		}
		if n := cells(b.line(1)); n >= tt.width {
			t.Errorf("%s in %d columns: %d cells", tt.capture, tt.width, n)
		}
	}
}

// Several causes are counted, and the worst is named.
func TestVerdictLineOfSeveral(t *testing.T) {
	dir := filepath.Join("..", "pcaps")
	rec := recordOf(t, filepath.Join(dir, "origin-403.pcap"), filepath.Join(dir, "nginx-idle-60s.pcap"))
	b := newBench(t, rec, 120, 24, Options{})
	if got := b.line(1); !strings.HasSuffix(got, " +1") || !strings.Contains(got, "✗ ") {
		t.Errorf("%q", got)
	}
	if n := strings.Count(b.press("3").text(), " cause "); n != 2 {
		t.Errorf("%d causes are listed:\n%s", n, b.text())
	}
}

// No screen says that all is well of what has problems inside its messages, or
// of what is still being read.
func TestVerdictLineInside(t *testing.T) {
	b := newBench(t, record(t, failing(t, 2)), 120, 30, Options{}).press("3", "j")
	if text := b.text(); strings.Contains(text, "well") {
		t.Errorf("with problems inside the messages:\n%s", text)
	}
	rec := session.NewRecord(session.RecordOptions{})
	t.Cleanup(func() { rec.Close() })
	b = newBench(t, rec, 120, 30, Options{Doctor: NewDoctor(), Growing: true})
	if text := b.text(); strings.Contains(text, "well") {
		t.Errorf("at the beginning:\n%s", text)
	}
}

// A filter hides the causes of connections none of whose findings it shows.
func TestCausesFiltered(t *testing.T) {
	b := newBench(t, record(t, sample("nginx-idle-60s.pcap")), 120, 30, Options{}).press("3")
	for filter, want := range map[string]int{"code:close-missing": 1, "code:gap": 0} {
		b.press("/", `"`+filter+`"`, "Enter")
		if n := strings.Count(b.text(), " cause "); n != want {
			t.Errorf("%s: %d causes, want %d\n%s", filter, n, want, b.text())
		}
		b.press("Esc")
	}
}

func TestNumbersText(t *testing.T) {
	for _, tt := range []struct {
		numbers []int
		want    string
	}{{[]int{3}, "3..3"}, {[]int{5, 4, 6}, "4..6"}, {[]int{9, 4, 6}, "[4, 6, 9]"}} {
		if got := numbersText(tt.numbers); got != tt.want {
			t.Errorf("%v: %s, want %s", tt.numbers, got, tt.want)
		}
	}
}
