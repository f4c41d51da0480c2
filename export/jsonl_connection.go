package export

import (
	"net/netip"
	"strconv"
	"unicode/utf8"

	"encoding/base64"

	"wsight/dissect"
	"wsight/dissect/header"
	"wsight/flow"
	"wsight/safe"
)

func (j *JSONL) opened(b []byte, o *dissect.Opened) []byte {
	c := o.Conv
	b = j.head(b, `{"event":"connection","time":`, o.Place)
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
	b = j.time(append(b, `,"start_time":`...), c.Start)
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
	b = strconv.AppendInt(append(b, `{"pid":`...), int64(p.PID), 10)
	return append(appendText(b, "name", p.Name), '}')
}

func (j *JSONL) handshake(b []byte, h *dissect.Handshake) []byte {
	v := &h.Verdict
	b = j.head(b, `{"event":"handshake","time":`, h.Place)
	b = append(append(b, `,"outcome":"`...), v.Kind.String()...)
	b = append(b, `","request":`...)
	if r := h.Request; r == nil {
		b = append(b, "null"...)
	} else {
		b = safe.AppendJSON(append(b, `{"method":`...), r.Method)
		b = safe.AppendJSON(append(b, `,"target":`...), r.Target)
		b = safe.AppendJSON(append(b, `,"version":`...), r.Version)
		b = append(appendFields(b, r.Fields), '}')
	}
	b = append(b, `,"response":`...)
	if r := h.Response; r == nil {
		b = append(b, "null"...)
	} else {
		b = safe.AppendJSON(append(b, `{"version":`...), r.Version)
		b = strconv.AppendInt(append(b, `,"status":`...), int64(r.Status), 10)
		b = safe.AppendJSON(append(b, `,"reason":`...), r.Reason)
		b = append(appendFields(b, r.Fields), '}')
	}
	b = appendPointer(append(b, `,"host":`...), v.Host)
	b = appendPointer(append(b, `,"origin":`...), v.Origin)
	b = appendPointer(append(b, `,"key":`...), v.Key)
	b = appendPointer(append(b, `,"accept":{"expected":`...), v.Accept.Expected)
	b = appendPointer(append(b, `,"actual":`...), v.Accept.Actual)
	b = append(b, `,"valid":`...)
	if v.Accept.Valid == nil {
		b = append(b, "null"...)
	} else {
		b = strconv.AppendBool(b, *v.Accept.Valid)
	}
	b = append(b, `},"subprotocol":{"offered":[`...)
	for i, s := range v.Subprotocol.Offered {
		if i > 0 {
			b = append(b, ',')
		}
		b = safe.AppendJSON(b, s)
	}
	b = appendPointer(append(b, `],"agreed":`...), v.Subprotocol.Agreed)
	b = appendPointer(append(b, `},"extensions":{"offered":`...), v.Extensions.Offered)
	b = appendPointer(append(b, `,"agreed":`...), v.Extensions.Agreed)
	b = append(b, `},"latency":`...)
	b = appendDuration(b, h.Latency)
	return append(b, '}', '\n')
}

// appendFields appends field lines exactly as captured. A value that is not
// UTF-8 is null, and its bytes follow in base64.
func appendFields(b []byte, fields header.Fields) []byte {
	b = append(b, `,"headers":[`...)
	for i, f := range fields {
		if i > 0 {
			b = append(b, ',')
		}
		b = safe.AppendJSON(append(b, '['), f.Name)
		b = append(b, ',')
		if utf8.ValidString(f.Value) {
			b = safe.AppendJSON(b, f.Value)
		} else {
			b = append(b, `null,"`...)
			b = append(base64.StdEncoding.AppendEncode(b, []byte(f.Value)), '"')
		}
		b = append(b, ']')
	}
	return append(b, ']')
}

func (j *JSONL) ended(b []byte, e *dissect.Ended) []byte {
	b = j.head(b, `{"event":"end","time":`, e.Place)
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
	b = appendPair(append(b, `,"messages":`...), c.Messages, s.Messages)
	b = appendPair(append(b, `,"frames":`...), c.Frames, s.Frames)
	b = appendPair(append(b, `,"bytes":`...), c.Bytes, s.Bytes)
	b = appendPair(append(b, `,"wire_bytes":`...), c.Wire, s.Wire)
	b = strconv.AppendInt(append(b, `,"lost":`...), e.Lost, 10)
	b = appendDuration(append(b, `,"duration":`...), e.Duration)
	b = appendProcesses(b, e.ClientProcess, e.ServerProcess)
	b = appendAlso(b, e.Copies)
	return append(b, '}', '\n')
}

func appendParty(b []byte, d flow.Direction) []byte {
	switch d {
	case flow.ClientToServer:
		return append(b, `"client"`...)
	case flow.ServerToClient:
		return append(b, `"server"`...)
	}
	return append(b, "null"...)
}

func appendClose(b []byte, c *dissect.CloseFrame) []byte {
	if c == nil {
		return append(b, "null"...)
	}
	b = append(b, `{"code":`...)
	b = appendCode(b, c.Code)
	return append(appendText(b, "reason", c.Reason), '}')
}

func appendPair(b []byte, c2s, s2c int64) []byte {
	b = strconv.AppendInt(append(b, `{"c2s":`...), c2s, 10)
	b = strconv.AppendInt(append(b, `,"s2c":`...), s2c, 10)
	return append(b, '}')
}

func appendAddress(b []byte, name string, a netip.AddrPort) []byte {
	b = append(appendName(b, name), '"')
	return append(a.AppendTo(b), '"')
}
