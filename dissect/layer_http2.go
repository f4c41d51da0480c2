package dissect

import (
	"bytes"
	"slices"
	"strconv"

	"wsight/dissect/handshake"
	"wsight/dissect/header"
	"wsight/dissect/http2"
	"wsight/finding"
	"wsight/flow"
)

// http2Layer follows an HTTP/2 connection. Each stream that an extended
// CONNECT opens for WebSocket is a conversation of its own (RFC 8441); the
// other streams are passed over.
type http2Layer struct {
	context
	c       *Connection
	client  flow.Side
	certain bool // that it is: else it is only presumed, see know
	sides   [2]http2Side
	streams map[uint32]*http2Stream

	settings  bool      // those of the server were seen
	connects  bool      // it allows extended CONNECT (RFC 8441 §3)
	newWindow [2]int64  // that a new stream gives each side to send
	shared    [2]window // of each side, for all streams together

	unknown map[uint32]*opening // streams that may carry WebSocket: their requests were not captured
	others  map[uint32]struct{} // streams that do not

	full    bool   // a stream was not followed because there were too many
	resets  bool   // a stream was reset and has not ended
	highest uint32 // stream that the client has opened, as far as it was read
	ahead   ahead  // what the server says on later ones
}

// http2Side is what one side sends.
type http2Side struct {
	preface int // bytes of the client's preface still to come
	frames  http2.Decoder
	fields  http2.Fields
	block   http2.Header // HEADERS or PUSH_PROMISE whose block is unfinished
	broken  bool         // frames were lost, or the capture began after the first
	drift   drift        // what came since it is not known where frames begin
}

// An http2Stream is a stream that carries WebSocket, or was meant to.
type http2Stream struct {
	*exchange
	id      uint32
	stream  *stream // nil until it is accepted
	held    hold    // what the client sends before the answer
	body    []byte  // beginning of a refusal's content
	done    [2]bool // that side ended the stream
	windows [2]window
	reset   *http2Reset // nil: it was not
}

func newHTTP2(c *Connection, ctx context, client flow.Side) *http2Layer {
	l := &http2Layer{context: ctx, c: c, client: client, streams: map[uint32]*http2Stream{},
		unknown: map[uint32]*opening{}, others: map[uint32]struct{}{}}
	l.sides[client].preface = len(http2.Preface)
	_, l.certain = ctx.caller(c)
	l.limit(c.opts)
	l.newWindow = [2]int64{defaultWindow, defaultWindow}
	l.shared = [2]window{{left: defaultWindow}, {left: defaultWindow}}
	return l
}

func (l *http2Layer) feed(c *Connection, ch flow.Chunk) layer {
	side := &l.sides[ch.From]
	h := &http2Reader{l, ch.From}
	if ch.Lost > 0 {
		side.preface = 0
		side.frames.Skip(ch.Lost, h)
		side.drift = drift{}
	}
	if side.preface > 0 {
		n := min(side.preface, len(ch.Data))
		at := len(http2.Preface) - side.preface
		if !bytes.Equal(ch.Data[:n], []byte(http2.Preface[at:at+n])) {
			n = 0 // the capture joined later
			l.late()
		} else {
			side.preface -= n
		}
		if ch.Data = ch.Data[n:]; n > 0 && side.preface == 0 {
			l.know(ch.From)
		}
	}
	switch {
	case side.frames.Adrift():
		l.land(h, ch)
	case len(ch.Data) > 0:
		side.frames.Feed(ch.Data, h)
	}
	l.settleResets(ch.From, ch.Packet, ch.Time, false)
	return l
}

// http2Reader reads the frames of one side.
type http2Reader struct {
	*http2Layer
	from flow.Side
}

// Frame implements http2.Handler.
func (r *http2Reader) Frame(h http2.Header, payload []byte) {
	switch h.Type {
	case http2.HEADERS, http2.PUSH_PROMISE, http2.CONTINUATION:
		r.block(h, payload)
	case http2.SETTINGS:
		if !h.Has(http2.FlagAck) {
			r.knowBySettings(http2.Settings(payload))
			r.applySettings(http2.Settings(payload))
		}
	case http2.WINDOW_UPDATE:
		r.windowUpdate(h, payload)
	case http2.RST_STREAM:
		r.resetStream(h, payload)
	case http2.GOAWAY:
		r.goAway(payload)
	}
}

