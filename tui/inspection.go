package tui

import (
	"context"

	"wsight/session"
)

// An inspection is the decoding of one connection.
type inspection struct {
	conv            int
	rules           session.Decoding
	words           *session.Glossary // nil: it has not begun, or nothing is to be decoded
	messages, bytes int64
	over            bool // it came to its end
	err             error
	void            bool // another format was chosen meanwhile
}

// run decodes what there is, and returns how many messages farther that came.
func (one *inspection) run(ctx context.Context, rec *session.Record) int {
	if one.words == nil {
		one.words = rec.Glossary(one.conv, one.rules)
	}
	if one.words == nil {
		one.over = true
		return 1
	}
	_, from := one.words.Extent()
	one.err = one.words.ReadAll(ctx)
	_, to := one.words.Extent()
	one.over = ctx.Err() == nil || one.err == nil
	return to - from
}
