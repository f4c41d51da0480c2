package export

import (
	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

func (t *Text) finding(e *dissect.Finding) {
	rule, _ := e.Code.Rule()
	level := severity(e.Report, rule)
	color, mark := faint, "i"
	switch level {
	case finding.Error:
		color, mark = trouble, t.mark("✖", "E")
	case finding.Warning:
		color, mark = caution, t.mark("▲", "W")
	}
	switch e.Dir { // who did it, as in the line of a message
	case flow.ClientToServer:
		mark += t.mark("→", ">")
	case flow.ServerToClient:
		mark += t.mark("←", "<")
	default:
		mark += " "
	}
	text := level.String() + " " + string(e.Code) + ": " + either(e.Title, rule.Title)
	if e.Detail != "" {
		text += t.mark(" — ", " - ") + e.Detail
	}
	t.tell(e.Place, mark, color, text)
}
