package export

import (
	"encoding/base64"
	"fmt"
	"time"

	"wsight/dissect"
	"wsight/dissect/payload"
	"wsight/flow"
	"wsight/safe"
)

// message adds a message in the shape of Chrome.
func (h *HAR) message(entry *harEntry, m *dissect.Message) {
	h.spool.room(&entry.messages)
	before := len(entry.messages.text)
	b := entry.messages.text
	if entry.count++; entry.count > 1 {
		b = append(b, ',')
	}
	kind := "receive"
	if m.Dir == flow.ClientToServer {
		kind = "send"
	}
	b = append(append(append(b, `{"type":"`...), kind...), `","time":`...)
	b = appendEpoch(b, m.Time)
	b = appendInt(b, `,"opcode":`, harOpcode(m.Type))
	switch {
	case m.Undecoded != "":
		b = append(b, `,"data":""`...)
	case m.Type == dissect.Close:
		b = safe.AppendJSON(append(b, `,"data":`...), m.Reason)
	case m.Valid && m.Type != dissect.Binary:
		b = safe.AppendJSON(append(b, `,"data":`...), m.Payload)
	default:
		b = append(b, `,"data":"`...)
		b = append(base64.StdEncoding.AppendEncode(b, m.Payload), '"')
		if m.Type != dissect.Binary {
			b = append(b, `,"_base64":true`...)
		}
	}
	if m.Type == dissect.Close && m.Code >= 0 {
		b = appendInt(b, `,"_code":`, m.Code)
	}
	if h.opts.Hash && m.SHA256 != nil {
		b = append(appendHex(append(b, `,"_sha256":"`...), m.SHA256[:]), '"')
	}
	if m.Truncated {
		b = appendKnown(append(b, `,"_truncated":true`...), `,"_length":`, m.Length)
	}
	if !m.Complete {
		b = appendInt(append(b, `,"_complete":false`...), `,"_lost":`, m.Lost)
	}
	if m.Undecoded != "" {
		b = appendWord(b, `,"_undecoded":`, m.Undecoded)
	}
	if h.opts.Decode && m.Decoded != nil {
		if m.Decoded.Answered > 0 {
			b = appendDuration(b, `,"_rtt":`, m.Decoded.RTT)
		}
		b = payload.AppendJSON(append(b, `,"_payload":`...), *m.Decoded)
	}
	entry.messages.text = append(b, '}')
	h.waits(entry, len(entry.messages.text)-before)
}

func harOpcode(t dissect.MessageType) int {
	switch t {
	case dissect.Text:
		return 1
	case dissect.Binary:
		return 2
	case dissect.Close:
		return 8
	case dissect.Ping:
		return 9
	case dissect.Pong:
		return 10
	}
	return 0
}

// appendEpoch appends seconds since 1970, as Chrome has them.
func appendEpoch(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, '0')
	}
	return fmt.Appendf(b, "%d.%09d", t.Unix(), t.Nanosecond())
}

// appendHARFinding appends a finding, which may follow another.
func appendHARFinding(b []byte, f *dissect.Finding, follows bool) []byte {
	rule := f.Rule()
	if follows {
		b = append(b, ',')
	}
	b = append(b, `{"code":"`...)
	b = append(append(b, f.Code...), '"')
	b = appendInt(b, `,"conn":`, f.Conv.Number)
	b = appendWord(b, `,"severity":`, rule.Severity.String())
	b = appendText(b, `,"title":`, rule.Title)
	return append(appendText(b, `,"detail":`, f.Detail), '}')
}
