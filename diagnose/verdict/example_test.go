package verdict_test

import (
	"fmt"

	"wsight/diagnose/verdict"
	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

func ExampleVerdict() {
	conv := &dissect.Conversation{Number: 1}
	at := dissect.Place{Conv: conv, Packet: 10}

	v := verdict.New()
	v.Observe(&dissect.Opened{Place: at})
	v.Observe(&dissect.Finding{Place: at, Report: finding.Report{Code: finding.FrameServerMasked}, Dir: flow.ServerToClient})
	v.Observe(&dissect.Ended{Place: at})

	for _, d := range v.Diagnoses(verdict.Quality{Complete: true}) {
		fmt.Println(d.Headline)
		fmt.Println(d.Culprit, d.Certainty)
	}
	// Output:
	// The server, or a proxy before it, sent masked frames, which only a client may
	// server guess
}
