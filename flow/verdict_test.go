package flow

import "testing"

func TestVerdict(t *testing.T) {
	for v, want := range map[Verdict]string{NeedMore: "need more", Yes: "yes", No: "no", 0: "verdict(0)", 9: "verdict(9)"} {
		if got := v.String(); got != want {
			t.Errorf("%d: %q; want %q", v, got, want)
		}
	}
}
