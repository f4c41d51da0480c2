package query

import (
	"wsight/dissect"
	"wsight/dissect/payload"
)

// ofFormat is the field FORMAT.NAME: the first part of the message that has it.
func ofFormat(name, format, member string) *Field {
	get := func(r *Row) (any, bool) {
		m, ok := r.Event.(*dissect.Message)
		if !ok || m.Decoded == nil || m.Decoded.Format != format {
			return nil, false
		}
		for i := range m.Decoded.Parts {
			if v, ok := ofPart(&m.Decoded.Parts[i], member); ok {
				return v, true
			}
		}
		return nil, false
	}
	return &Field{Name: name, Type: Mixed, Kinds: Message, Doc: "of the format " + format,
		number: func(r *Row) (float64, bool) {
			switch v, _ := get(r); v := v.(type) {
			case int64:
				return float64(v), true
			case float64:
				return v, true
			}
			return 0, false
		},
		text: func(r *Row) (string, bool) { v, _ := get(r); s, ok := v.(string); return s, ok },
		flag: func(r *Row) (bool, bool) { v, _ := get(r); yes, ok := v.(bool); return yes, ok },
	}
}

func ofPart(p *payload.Part, member string) (any, bool) {
	switch member {
	case "type":
		return p.Type, true
	case "name":
		return p.Name, p.Name != ""
	case "error":
		return p.Failed, p.Failed != ""
	}
	for _, f := range p.Fields {
		if f.Name == member {
			return f.Value, true
		}
	}
	return nil, false
}
