// Package payload tells what is inside the messages of a WebSocket
// connection: JSON, JSON-RPC, GraphQL, Socket.IO, SignalR, STOMP, MQTT, WAMP
// and the others that [All] lists.
//
// A [Dialogue] decodes one connection, both directions, message by message,
// in the order of the capture. For each message it gives a [Result]: a summary
// for one line, the parts of it that the format knows (packets, frames,
// requests), a tree, whether it is a heartbeat, which earlier message it
// answers and after how long, and what is wrong with it.
//
// The words: a format is what two ends agreed to speak; a decoder knows one
// format and remembers what it needs of one connection; a part is one unit of
// the format, of which a message may hold several or only a piece.
//
// Messages come from strangers. Whatever they hold, decoding neither panics
// nor recurses deeper than a fixed limit, and memory follows the bytes that are
// there, never a length that is only declared. Trees are built while they are
// walked, so that a message of many megabytes costs what is looked at.
package payload
