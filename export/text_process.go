package export

import (
	"fmt"

	"wsight/dissect"
)

// processes says whose the ends are, as far as that is known.
func (t *Text) processes(client, server *dissect.Process) string {
	text := ""
	for _, p := range []struct {
		role string
		is   *dissect.Process
	}{{"client", client}, {"server", server}} {
		if p.is != nil {
			text += fmt.Sprintf("  %s is %s[%d]", p.role, t.form.Text(p.is.Name), p.is.PID)
		}
	}
	return text
}

// late says whose the ends were, as far as the first line of the conversation
// could not say it yet.
func (t *Text) late(e *dissect.Ended) string {
	client, server := e.ClientProcess, e.ServerProcess
	if e.Conv.ClientProcess != nil {
		client = nil
	}
	if e.Conv.ServerProcess != nil {
		server = nil
	}
	return t.processes(client, server)
}
