package websocket

import "wsight/flow"

type Recognizer struct{}
type RV int

const (
	Recognized RV = iota + 1
	Foreign
	Undecided
)

func (r *Recognizer) Feed(s flow.Side, p []byte, lost int64) RV { return Undecided }
func (r *Recognizer) End() RV                                   { return Foreign }
func (r *Recognizer) Client() flow.Side                         { return 0 }
func (r *Recognizer) Start(s flow.Side) int64                   { return 0 }
