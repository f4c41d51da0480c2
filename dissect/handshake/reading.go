package handshake

import "wsight/dissect/header"

// A reading is what the fields of one head say about the handshake. One pass
// over them gathers it, because the rules ask for many names, most of which a
// head does not have.
type reading struct {
	lines     [fieldNames]lines
	websocket bool // Upgrade names websocket
	upgrades  bool // Connection lists upgrade
	others    bool // there are fields of other names
}

// Lines are the field lines of one name.
type lines struct {
	first *string // the value of the first one; nil when there is none
	count int
}

// A fieldName is one that rules ask for. The numbers are ours.
type fieldName uint8

const (
	otherField fieldName = iota
	hostField
	originField
	connectionField
	upgradeField
	keyField
	draftField // Sec-WebSocket-Key1, which hixie-76 sends
	acceptField
	versionField
	protocolField
	extensionsField
	fieldNames // how many there are
)

// fieldsAsked are the names by their length: no two of them are of the same.
var fieldsAsked = [...]struct {
	text string
	name fieldName
}{
	len("Host"):                     {"Host", hostField},
	len("Origin"):                   {"Origin", originField},
	len("Upgrade"):                  {"Upgrade", upgradeField},
	len("Connection"):               {"Connection", connectionField},
	len("Sec-WebSocket-Key"):        {"Sec-WebSocket-Key", keyField},
	len("Sec-WebSocket-Key1"):       {"Sec-WebSocket-Key1", draftField},
	len("Sec-WebSocket-Accept"):     {"Sec-WebSocket-Accept", acceptField},
	len("Sec-WebSocket-Version"):    {"Sec-WebSocket-Version", versionField},
	len("Sec-WebSocket-Protocol"):   {"Sec-WebSocket-Protocol", protocolField},
	len("Sec-WebSocket-Extensions"): {"Sec-WebSocket-Extensions", extensionsField},
}

// read gathers in r, which is new, what f says; its pointers lead into f.
func (r *reading) read(f header.Fields) {
	for i := range f {
		name := f[i].Name
		if len(name) >= len(fieldsAsked) || !header.EqualFold(name, fieldsAsked[len(name)].text) {
			r.others = true
			continue
		}
		asked := fieldsAsked[len(name)].name
		l := &r.lines[asked]
		if l.count++; l.count == 1 {
			l.first = &f[i].Value
		}
		switch asked {
		case upgradeField:
			r.websocket = r.websocket || namesWebSocket(f[i].Value)
		case connectionField:
			r.upgrades = r.upgrades || header.Lists(f[i].Value, "upgrade")
		}
	}
}

// first returns the value of the first line called name, nil when there is none.
func (r *reading) first(name fieldName) *string { return r.lines[name].first }

// count returns how many lines are called name.
func (r *reading) count(name fieldName) int { return r.lines[name].count }