func (r *http2Reader) applySettings(settings []http2.Setting) {
	for _, s := range settings {
		switch s.ID {
		case http2.SettingEnableConnectProtocol:
			r.connects = r.connects || r.from != r.client && s.Value == 1
		case http2.SettingInitialWindowSize:
			r.resizeWindows(r.from.Other(), int64(s.Value))
		}
	}
	if r.from == r.client || r.settings {
		return
	}
	r.settings = true
	for _, s := range r.ordered() {
		r.allow(s)
	}
}

// allow judges a stream that asks for WebSocket by the SETTINGS of the server,
// once they are known (RFC 8441 §3).
func (r *http2Reader) allow(s *http2Stream) {
	number := strconv.FormatUint(uint64(s.id), 10)
	report := finding.Report{Code: finding.HTTP2ConnectDisabled}
	switch {
	case !r.settings || r.sides[r.client.Other()].broken:
		return
	case !r.connects:
		report.Detail = "the server's SETTINGS have come, and SETTINGS_ENABLE_CONNECT_PROTOCOL is not among them; stream " + number + " asks for WebSocket all the same"
	case flow.ComparePackets(s.packet, s.time, r.c.packet, r.c.time) < 0 && s.response == nil && r.from != r.client:
		report.Severity = finding.Warning
		report.Title = "extended CONNECT was used before the server had allowed it"
		report.Advice = "The client must wait for the server's SETTINGS with SETTINGS_ENABLE_CONNECT_PROTOCOL = 1: another server may refuse the stream. Update the client."
		report.Detail = "stream " + number + " asked for WebSocket in packet " + s.packet.String() + ", before the server's SETTINGS came in packet " + r.c.packet.String()
	default:
		return
	}
	r.c.report(s.talk, report, flow.ClientToServer, 0)
}

// block collects a field block over its frames (§4.3).
func (r *http2Reader) block(h http2.Header, payload []byte) {
	side := &r.sides[r.from]
	if h.Type != http2.CONTINUATION {
		side.block = h
	}
	fragment, ok := http2.Fragment(h, payload)
	if !ok {
		side.fields.Forget()
		return
	}
	last := h.Has(http2.FlagEndHeaders)
	fields, _ := side.fields.Add(fragment, last)
	if side.block.Type == http2.PUSH_PROMISE {
		r.know(r.from.Other()) // only a server promises
	}
	if !last || side.block.Type != http2.HEADERS {
		return
	}
	switch {
	case !r.knowByFields(fields):
	case r.from == r.client:
		r.request(side.block, fields)
		r.catchUp(side.block.Stream)
	default:
		r.response(side.block, fields)
	}
	if side.block.Has(http2.FlagEndStream) {
		r.endStream(side.block.Stream)
	}
}

func (r *http2Reader) request(h http2.Header, fields header.Fields) {
	r.highest = max(r.highest, h.Stream)
	if r.streams[h.Stream] != nil {
		return // trailers
	}
	request := &header.Request{Method: fields.Get(":method"), Target: fields.Get(":path"), Version: "2", Fields: fields}
	if !handshake.IsAttempt(request, nil) {
		r.pass(h.Stream, fields)
		return
	}
	c := r.c
	if len(r.streams) >= c.opts.MaxStreams {
		r.refuse(c)
		return
	}
	x := &exchange{request: request, packet: c.packet, time: c.time, latency: -1, attempt: true}
	x.torn = r.sides[r.client].broken && request.Method == "" // a line of the table that was lost
	x.talk = c.open(&Conversation{
		TLS: r.tls, HTTP: "2", Stream: h.Stream, Via: r.via, Start: c.time, StartPacket: c.packet, Head: fieldsPrint(fields),
	}, r.client)
	if r.sides[flow.A].broken || r.sides[flow.B].broken {
		c.report(x.talk, finding.Report{Code: finding.CaptureGap, Detail: "bytes of the HTTP/2 connection were missing before the stream began: lines of its heads may not be known"}, 0, 0)
	}
	s := &http2Stream{exchange: x, id: h.Stream}
	for side := range s.windows {
		s.windows[side].left = r.newWindow[side]
	}
	r.streams[h.Stream] = s
	r.shortened(x.talk, "the request", flow.ClientToServer)
	r.allow(s)
}

