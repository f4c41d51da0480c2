package export

import (
	"strconv"

	"wsight/dissect"
	"wsight/flow"
	"wsight/safe"
)

func (j *JSONL) opened(b []byte, o *dissect.Opened) []byte {
	c := o.Conv
	b = j.head(b, `{"event":"connection","time":`, &o.Place)
	b = c.Client.AppendTo(append(b, `,"client":"`...))
	b = c.Server.AppendTo(append(b, `","server":"`...))
	if c.TLS == nil {
		b = append(b, `","transport":"tcp","tls":null`...)
	} else {
		b = append(b, `","transport":"tls","tls":{"version":`...)
		b = appendOptional(b, c.TLS.Version)
		b = appendOptional(append(b, `,"sni":`...), c.TLS.SNI)
		b = appendOptional(append(b, `,"alpn":`...), c.TLS.ALPN)
		b = appendOptional(append(b, `,"cipher":`...), c.TLS.Cipher)
		b = append(b, '}')
	}
	b = appendOptional(append(b, `,"http":`...), c.HTTP)
	b = append(b, `,"stream":`...)
	if c.Stream == 0 {
		b = append(b, "null"...)
	} else {
		b = strconv.AppendUint(b, uint64(c.Stream), 10)
	}
	via := c.Via
	if j.opts.Masked {
		via = safe.MaskTarget(via)
	}
	b = appendOptional(append(b, `,"via":`...), via)
	if c.Midstream {
		b = append(b, `,"start":"midstream"`...)
	} else {
		b = append(b, `,"start":"handshake"`...)
	}
	b = j.stamp.append(b, `,"start_time":`, c.Start)
	b = appendOptional(append(b, `,"interface":`...), c.Interface)
	b = appendProcesses(b, c.ClientProcess, c.ServerProcess)
	b = appendAlso(b, o.Copies)
	return append(b, '}', '\n')
}

func appendProcesses(b []byte, client, server *dissect.Process) []byte {
	b = append(b, `,"process":`...)
	if client == nil && server == nil {
		return append(b, "null"...)
	}
	b = appendProcess(append(b, `{"client":`...), client)
	return append(appendProcess(append(b, `,"server":`...), server), '}')
}

func appendProcess(b []byte, p *dissect.Process) []byte {
	if p == nil {
		return append(b, "null"...)
	}
	b = appendNumber(b, `{"pid":`, int64(p.PID))
	return append(appendText(b, "name", p.Name), '}')
}

func (j *JSONL) ended(b []byte, e *dissect.Ended) []byte {
	b = j.head(b, `{"event":"end","time":`, &e.Place)
	b = append(append(b, `,"state":"`...), e.State.String()...)
	b = appendParty(append(b, `","initiator":`...), e.Initiator)
	b = appendClose(append(b, `,"client_close":`...), e.Closes[flow.ClientToServer])
	b = appendClose(append(b, `,"server_close":`...), e.Closes[flow.ServerToClient])
	end := "none"
	switch e.TCP.Kind {
	case flow.Fin:
		end = "fin"
	case flow.Reset:
		end = "rst"
	}
	b = append(b, `,"tcp":{"end":"`...)
	b = append(b, end...)
	b = appendParty(append(b, `","by":`...), e.TCP.By)
	b = append(b, `,"seen":`...)
	if e.TCP.Kind == 0 {
		b = append(b, "null"...)
	} else {
		b = strconv.AppendBool(b, !e.TCP.Unseen)
	}
	b = append(b, `},"clean":`...)
	if e.CleanKnown {
		b = strconv.AppendBool(b, e.Clean)
	} else {
		b = append(b, "null"...)
	}
	c, s := &e.Totals[flow.ClientToServer], &e.Totals[flow.ServerToClient]
	b = appendNumber(b, `,"messages":{"c2s":`, c.Messages)
	b = appendNumber(b, `,"s2c":`, s.Messages)
	b = appendNumber(b, `},"frames":{"c2s":`, c.Frames)
	b = appendNumber(b, `,"s2c":`, s.Frames)
	b = appendNumber(b, `},"bytes":{"c2s":`, c.Bytes)
	b = appendNumber(b, `,"s2c":`, s.Bytes)
	b = appendNumber(b, `},"wire_bytes":{"c2s":`, c.Wire)
	b = appendNumber(b, `,"s2c":`, s.Wire)
	b = appendNumber(b, `},"lost":`, e.Lost)
	b = appendDuration(append(b, `,"duration":`...), e.Duration)
	b = appendProcesses(b, e.ClientProcess, e.ServerProcess)
	b = appendAlso(b, e.Copies)
	return append(b, '}', '\n')
}

func appendClose(b []byte, c *dissect.CloseFrame) []byte {
	if c == nil {
		return append(b, "null"...)
	}
	b = appendCode(b, `{"code":`, c.Code)
	return append(appendText(b, "reason", c.Reason), '}')
}

// appendAlso appends where else a connection was captured, if anywhere.
func appendAlso(b []byte, copies []*dissect.Conversation) []byte {
	return appendCopies(b, "also", copies)
}

func appendCopies(b []byte, name string, copies []*dissect.Conversation) []byte {
	if len(copies) == 0 {
		return b
	}
	b = append(appendName(b, name), '[')
	for i, c := range copies {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendNumber(b, `{"file":`, int64(c.File))
		b = appendOptional(append(b, `,"interface":`...), c.Interface)
		b = appendAddress(b, "client", c.Client)
		b = append(appendAddress(b, "server", c.Server), '}')
	}
	return append(b, ']')
}
