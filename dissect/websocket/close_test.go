package websocket

import (
	"slices"
	"testing"

	"wsight/finding"
)

func TestParseClose(t *testing.T) {
	body := func(code int, reason string) []byte { return append([]byte{byte(code >> 8), byte(code)}, reason...) }
	tests := []struct {
		in     []byte
		code   int
		reason string
		want   finding.Code // "" for a legal one
	}{
		{nil, NoCode, "", ""},
		{[]byte{3}, NoCode, "", finding.ClosePayloadInvalid},
		{body(1000, ""), 1000, "", ""},
		{body(1000, "bye ✓"), 1000, "bye ✓", ""},
		{body(1000, "bye \xff"), 1000, "bye \xff", finding.CloseReasonInvalidUTF8},
		{body(1000, "bye \xe2\x9c"), 1000, "bye \xe2\x9c", finding.CloseReasonInvalidUTF8},
		{body(0, ""), 0, "", finding.CloseCodeInvalid},
		{body(999, ""), 999, "", finding.CloseCodeInvalid},
		{body(1003, ""), 1003, "", ""},
		{body(1004, ""), 1004, "", finding.CloseCodeInvalid},
		{body(1005, ""), 1005, "", finding.CloseCodeInvalid},
		{body(1006, ""), 1006, "", finding.CloseCodeInvalid},
		{body(1007, ""), 1007, "", ""},
		{body(1014, ""), 1014, "", ""},
		{body(1015, ""), 1015, "", finding.CloseCodeInvalid},
		{body(1016, ""), 1016, "", finding.CloseCodeInvalid},
		{body(2999, ""), 2999, "", finding.CloseCodeInvalid},
		{body(3000, ""), 3000, "", ""},
		{body(4999, ""), 4999, "", ""},
		{body(5000, ""), 5000, "", finding.CloseCodeInvalid},
		{body(65535, ""), 65535, "", finding.CloseCodeInvalid},
	}
	for _, tt := range tests {
		var want []finding.Code
		if tt.want != "" {
			want = []finding.Code{tt.want}
		}
		got, codes := ParseClose(tt.in, nil)
		if got.Code != tt.code || string(got.Reason) != tt.reason || !slices.Equal(codes, want) {
			t.Errorf("ParseClose(% x) = %+v, %v; want %d %q, %v", tt.in, got, codes, tt.code, tt.reason, want)
		}
	}
}

func TestClassOf(t *testing.T) {
	for code, want := range map[int]CodeClass{
		0: Forbidden, 999: Forbidden, 1000: Assigned, 1004: Forbidden, 1014: Assigned, 1015: Forbidden,
		1016: Unassigned, 2999: Unassigned, 3000: Private, 4999: Private, 5000: Forbidden,
	} {
		if got := ClassOf(code); got != want {
			t.Errorf("ClassOf(%d) = %d; want %d", code, got, want)
		}
	}
}

func TestLookupClose(t *testing.T) {
	for code := 1000; code <= 1015; code++ {
		c, ok := LookupClose(code)
		if !ok || c.Code != code || c.Name == "" || c.Meaning == "" {
			t.Errorf("LookupClose(%d) = %+v, %v", code, c, ok)
		}
		if Abnormal(code) != c.Abnormal {
			t.Errorf("Abnormal(%d) = %v; want %v", code, !c.Abnormal, c.Abnormal)
		}
	}
	for _, code := range []int{-1, 999, 1016, 4000} {
		if c, ok := LookupClose(code); ok {
			t.Errorf("LookupClose(%d) = %+v; want none", code, c)
		}
		if Abnormal(code) {
			t.Errorf("Abnormal(%d): it is not defined", code)
		}
	}
	if c, _ := LookupClose(1001); c.Abnormal {
		t.Error("1001 is how pages and servers leave, not trouble")
	}
}