func (r *http2Reader) response(h http2.Header, fields header.Fields) {
	s := r.streams[h.Stream]
	if s == nil {
		r.keep(h, flow.Chunk{}, fields)
		return
	}
	if s.response != nil {
		return
	}
	status, err := strconv.Atoi(fields.Get(":status"))
	if status/100 == 1 || err != nil && r.sides[r.from].broken {
		return // of one that is among what was lost, the content tells
	}
	c := r.c
	s.response = &header.Response{Version: "2", Status: status, Fields: fields}
	r.shortened(s.talk, "the answer", flow.ServerToClient)
	if !s.time.IsZero() && !c.time.IsZero() {
		s.latency = max(0, c.time.Sub(s.time))
	}
	if status/100 != 2 {
		return // judged when its content is complete
	}
	l := http1Layer{context: r.context, client: r.client}
	if s.torn {
		l.judgeUnseen(c, s.exchange)
	} else {
		l.judge(c, s.exchange, nil)
	}
	s.stream = newStream(c, s.talk, agreed(s.exchange))
	s.talk = &s.stream.talk
	packet, at := c.packet, c.time
	pass(c, s.stream, s.held.take()...)
	c.packet, c.time = packet, at
}

// Data implements http2.Handler.
func (r *http2Reader) Data(h http2.Header, p []byte, last bool) {
	if last {
		r.spend(h)
	}
	s := r.streams[h.Stream]
	c := r.c
	ch := flow.Chunk{From: r.from, Data: p, Packet: c.packet, Time: c.time}
	if s == nil {
		if r.guess(h, ch, last) {
			return
		}
		if !last {
			h.Flags &^= http2.FlagEndStream
		}
		r.keep(h, ch, nil)
		return
	}
	if s.response == nil && r.from != r.client && r.sides[r.from].broken {
		r.assume(s)
	}
	switch {
	case s.stream != nil:
		s.stream.feed(c, ch)
	case r.from == r.client:
		s.held.add(ch, c.opts.MaxHeld)
	case len(s.body) < bodyKept:
		s.body = append(s.body, p[:min(len(p), bodyKept-len(s.body))]...)
	}
	if last {
		if h.Has(http2.FlagEndStream) {
			r.endStream(h.Stream)
		}
	}
}

// Lost implements http2.Handler.
func (r *http2Reader) Lost(h http2.Header, n int64) {
	r.miss(h.Stream, n)
	if s := r.streams[h.Stream]; s != nil && s.stream != nil {
		s.stream.feed(r.c, flow.Chunk{From: r.from, Lost: n, Packet: r.c.packet, Time: r.c.time})
	}
}

// ordered returns the streams by their numbers.
func (l *http2Layer) ordered() []*http2Stream {
	all := make([]*http2Stream, 0, len(l.streams))
	for _, s := range l.streams {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b *http2Stream) int { return int(int64(a.id) - int64(b.id)) })
	return all
}

func (l *http2Layer) signal(c *Connection, s flow.Signal) {
	for _, st := range l.ordered() {
		switch {
		case s.Kind == flow.Fin && st.done[s.From]: // it has ended by itself
		case st.stream != nil:
			st.stream.signal(c, s)
		default:
			st.talk.signal(c, s)
		}
	}
}

func (l *http2Layer) close(c *Connection, end flow.Closed) {
	l.settleUnknown()
	for side, lost := range end.Lost {
		if lost > 0 {
			(&http2Reader{l, flow.Side(side)}).Broken()
		}
	}
	l.settleResets(flow.A, end.Packet, end.Time, true)
	for _, s := range l.ordered() {
		l.finish(s, s.talk.tcpState(end))
	}
}

// finish ends the conversation of s.
func (l *http2Layer) finish(s *http2Stream, state EndState) {
	delete(l.streams, s.id)
	c := l.c
	judge := http1Layer{context: l.context, client: l.client}
	switch {
	case s.stream != nil:
		l.stuck(s)
		s.stream.finish(state)
	case s.response != nil:
		judge.judge(c, s.exchange, s.body)
		s.talk.end(c, StateRejected)
	default:
		judge.judge(c, s.exchange, nil)
		s.talk.end(c, StateUnanswered)
	}
}
