package export

import (
	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

func (t *Text) finding(e *dissect.Finding) {
	rule := e.Rule()
	color, mark := faint, "i"
	switch rule.Severity {
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
	text := rule.Severity.String() + " " + string(e.Code) + ": " + rule.Title
	if e.Detail != "" {
		text += t.mark(" — ", " - ") + e.Detail
	}
	t.tell(e.Place, mark, color, text)
}
