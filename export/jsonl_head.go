package export

import "wsight/dissect/header"

// A headLines holds the JSON of the field lines of a head, of which those of
// the same program begin with the same ones: these are copied at once. The zero
// value holds none yet.
type headLines struct {
	fields header.Fields
	json   []byte // of fields, each with a comma behind it
	ends   []int  // in json, of so many of fields, from 0
}

// append appends the field lines exactly as captured. A value that is not UTF-8
// is null, and its bytes follow in base64.
func (h *headLines) append(b []byte, fields header.Fields, lines *fieldLines) []byte {
	b = append(b, `,"headers":[`...)
	if len(fields) == 0 {
		return append(b, ']')
	}
	n := h.common(fields)
	if n < len(fields)/2 {
		h.hold(fields, lines)
		n = len(fields)
	}
	if n > 0 {
		b = append(b, h.json[:h.ends[n]]...)
	}
	for i := n; i < len(fields); i++ {
		b = lines.append(b, &fields[i])
	}
	b[len(b)-1] = ']' // in place of the last comma
	return b
}

// common returns how many of fields are the first ones that h holds.
func (h *headLines) common(fields header.Fields) int {
	n := 0
	for n < len(fields) && n < len(h.fields) && fields[n] == h.fields[n] {
		n++
	}
	return n
}

// hold makes h hold fields.
func (h *headLines) hold(fields header.Fields, lines *fieldLines) {
	h.fields, h.json, h.ends = append(h.fields[:0], fields...), h.json[:0], append(h.ends[:0], 0)
	for i := range fields {
		h.json = lines.learn(h.json, &fields[i])
		h.ends = append(h.ends, len(h.json))
	}
}
