package payload

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"wsight/safe"
)

// An xmlElement is an element with what is in it.
type xmlElement struct {
	name       string // with its prefix
	attributes []xml.Attr
	text       string // of the first text in it, clipped
	inner      []xmlElement
	start, end int
}

// xmlLimit is how many elements of a message are kept.
const xmlLimit = 5000

// parseXML reads one element. wrong says where and why the text breaks; what
// comes before is in e.
func parseXML(data []byte) (e xmlElement, wrong string) {
	d := xml.NewDecoder(bytes.NewReader(data))
	stack := []*xmlElement{{}}
	kept := 0
	deeper := 0 // elements that are open, but not kept
	for {
		start := int(d.InputOffset())
		token, err := d.RawToken()
		top := stack[len(stack)-1]
		if err != nil {
			if !errors.Is(err, io.EOF) {
				wrong = fmt.Sprintf("offset %d: %s", d.InputOffset(), safe.Quote(strings.TrimPrefix(err.Error(), "XML syntax error on line 1: ")))
			} else if len(stack) > 1 || deeper > 0 {
				wrong = fmt.Sprintf("offset %d: the text ends inside the element %s", len(data), safe.Quote(top.name))
			} else if len(top.inner) != 1 {
				wrong = fmt.Sprintf("%d elements in one message, not one", len(top.inner))
			}
			break
		}
		switch t := token.(type) {
		case xml.StartElement:
			if kept++; kept > xmlLimit || len(stack) > maxDepth {
				deeper++
				continue
			}
			stack = append(stack, &xmlElement{name: xmlName(t.Name), attributes: t.Copy().Attr, start: start})
		case xml.EndElement:
			if deeper > 0 {
				deeper--
				continue
			}
			if len(stack) == 1 || xmlName(t.Name) != top.name {
				wrong = fmt.Sprintf("offset %d: the end tag %s ends what is not open", start, safe.Quote(xmlName(t.Name)))
			} else {
				top.end = int(d.InputOffset())
				stack = stack[:len(stack)-1]
				parent := stack[len(stack)-1]
				parent.inner = append(parent.inner, *top)
				continue
			}
		case xml.CharData:
			if s := strings.TrimSpace(string(t[:clipAt(t, 4*summaryLimit)])); s != "" && top.text == "" {
				top.text = clip(s, 4*summaryLimit)
				if len(stack) == 1 {
					wrong = fmt.Sprintf("offset %d: text outside of an element", start)
				}
			}
		}
		if wrong != "" {
			break
		}
	}
	for len(stack) > 1 { // what was cut stays, as far as it goes
		top := stack[len(stack)-1]
		top.end = len(data)
		stack = stack[:len(stack)-1]
		parent := stack[len(stack)-1]
		parent.inner = append(parent.inner, *top)
	}
	if len(stack[0].inner) > 0 {
		e = stack[0].inner[0]
	}
	return e, wrong
}

func xmlName(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

// attribute returns the value of an attribute, "" when there is none.
func (e xmlElement) attribute(name string) string {
	for _, a := range e.attributes {
		if xmlName(a.Name) == name {
			return a.Value
		}
	}
	return ""
}

// child returns the first element of that name in e, or the first at all for "".
func (e xmlElement) child(name string) xmlElement {
	for _, c := range e.inner {
		if name == "" || c.name == name {
			return c
		}
	}
	return xmlElement{}
}

// node makes a tree of e.
func (e xmlElement) node() Node {
	return Node{Name: e.name, Kind: Group, Start: e.start, End: e.end, children: func(yield func(Node) bool) {
		for _, a := range e.attributes {
			if !yield(label(xmlName(a.Name), a.Value, e.start, e.end)) {
				return
			}
		}
		if e.text != "" && !yield(label("", e.text, e.start, e.end)) {
			return
		}
		for _, c := range e.inner {
			if !yield(c.node()) {
				return
			}
		}
	}}
}
