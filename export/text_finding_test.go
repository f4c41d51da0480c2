package export

import (
	"bytes"
	"strings"
	"testing"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

// The line of a finding says who did it, where the finding does.
func TestTextFinding(t *testing.T) {
	for _, tt := range []struct {
		code  finding.Code
		dir   flow.Direction
		ascii bool
		want  string
	}{
		{finding.FrameReservedOpcode, flow.ClientToServer, false, " ✖→ error frame-reserved-opcode: "},
		{finding.FrameReservedOpcode, flow.ServerToClient, false, " ✖← error frame-reserved-opcode: "},
		{finding.CloseAbnormal, flow.ServerToClient, false, " ▲← warning close-abnormal: "},
		{finding.CaptureGap, flow.ClientToServer, false, " i→ note capture-gap: "},
		{finding.CloseMissing, 0, false, " ✖  error close-missing: "},
		{finding.FrameReservedOpcode, flow.ClientToServer, true, " E> error frame-reserved-opcode: "},
		{finding.CloseAbnormal, flow.ServerToClient, true, " W< warning close-abnormal: "},
		{finding.CloseMissing, 0, true, " E  error close-missing: "},
	} {
		var out bytes.Buffer
		text := NewText(&out, TextOptions{ASCII: tt.ascii})
		text.Event(&dissect.Finding{Place: dissect.Place{Conv: &dissect.Conversation{Number: 1}}, Report: finding.Report{Code: tt.code}, Dir: tt.dir})
		if err := text.Flush(); err != nil || !strings.Contains(out.String(), tt.want) {
			t.Errorf("%s of %v: %q (%v), want %q in it", tt.code, tt.dir, out.String(), err, tt.want)
		}
	}
}
