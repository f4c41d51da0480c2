package dissect

import (
	"net/netip"
	"time"

	"wsight/dissect/handshake"
	"wsight/dissect/header"
	"wsight/dissect/payload"
	"wsight/dissect/websocket"
	"wsight/finding"
	"wsight/flow"
)

// An Event is something that was understood about a connection.
//
// The pointers that emit receives, and every slice behind them, are valid
// only until emit returns; what is kept must be copied. A Conversation and the
// heads of a Handshake are the exception: they live as long as anybody refers
// to them, and nobody changes them.
type Event interface {
	// At says where in the capture the event was completed.
	At() *Place
}

var _ = []Event{(*Opened)(nil), (*Handshake)(nil), (*Frame)(nil), (*Message)(nil), (*Hole)(nil), (*Signalled)(nil), (*Finding)(nil), (*Ended)(nil)}

// A Place is where an event was completed: by which packet of which conversation.
type Place struct {
	Conv   *Conversation
	Packet flow.PacketID
	Time   time.Time // zero when the capture has no clock
}

// At returns p itself, so that every event that embeds a Place is an Event.
func (p *Place) At() *Place { return p }

// A Conversation is one WebSocket connection or attempt: one TCP connection
// from one vantage point, one attempt of several on a reused one, or one
// HTTP/2 stream. Its fields are final when Opened is emitted, but for Number.
type Conversation struct {
	Number int // from 1 in order of recognition; set by whoever receives Opened first

	// CopyOf is the conversation that this one is, captured once more; nil for
	// the first, and for one that was recognised too late to be told as it.
	// Whoever receives Opened first sets it, with Number.
	CopyOf *Conversation

	TCP         int64 // flow.Conn.ID, unique by Vantage
	Start       time.Time
	StartPacket flow.PacketID

	Opener    bool // the SYN of the TCP connection was seen
	Midstream bool // the capture began after the handshake

	// Bare says that frames are the first bytes behind the SYN: there was no
	// handshake on this connection.
	Bare bool

	// Reached is, by direction, the TCP sequence number behind what its sender
	// had sent when the conversation was recognised, where ReachedKnown.
	ReachedKnown [3]bool
	Reached      [3]uint32

	// Sequence is the initial sequence number of the end that opened TCP, with
	// Opener: the same wherever the connection is captured.
	Sequence uint32

	// Origin is the same for conversations that were captured in the same
	// place, as far as their packets show that.
	Origin uint32

	Stream uint32 // HTTP/2 stream, 0 otherwise

	// Head is a fingerprint of the request as it was sent, 0 when it was not
	// captured.
	Head uint64

	Vantage        int
	File           int
	Interface      string
	Client, Server netip.AddrPort
	TLS            *TLS   // nil on plain TCP
	HTTP           string // "1.1", "2", or "" when no handshake was seen
	Via            string // authority of a CONNECT tunnel or source of a PROXY header

	// ClientProcess and ServerProcess own the ends that are on this host; set
	// with Number, nil when they are not known.
	ClientProcess, ServerProcess *Process
}

// A Process is a program of the host that captured.
type Process struct {
	PID  int
	Name string
}

// TLS is what is known of the TLS connection that carries a conversation.
type TLS struct {
	Version string // "1.2", "1.3"
	SNI     string
	ALPN    string
	Cipher  string // IANA name
	ECH     bool   // SNI is that of the outer ClientHello: there may be another inside (RFC 9849)

	// Random is that of the client, by which a key log names the connection;
	// zero when no ClientHello was captured.
	Random [32]byte

	client      flow.Side
	clientKnown bool
}

// Name returns the server name for people: it says so when it is the outer one,
// behind which an encrypted ClientHello may hide another.
func (t *TLS) Name() string {
	if t.SNI != "" && t.ECH {
		return t.SNI + " (outer name, ECH)"
	}
	return t.SNI
}

// Opened says that a conversation was recognised. It comes before every other
// event of that conversation.
type Opened struct {
	Place

	// Copies are the other places where it is captured, as far as they are
	// known already.
	Copies []*Conversation
}

// A Handshake is the opening handshake once its answer is complete, or at the
// end when none came (RFC 6455 §4).
type Handshake struct {
	Place
	Request       *header.Request  // nil when it was not captured
	Response      *header.Response // nil when it did not come or was not captured
	RequestPacket flow.PacketID
	RequestTime   time.Time
	Verdict       handshake.Outcome
	Latency       time.Duration // from the end of the request to the end of the answer; -1 when unknown
}

// A Frame is one frame (RFC 6455 §5.2).
type Frame struct {
	Place
	Dir      flow.Direction
	Header   websocket.Header
	Offset   int64  // of its first byte in the bytes of its direction after the handshake
	Captured uint64 // payload bytes seen
	Message  int    // n of its message; 0 when it has none
}

