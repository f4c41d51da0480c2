package payload

import (
	"math"
	"slices"
	"strconv"

	"wsight/safe"
)

// AppendJSON appends the member payload of a message to dst: an object with
// format, summary, heartbeat, answers (the number of the message that is
// answered, or null) and parts, each with its type, and where it has them its
// name, its error and its fields. A field that
// comes more than once in a part is an array.
func AppendJSON(dst []byte, r Result) []byte {
	dst = append(dst, `{"format":`...)
	dst = safe.AppendJSON(dst, r.Format)
	dst = append(dst, `,"summary":`...)
	dst = safe.AppendJSON(dst, r.Summary)
	dst = append(dst, `,"heartbeat":`...)
	dst = strconv.AppendBool(dst, r.Heartbeat)
	dst = append(dst, `,"answers":`...)
	if r.Answered > 0 {
		dst = strconv.AppendInt(dst, int64(r.Answered), 10)
	} else {
		dst = append(dst, "null"...)
	}
	dst = append(dst, `,"parts":[`...)
	for i, p := range r.Parts {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendPart(dst, p)
	}
	return append(dst, "]}"...)
}

func appendPart(dst []byte, p Part) []byte {
	dst = append(dst, `{"type":`...)
	dst = safe.AppendJSON(dst, p.Type)
	if p.Name != "" {
		dst = append(dst, `,"name":`...)
		dst = safe.AppendJSON(dst, p.Name)
	}
	if p.Failed != "" {
		dst = append(dst, `,"error":`...)
		dst = safe.AppendJSON(dst, p.Failed)
	}
	for i, f := range p.Fields {
		same := func(g Field) bool { return g.Name == f.Name }
		if slices.ContainsFunc(p.Fields[:i], same) {
			continue
		}
		dst = append(dst, ',')
		dst = safe.AppendJSON(dst, f.Name)
		dst = append(dst, ':')
		if !slices.ContainsFunc(p.Fields[i+1:], same) {
			dst = appendValue(dst, f.Value)
			continue
		}
		dst = append(dst, '[')
		for j, g := range p.Fields[i:] {
			if g.Name != f.Name {
				continue
			}
			if j > 0 {
				dst = append(dst, ',')
			}
			dst = appendValue(dst, g.Value)
		}
		dst = append(dst, ']')
	}
	return append(dst, '}')
}

func appendValue(dst []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return safe.AppendJSON(dst, v)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case float64:
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			return strconv.AppendFloat(dst, v, 'g', -1, 64)
		}
	case bool:
		return strconv.AppendBool(dst, v)
	}
	return append(dst, "null"...)
}
