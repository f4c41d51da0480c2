package export

import (
	"wsight/dissect"
	"wsight/flow"
	"wsight/safe"
)

func (j *JSONL) opened(b []byte, o *dissect.Opened) []byte {
	c := o.Conv
	b = j.head(b, `{"event":"connection","time":`, &o.Place)
	b = appendAddress(b, `,"client":`, c.Client)
	b = appendAddress(b, `,"server":`, c.Server)
	if c.TLS == nil && c.HTTP == "1.1" && c.Stream == 0 && c.Via == "" { // as most without TLS are
		b = appendNull(b, `,"transport":"tcp","tls":null,"http":"1.1","stream":null,"via":`)
	} else {
		b = j.layers(b, c)
	}
	before := `,"start":"handshake","start_time":`
	if c.Midstream {
		before = `,"start":"midstream","start_time":`
	}
	b = j.stamp.append(b, before, &c.Start)
	b = appendOptional(b, `,"interface":`, c.Interface)
	b = appendProcesses(b, c.ClientProcess, c.ServerProcess)
	b = appendCopies(b, `,"also":`, o.Copies)
	return append(b, '}', '\n')
}

// layers appends what carries a connection.
func (j *JSONL) layers(b []byte, c *dissect.Conversation) []byte {
	if c.TLS == nil {
		b = appendNull(b, `,"transport":"tcp","tls":`)
	} else {
		b = appendOptional(b, `,"transport":"tls","tls":{"version":`, c.TLS.Version)
		b = appendOptional(b, `,"sni":`, c.TLS.SNI)
		b = appendOptional(b, `,"alpn":`, c.TLS.ALPN)
		b = append(appendOptional(b, `,"cipher":`, c.TLS.Cipher), '}')
	}
	b = appendOptional(b, `,"http":`, c.HTTP)
	if c.Stream == 0 {
		b = appendNull(b, `,"stream":`)
	} else {
		b = appendInt(b, `,"stream":`, int64(c.Stream))
	}
	via := c.Via
	if j.opts.Masked {
		via = safe.MaskTarget(via)
	}
	return appendOptional(b, `,"via":`, via)
}

func appendProcesses(b []byte, client, server *dissect.Process) []byte {
	if client == nil && server == nil {
		return appendNull(b, `,"process":`)
	}
	b = appendProcess(b, `,"process":{"client":`, client)
	return append(appendProcess(b, `,"server":`, server), '}')
}

func appendProcess(b []byte, before string, p *dissect.Process) []byte {
	if p == nil {
		return appendNull(b, before)
	}
	b = appendInt(append(b, before...), `{"pid":`, p.PID)
	return append(appendText(b, `,"name":`, p.Name), '}')
}

func (j *JSONL) ended(b []byte, e *dissect.Ended) []byte {
	b = j.head(b, `{"event":"end","time":`, &e.Place)
	b = appendWord(b, `,"state":`, e.State.String())
	b = appendParty(b, `,"initiator":`, e.Initiator)
	b = appendClose(b, `,"client_close":`, e.Closes[flow.ClientToServer])
	b = appendClose(b, `,"server_close":`, e.Closes[flow.ServerToClient])
	b = appendEnd(b, &e.TCP)
	if e.CleanKnown {
		b = appendBool(b, `,"clean":`, e.Clean)
	} else {
		b = appendNull(b, `,"clean":`)
	}
	c, s := &e.Totals[flow.ClientToServer], &e.Totals[flow.ServerToClient]
	b = appendInt(b, `,"messages":{"c2s":`, c.Messages)
	b = appendInt(b, `,"s2c":`, s.Messages)
	b = appendInt(b, `},"frames":{"c2s":`, c.Frames)
	b = appendInt(b, `,"s2c":`, s.Frames)
	b = appendInt(b, `},"bytes":{"c2s":`, c.Bytes)
	b = appendInt(b, `,"s2c":`, s.Bytes)
	b = appendInt(b, `},"wire_bytes":{"c2s":`, c.Wire)
	b = appendInt(b, `,"s2c":`, s.Wire)
	b = appendInt(b, `},"lost":`, e.Lost)
	b = appendDuration(b, `,"duration":`, e.Duration)
	b = appendProcesses(b, e.ClientProcess, e.ServerProcess)
	b = appendCopies(b, `,"also":`, e.Copies)
	return append(b, '}', '\n')
}

// appendEnd appends how TCP ended.
func appendEnd(b []byte, t *dissect.TCPEnd) []byte {
	switch t.Kind {
	case flow.Fin:
		b = appendParty(b, `,"tcp":{"end":"fin","by":`, t.By)
	case flow.Reset:
		b = appendParty(b, `,"tcp":{"end":"rst","by":`, t.By)
	default:
		return append(b, `,"tcp":{"end":"none","by":null,"seen":null}`...)
	}
	return append(appendBool(b, `,"seen":`, !t.Unseen), '}')
}

func appendClose(b []byte, before string, c *dissect.CloseFrame) []byte {
	if c == nil {
		return appendNull(b, before)
	}
	b = append(b, before...)
	if c.Code == 1000 && c.Reason == "" { // as most have
		return append(b, `{"code":1000,"reason":""}`...)
	}
	b = appendKnown(b, `{"code":`, int64(c.Code))
	return append(appendText(b, `,"reason":`, c.Reason), '}')
}

// appendCopies appends where else a connection was captured, if anywhere.
func appendCopies(b []byte, before string, copies []*dissect.Conversation) []byte {
	if len(copies) == 0 {
		return b
	}
	b = append(append(b, before...), '[')
	for i, c := range copies {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendInt(b, `{"file":`, c.File)
		b = appendOptional(b, `,"interface":`, c.Interface)
		b = appendAddress(b, `,"client":`, c.Client)
		b = append(appendAddress(b, `,"server":`, c.Server), '}')
	}
	return append(b, ']')
}
