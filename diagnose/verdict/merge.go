package verdict

import (
	"slices"

	"wsight/dissect"
	"wsight/finding"
)

// A key says which diagnoses are one: the same cause by the same party, and,
// when that is the server, the same one.
type key struct {
	code    finding.Code
	culprit Culprit
	product string
	server  string
}

// A merger makes one entry of the diagnoses of many connections.
type merger struct {
	byKey map[key]*Diagnosis
	order []*Diagnosis
}

const (
	// maxDiagnoses bounds the entries; what does not fit is counted under the
	// entry with the same code.
	maxDiagnoses = 500
	// maxPackets and maxExhibits bound what an entry quotes.
	maxPackets  = 100
	maxExhibits = 6
)

func (m *merger) add(d Diagnosis, s *socket) {
	k := key{code: d.Code, culprit: d.Culprit, product: d.Product}
	if d.Culprit != Capture {
		k.server = s.legs[0].conv.Server.String()
	}
	entry := m.byKey[k]
	if entry == nil && len(m.order) >= maxDiagnoses {
		k.server = ""
		entry = m.byKey[k]
	}
	if entry == nil {
		d.Connections = s.connections()
		m.byKey[k] = &d
		m.order = append(m.order, &d)
		return
	}
	entry.Count++
	entry.Severity = max(entry.Severity, d.Severity)
	entry.Certainty = min(entry.Certainty, d.Certainty)
	for _, c := range s.connections() {
		if len(entry.Connections) < MaxConnections && !slices.Contains(entry.Connections, c) {
			entry.Connections = append(entry.Connections, c)
		}
	}
	if len(entry.Packets) < maxPackets {
		for _, p := range d.Packets {
			if !slices.Contains(entry.Packets, p) {
				entry.Packets = append(entry.Packets, p)
			}
		}
	}
	if entry.Next != "" && d.Next == "" {
		entry.Next = "" // another connection of the same kind has all of its legs
	}
	entry.Consequences = append(entry.Consequences, d.Consequences...)
	slices.Sort(entry.Consequences)
	entry.Consequences = slices.Compact(entry.Consequences)
}

// list returns the entries, the worst first.
func (m *merger) list() []Diagnosis {
	slices.SortStableFunc(m.order, compare)
	list := make([]Diagnosis, len(m.order))
	for i, d := range m.order {
		if d.Count > 1 {
			slices.SortFunc(d.Connections, func(a, b *dissect.Conversation) int { return a.Number - b.Number })
		}
		list[i] = *d
	}
	return list
}
