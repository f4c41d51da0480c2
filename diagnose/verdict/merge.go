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
		d.Connections, d.server = s.connections(), k.server
		m.byKey[k] = &d
		m.order = append(m.order, &d)
		return
	}
	entry.absorb(d, s.connections(), 1)
}

// absorb counts another diagnosis of the same cause.
func (d *Diagnosis) absorb(other Diagnosis, connections []*dissect.Conversation, n int) {
	d.Count += n
	d.Severity = max(d.Severity, other.Severity)
	for _, c := range connections {
		if len(d.Connections) < MaxConnections && !slices.Contains(d.Connections, c) {
			d.Connections = append(d.Connections, c)
		}
	}
	for _, p := range other.Packets {
		if len(d.Packets) < maxPackets && !slices.Contains(d.Packets, p) {
			d.Packets = append(d.Packets, p)
		}
	}
	if other.Certainty > d.Certainty {
		// What is known of one connection holds for its fellows.
		d.Certainty, d.Headline, d.suspect, d.Evidence, d.Remedies, d.Next = other.Certainty, other.Headline, other.suspect, other.Evidence, other.Remedies, other.Next
		d.brief, d.doer = other.brief, other.doer
	}
	if other.Certainty >= d.Certainty && other.Next == "" {
		d.Next = "" // another connection of the same kind has all of its legs
	}
	d.Consequences = append(d.Consequences, other.Consequences...)
	slices.Sort(d.Consequences)
	d.Consequences = slices.Compact(d.Consequences)
	d.Beside = append(d.Beside, other.Beside...)
	slices.Sort(d.Beside)
	d.Beside = slices.DeleteFunc(slices.Compact(d.Beside), func(code finding.Code) bool { return slices.Contains(d.Consequences, code) })
}

// join makes one entry of those that only differ in how much the legs at hand
// could show: what is known of one connection holds for its fellows.
func (m *merger) join() {
	gone := map[*Diagnosis]bool{}
	for _, d := range m.order {
		for _, better := range m.order {
			if d.Culprit != Capture && better != d && !gone[better] && d.poorer(better) {
				better.absorb(*d, d.Connections, d.Count)
				gone[d] = true
				break
			}
		}
	}
	m.order = slices.DeleteFunc(m.order, func(d *Diagnosis) bool { return gone[d] })
}

// poorer reports whether d is the same as better, of which more is known.
func (d *Diagnosis) poorer(better *Diagnosis) bool {
	if d.Code != better.Code || d.server != better.server || better.Certainty < d.Certainty {
		return false
	}
	switch {
	case d.Culprit != better.Culprit:
		return d.Certainty == Guess && better.Certainty > Guess
	case d.Product == "":
		return better.Product != ""
	}
	return d.Guessed && !better.Guessed && d.Product == better.Product
}

// list returns the entries, the worst first.
func (m *merger) list() []Diagnosis {
	m.join()
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
