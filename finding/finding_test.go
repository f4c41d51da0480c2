package finding

import "testing"

func TestReportRule(t *testing.T) {
	rule, _ := FrameClientUnmasked.Rule()
	for _, tt := range []struct {
		name   string
		report Report
		want   Rule
	}{
		{"nothing of its own", Report{Code: rule.Code}, rule},
		{"a severity of its own", Report{Code: rule.Code, Severity: Warning}, Rule{rule.Code, Warning, rule.Section, rule.Title, rule.Advice}},
		{"words of its own", Report{Code: rule.Code, Title: "what", Advice: "do"}, Rule{rule.Code, rule.Severity, rule.Section, "what", "do"}},
		{"its values are in no rule", Report{Code: rule.Code, Detail: "opcode 3"}, rule},
		{"a code without a rule is a note", Report{Code: "none"}, Rule{Code: "none", Severity: Note}},
	} {
		if got := tt.report.Rule(); got != tt.want {
			t.Errorf("%s: Rule() = %+v; want %+v", tt.name, got, tt.want)
		}
	}
}
