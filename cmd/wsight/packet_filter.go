package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"wsight/capture"
	"wsight/capture/filter"
)

// parseFilter reads a filter expression. The error shows where it is wrong.
func parseFilter(text string) (*filter.Filter, error) {
	f, err := filter.Parse(text)
	var syntax *filter.SyntaxError
	if errors.As(err, &syntax) {
		return nil, fmt.Errorf("%w\n  %s\n  %s", err, oneLine(text), caret(text, syntax))
	}
	return f, err
}

// oneLine keeps each character of a text in one cell, as far as caret counts.
func oneLine(text string) string {
	return strings.NewReplacer("\n", " ", "\t", " ", "\r", " ").Replace(text)
}

// caret underlines the word that a mistake is about.
func caret(text string, at *filter.SyntaxError) string {
	before := min(at.Offset, len(text))
	return strings.Repeat(" ", utf8.RuneCountInString(text[:before])) + strings.Repeat("^", max(utf8.RuneCountInString(at.Word), 1))
}

// A selection applies a filter to packets of files. Packets whose link type
// the filter cannot judge are passed over, which is said once for each type.
type selection struct {
	filter   *filter.Filter // nil until a program knows its link type
	program  string         // of tcpdump -ddd
	verdicts map[capture.LinkType]error
	stderr   io.Writer
	failed   error // the first that could not be judged
}

// newSelection returns nil for the empty filter.
func newSelection(text string, stderr io.Writer) (*selection, error) {
	s := &selection{verdicts: map[capture.LinkType]error{}, stderr: stderr}
	switch {
	case strings.TrimSpace(text) == "":
		return nil, nil
	case filter.IsProgram(text):
		s.program = text
		_, err := filter.ParseProgram(text, uint16(capture.LinkType(1)))
		return s, err
	}
	var err error
	s.filter, err = parseFilter(text)
	return s, err
}

// accepts reports whether a packet counts.
func (s *selection) accepts(p *capture.Packet) bool {
	err, known := s.verdicts[p.Link]
	if !known {
		err = s.judge(p.Link)
		s.verdicts[p.Link] = err
		if err != nil {
			fmt.Fprintf(s.stderr, "wsight: %v; such packets are passed over\n", err)
			if s.failed == nil {
				s.failed = err
			}
		}
	}
	return err == nil && s.filter.Match(uint16(p.Link), p.Data, p.Length)
}

// judge says why packets of a link type cannot be judged. A program is taken
// to be for the link type that comes first.
func (s *selection) judge(link capture.LinkType) error {
	if s.filter == nil {
		f, err := filter.ParseProgram(s.program, uint16(link))
		if err != nil {
			return err
		}
		s.filter = f
	}
	return s.filter.Supports(uint16(link))
}
