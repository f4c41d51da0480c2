package diagnose

import (
	"fmt"

	"wsight/dissect"
	"wsight/finding"
)

// Dropped tells that the capture itself dropped packets, as the kernel or the
// file counts them; n is not positive when none were or nobody knows. It is
// told of the first conversation in which bytes are missing, else of the first
// there is.
func (w *Watch) Dropped(n int64, place dissect.Place, tell func(dissect.Event)) {
	place.Conv = w.torn
	if place.Conv == nil {
		place.Conv = w.first
	}
	if n <= 0 || place.Conv == nil {
		return
	}
	tell(&dissect.Finding{Place: place, Report: finding.Report{
		Code:   finding.CaptureDropped,
		Detail: fmt.Sprintf("%d packets were dropped before they could be captured; bytes that are missing anywhere in this capture may be among them", n),
	}})
}
