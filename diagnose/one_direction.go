package diagnose

import (
	"fmt"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

var oneDirection = check{
	name:  "one direction",
	codes: []finding.Code{finding.CaptureOneDirection},
	ended: func(s *story, e *dissect.Ended, report reporter) {
		for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
			if !e.Heard[d] && e.Heard[d.Reverse()] {
				report(finding.Report{
					Code:   finding.CaptureOneDirection,
					Detail: fmt.Sprintf("there is not one packet from the %s in the capture", party(d)),
				}, d, s.conv.StartPacket)
			}
		}
	},
}
