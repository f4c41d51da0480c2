package payload

import (
	"strings"

	"wsight/safe"
)

// jsonrpcFormat is JSON-RPC 2.0 (jsonrpc.org), and what is spoken like it
// without the member jsonrpc: the DevTools protocol of browsers.
var jsonrpcFormat = Format{
	Name:         "jsonrpc",
	Title:        "JSON-RPC 2.0",
	About:        "Requests, notifications, results, errors and batches; latency by id. The DevTools protocol of browsers too.",
	Subprotocols: []string{"jsonrpc", "jsonrpc-2.0", "jsonrpc2.0", "json-rpc"},
	Recognise: func(h Hint) bool {
		if strings.Contains(h.Target, "/devtools/") {
			return true
		}
		root, _ := parseJSON([]byte(h.text()), 0)
		if root.Kind == Array {
			root = root.element(0)
		}
		return root.pick("jsonrpc")[0].is("2.0")
	},
	New: func(Hint) Decoder { return jsonrpcDecoder{} },
}

type jsonrpcDecoder struct{}

// Decode takes a message as one call or answer, or as a batch of them.
func (jsonrpcDecoder) Decode(m Message) Result {
	root, r, ok := openJSON(m)
	if !ok {
		return r
	}
	calls := []Node{root}
	if root.Kind == Array {
		if calls = root.elements(maxParts); len(calls) == 0 {
			r.invalid("an empty batch")
			r.Summary = "empty batch"
			return r
		}
	}
	for _, call := range calls {
		p, wrong := jsonrpcPart(call)
		if wrong != "" && m.Whole {
			r.invalid(wrong)
		}
		r.part(p)
	}
	if root.Kind == Array {
		r.Summary = "batch of " + quantity(len(calls), "call") + ": " + joinParts(r.Parts)
	}
	return r
}

// jsonrpcPart tells what one object is, and what is wrong with it.
func jsonrpcPart(call Node) (p Part, wrong string) {
	f := call.pick("jsonrpc", "id", "method", "params", "result", "error", "notification")
	version, id, method, params, result, failure := f[0], f[1], f[2], f[3], f[4], f[5]
	if event := f[6]; event.Kind == String && method.Kind == 0 && version.Kind == 0 {
		method = event // rpc-websockets sends its events like this
	}
	key := ""
	if id.Kind == String || id.Kind == Number {
		key = brief(id)
		p.add("id", id.word(keyLimit))
	}
	tail := ""
	if key != "" {
		tail = " #" + key
	}
	if version.Kind != 0 && !version.is("2.0") {
		wrong = "jsonrpc is " + safe.Quote(brief(version)) + ", not \"2.0\""
	}
	switch {
	case method.Kind == String:
		p.Type, p.Name, p.Body = "notification", method.word(summaryLimit), params
		if id.Kind != 0 {
			p.Type, p.Asks = "request", key
		}
		p.add("method", p.Name)
		p.Summary = p.Name + "(" + brief(params) + ")" + tail
		if params.Kind != 0 && params.Kind != Object && params.Kind != Array {
			wrong = "params of " + p.label() + " are neither an object nor an array"
		}
	case failure.Kind == Object || failure.Kind != 0 && failure.Kind != Null:
		p.Type, p.Answers, p.Body = "error", key, failure
		e := failure.pick("code", "message")
		p.Failed = strings.TrimSpace(e[0].word(20) + " " + e[1].word(summaryLimit))
		if p.Failed == "" {
			p.Failed = brief(failure)
		}
		p.add("code", e[0].word(20))
		p.Summary = "error " + p.Failed + tail
		if result.Kind != 0 && result.Kind != Null {
			wrong = "an answer with both result and error"
		}
	case result.Kind != 0:
		p.Type, p.Answers, p.Body = "result", key, result
		p.Summary = "result " + brief(result) + tail
	default:
		p.Type, p.Summary, p.Body = "unknown", brief(call), call
		wrong = "neither method, nor result, nor error"
	}
	return p, wrong
}
