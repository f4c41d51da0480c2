package verdict

import (
	"strings"

	"wsight/dissect"
	"wsight/finding"
	"wsight/safe"
)

// filler returns what puts the values of the socket into a remedy.
func (s *socket) filler(c charge, b blame) func(Remedy) Remedy {
	first, last := s.legs[0], s.legs[s.last()]
	path := configPath(target(first.heads.request))
	upstream := "SERVER:PORT"
	if !s.alone() || b.culprit == Proxy && b.behind < 0 {
		upstream = last.conv.Server.String()
	}
	host, _, _ := strings.Cut(first.heads.host, ":")
	if host = safe.FileName(host); first.heads.host == "" {
		host = "HOST"
	}
	quiet := "that"
	if t, ok := s.legs[c.leg].quiet(); ok {
		quiet = seconds(t)
	}
	replacer := strings.NewReplacer("{path}", path, "{upstream}", upstream, "{field}", fieldOf(s.wording(c)), "{quiet}", quiet, "{host}", host)
	return func(r Remedy) Remedy {
		r.Say, r.Lines = replacer.Replace(r.Say), replacer.Replace(r.Lines)
		return r
	}
}

// configPath returns path when it can stand in a configuration as it is: what
// a client sent must not become configuration by being copied.
func configPath(path string) string {
	if path == "" || path[0] != '/' || len(path) > 100 {
		return "/PATH"
	}
	for i := range len(path) {
		switch b := path[i]; {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9', strings.IndexByte("/-_.", b) >= 0:
		default:
			return "/PATH"
		}
	}
	return safe.MaskTarget(path)
}

// fieldOf names the field that a code is about.
func fieldOf(code finding.Code) string {
	if fields := shown[code]; len(fields.request) > 0 {
		return fields.request[0]
	} else if len(fields.answer) > 0 {
		return fields.answer[0]
	}
	return "the field"
}

// adviceOf returns the advice of the instance, else that of the rule.
func adviceOf(f *dissect.Finding) []Remedy {
	advice := f.Rule().Advice
	if advice == "" {
		return nil
	}
	return []Remedy{{Say: advice}}
}