// A Message is a data message when it ends or cannot go on, or a control frame.
type Message struct {
	Place
	N           int // from 1 in the conversation, in order of completion
	Dir         flow.Direction
	Type        MessageType
	Frames      int
	FirstTime   time.Time
	FirstPacket flow.PacketID
	Wire        int64 // payload bytes on the wire, as seen
	Length      int64 // payload bytes after inflating; -1 when unknown
	Compressed  bool
	Complete    bool          // every byte was seen and the last frame too
	Lost        int64         // bytes missing
	Undecoded   string        // "", "context-lost", "corrupt", "limit"
	Payload     []byte        // at most Options.MaxPayload bytes, decoded; a rune is never split in a text message
	Truncated   bool          // Payload is not all of it
	Valid       bool          // the whole payload is valid UTF-8
	SHA256      *[32]byte     // with Options.Hash, when complete and decoded
	Digest      uint64        // of the whole payload, to compare hops; 0 when incomplete or undecoded, or not Options.Compared
	Code        int           // of a Close; -1 when there is none
	Reason      []byte        // of a Close
	RTT         time.Duration // of a Pong that answers a Ping; -1 when there is none
	RSV1        bool          // set on its first frame
	Alone       bool          // its only frame has no event of its own: that was all there in one segment, and Options.Unframed
	Layout      uint64        // fingerprint of the opcodes, flags and lengths of its frames, to compare hops

	// Decoded is what a format makes of Payload, for who asked session to
	// decode; nil otherwise, and for control frames.
	Decoded *payload.Result
}

// A MessageType says what a message is. The numbers are ours.
type MessageType uint8

const (
	Unknown MessageType = iota + 1 // its start was not seen
	Text
	Binary
	Close
	Ping
	Pong
)

var typeNames = [...]string{Unknown: "unknown", Text: "text", Binary: "binary", Close: "close", Ping: "ping", Pong: "pong"}

// String returns the word of the JSON output.
func (t MessageType) String() string {
	if int(t) < len(typeNames) && typeNames[t] != "" {
		return typeNames[t]
	}
	return "unknown"
}

// Control reports whether t is one of Close, Ping and Pong.
func (t MessageType) Control() bool { return t >= Close }

// A Hole is a place where bytes of one direction are not there, or were passed
// over because they are no frames.
type Hole struct {
	Place
	Dir     flow.Direction
	Offset  int64 // in the bytes of its direction after the handshake
	Lost    int64 // bytes missing from the capture
	Cut     int64 // how many of them the snaplen cut off
	Passed  int64 // bytes that are there and were passed over
	Resumed bool  // frames go on behind it
}

// A Signalled is what TCP told beside the bytes.
type Signalled struct {
	Place
	Dir    flow.Direction // of the sender
	Signal flow.Signal
}

// A Finding is something wrong or worth knowing, at its place.
type Finding struct {
	Place
	finding.Report
	Dir     flow.Direction  // 0: neither
	Message int             // n of the message it is about; 0: none
	Packets []flow.PacketID // what shows it

	// Others are the conversations that are involved beside Conv: the other
	// leg of a proxy, the ones that ended at the same moment.
	Others []*Conversation
}

// An Ended is the last event of a conversation.
type Ended struct {
	Place
	State      EndState
	Initiator  flow.Direction // direction of the first Close frame; 0: none
	Closes     [3]*CloseFrame // by direction
	TCP        TCPEnd
	Clean      bool
	CleanKnown bool         // false when the end was not captured
	Totals     [3]Totals    // by direction
	Pings      [3]Pings     // by direction of the ping
	Unfinished [3]bool      // by direction: its sender ended TCP inside a frame or a message
	Heard      [3]bool      // by direction: packets of its sender are in the capture
	Sealed     [3]bool      // by direction: TLS that no secret opens hides what its sender says, or some of it
	Last       [3]time.Time // by direction: when bytes of its sender last came, in whatever stage
	Missing    [3]int64     // by direction: bytes of its TCP stream that the capture lacks
	Lost       int64
	Duration   time.Duration

	// Foreign is how what the server sent in place of an answer to the
	// handshake begins, at most 64 bytes, when that is no HTTP.
	Foreign []byte

	// ClientProcess and ServerProcess are those of Conv, or what was found out
	// later; set by whoever asked for them.
	ClientProcess, ServerProcess *Process

	// Copies say where else the conversation was captured: on the other end of
	// a veth, behind a NAT, by another host. Of one that differs in nothing but
	// the interface only File, Interface, Client and Server are set.
	Copies []*Conversation
}

// A CloseFrame is what a Close said; Code is -1 when its body was empty.
type CloseFrame struct {
	Code   int
	Reason string
	Packet flow.PacketID
	Time   time.Time
}

// A TCPEnd is the first FIN or RST.
type TCPEnd struct {
	Kind   flow.SignalKind // flow.Fin, flow.Reset, or 0: none was seen
	By     flow.Direction  // direction of the sender
	Packet flow.PacketID
	Time   time.Time
	Unseen bool // a FIN that is not in the capture: Packet is its acknowledgement
}

// Totals count one direction.
type Totals struct {
	Messages int64 // data messages
	Frames   int64
	Bytes    int64 // payload after inflating
	Wire     int64 // headers and payloads of frames
}

// Pings count the pings of one direction.
type Pings struct {
	Sent, Answered  int
	Unlike          int // pongs that came while pings were open, and repeat the payload of none
	FirstUnanswered int // n of the message; 0: none
	Packet          flow.PacketID
	Time            time.Time
}

// An EndState says how a conversation ended. The numbers are ours.
type EndState uint8

const (
	StateClosed EndState = iota + 1
	StateReset
	StateOpen
	StateRejected
	StateUnanswered
	StateStreamEnd
	StateEvicted
)

var stateNames = [...]string{StateClosed: "closed", StateReset: "reset", StateOpen: "open", StateRejected: "rejected",
	StateUnanswered: "unanswered", StateStreamEnd: "stream-end", StateEvicted: "evicted"}

// String returns the word of the JSON output.
func (s EndState) String() string {
	if int(s) < len(stateNames) && stateNames[s] != "" {
		return stateNames[s]
	}
	return "unknown"
}
