package tls

import (
	"strings"
	"testing"
)

func TestAppendLines(t *testing.T) {
	random := strings.Repeat("01", 32)
	other := strings.Repeat("02", 32)
	want := "CLIENT_RANDOM " + random + " " + strings.Repeat("ab", 48) + "\n" +
		"SERVER_TRAFFIC_SECRET_0 " + random + " " + strings.Repeat("cd", 32) + "\n"
	var log KeyLog
	log.AddBlock([]byte(want + "CLIENT_RANDOM " + other + " " + strings.Repeat("ef", 48) + "\n"))
	var id [32]byte
	for i := range id {
		id[i] = 1
	}
	if got := string(log.AppendLines(nil, id)); got != want {
		t.Errorf("AppendLines() =\n%swant\n%s", got, want)
	}
	if got := log.AppendLines(nil, [32]byte{}); len(got) != 0 {
		t.Errorf("AppendLines() of an unknown connection = %q; want nothing", got)
	}
}
