package export

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"wsight/diagnose"
	"wsight/dissect"
	"wsight/dissect/handshake"
	"wsight/finding"
	"wsight/flow"
	"wsight/safe"
)

// TextOptions say how lines for people look.
type TextOptions struct {
	Color   bool
	ASCII   bool
	Frames  bool
	Hash    bool
	Payload PayloadForm
	Width   int // cells of a line; 0: as long as it gets
}

// Text writes one line per event, for people. Captured bytes are made safe;
// colour repeats what words say.
type Text struct {
	w    io.Writer
	opts TextOptions
	form safe.Form
	buf  []byte
	err  error
	told []byte // what a line says of its event

	stamp stamp
	day   string // that the lines before were of
}

// NewText returns a writer of lines to w.
func NewText(w io.Writer, opts TextOptions) *Text {
	return &Text{w: w, opts: opts, form: safe.Form{ASCII: opts.ASCII}, stamp: newStamp()}
}

// Flush writes what was collected and returns the first error so far.
func (t *Text) Flush() error {
	if len(t.buf) > 0 && t.err == nil {
		_, t.err = t.w.Write(t.buf)
	}
	t.buf = t.buf[:0]
	return t.err
}

// Event appends the line of e, if its kind has one.
func (t *Text) Event(e dissect.Event) {
	switch e := e.(type) {
	case *dissect.Opened:
		t.opened(e)
	case *dissect.Handshake:
		t.handshake(e)
	case *dissect.Frame:
		if t.opts.Frames {
			t.frame(e)
		}
	case *dissect.Message:
		t.message(e)
	case *dissect.Hole:
		t.hole(e)
	case *dissect.Finding:
		t.finding(e)
	case *dissect.Ended:
		t.ended(e)
	case *diagnose.Hop:
		t.hop(e)
	}
	if len(t.buf) >= bufferSize {
		t.Flush()
	}
}

func (t *Text) arrow(d flow.Direction) (string, ink) {
	switch {
	case d == flow.ClientToServer && t.opts.ASCII:
		return "->", toward
	case d == flow.ClientToServer:
		return "→ ", toward
	case t.opts.ASCII:
		return "<-", back
	}
	return "← ", back
}

func (t *Text) mark(fancy, ascii string) string {
	if t.opts.ASCII {
		return ascii
	}
	return fancy
}

func (t *Text) opened(e *dissect.Opened) {
	c := e.Conv
	text := fmt.Sprintf("%s %s %s", c.Client, strings.TrimSpace(t.mark("→", "->")), c.Server)
	if c.TLS != nil {
		text += "  TLS " + c.TLS.Version
		if c.TLS.SNI != "" {
			text += " " + t.form.Text(c.TLS.SNI)
		}
	}
	if c.HTTP == "2" {
		text += fmt.Sprintf("  HTTP/2 stream %d", c.Stream)
	}
	if c.Via != "" {
		text += "  via " + t.form.Text(c.Via)
	}
	if c.Midstream {
		text += "  (the capture began after the handshake)"
	}
	text += t.processes(c.ClientProcess, c.ServerProcess) + t.also(c, e.Copies)
	t.line(e.Place, t.mark("┌ ", "+ "), bold, text)
}

func (t *Text) handshake(e *dissect.Handshake) {
	if r := e.Request; r != nil {
		text := t.form.Text(r.Method) + " " + t.form.Text(r.Target) + " HTTP/" + t.form.Text(r.Version)
		if host := e.Verdict.Host; host != nil {
			text += "  Host: " + t.form.Text(*host)
		}
		at := e.Place
		if !e.RequestTime.IsZero() {
			at.Time = e.RequestTime
		}
		mark, color := t.arrow(flow.ClientToServer)
		t.line(at, mark, color, text)
	}
	mark, color := t.arrow(flow.ServerToClient)
	var text string
	switch r := e.Response; {
	case r != nil:
		text = fmt.Sprintf("%d %s", r.Status, t.form.Text(r.Reason))
		if e.Latency >= 0 {
			text += "  after " + t.duration(e.Latency)
		}
		if s := e.Verdict.Subprotocol.Agreed; s != nil {
			text += "  subprotocol " + t.form.Text(*s)
		}
		if x := e.Verdict.Extensions.Agreed; x != nil {
			text += "  " + t.form.Text(*x)
		}
	case e.Verdict.Kind == handshake.Accepted:
		text = "(the answer was not captured; frames follow)"
	default:
		text = "(no answer in the capture)"
	}
	if e.Verdict.Kind != handshake.Accepted {
		color = trouble
	}
	t.line(e.Place, mark, color, text)
}

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

func (t *Text) ended(e *dissect.Ended) {
	text := e.State.String()
	switch e.TCP.Kind {
	case flow.Fin:
		text += ", FIN by " + who(e.TCP.By) + unseen(e.TCP)
	case flow.Reset:
		text += ", RST by " + who(e.TCP.By)
	}
	if e.Initiator != 0 {
		c := e.Closes[e.Initiator]
		text += ", Close by " + who(e.Initiator)
		if c.Code >= 0 {
			text += " " + strconv.Itoa(c.Code)
		}
	}
	c, s := e.Totals[flow.ClientToServer], e.Totals[flow.ServerToClient]
	text += fmt.Sprintf("; %s %s %s, %s %s %s",
		strings.TrimSpace(t.mark("→", "->")), count(c.Messages, "message", "messages"), size(c.Bytes), strings.TrimSpace(t.mark("←", "<-")), count(s.Messages, "message", "messages"), size(s.Bytes))
	if e.Duration >= 0 {
		text += "; " + t.duration(e.Duration)
	}
	if e.Lost > 0 {
		text += "; " + size(e.Lost) + " lost"
	}
	text += t.late(e) + t.also(e.Conv, e.Copies)
	t.tell(e.Place, t.mark("└ ", "= "), bold, text)
}

// unseen says of a FIN that is not in the capture how it is known.
func unseen(t dissect.TCPEnd) string {
	if t.Unseen {
		return " (not captured, but acknowledged)"
	}
	return ""
}

func who(d flow.Direction) string {
	if d == flow.ClientToServer {
		return "client"
	}
	return "server"
}

func size(n int64) string {
	if n < 10_000 {
		return strconv.FormatInt(n, 10) + " B"
	}
	return humanize.IBytes(uint64(n))
}

func (t *Text) duration(d time.Duration) string {
	text := duration(d)
	if t.opts.ASCII {
		return strings.Replace(text, "µ", "u", 1)
	}
	return text
}

// duration writes d with three significant digits.
func duration(d time.Duration) string {
	switch {
	case d >= time.Minute:
		return d.Round(time.Second).String()
	case d >= time.Second:
		return strconv.FormatFloat(d.Seconds(), 'f', 2, 64) + " s"
	case d >= time.Millisecond:
		return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', 1, 64) + " ms"
	}
	return strconv.FormatInt(d.Microseconds(), 10) + " µs"
}

func pad(s string, n int) string {
	if len(s) < n {
		s += strings.Repeat(" ", n-len(s))
	}
	return s
}
