package query

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// A shape is a way in which payloads look. Each makes texts of 1 KiB that
// differ in everything that a variant may change.
type shape struct {
	name string
	make func(variant int) []byte
}

const shapeSize = 1 << 10

// escaped reports whether every row of a shape has backslashes.
func (s shape) escaped() bool { return bytes.IndexByte(s.make(0), '\\') >= 0 && json.Valid(s.make(0)) }

// Those of JSON have the same members around rows of their own:
//
//	{"kind":"state","n":12,"deep":{...},"rows":[...],"last":"closed by operator-7"}
var jsonShapes = []shape{
	{"compact", func(v int) []byte {
		return document(v, func(i int) string {
			return fmt.Sprintf(`{"id":"pump-%d","bar":%d.94,"rpm":27%d,"mode":"auto"}`, i, 310+v*i, i)
		})
	}},
	{"pretty", func(v int) []byte {
		return document(v, func(i int) string {
			return fmt.Sprintf("\n    {\n      \"id\": \"pump-%d\",\n      \"bar\": %d.94,\n      \"mode\": \"auto\"\n    }", i, 310+v*i)
		})
	}},
	{"numbers", func(v int) []byte {
		return document(v, func(i int) string {
			return fmt.Sprintf(`{"id":"pump-%d","bar":[%d.25,-%d,1e%d,[%d,%d],%d]}`, i, v+i, v*i, i%9, i, v, 1750000000000+v*i)
		})
	}},
	{"nested", func(v int) []byte {
		return document(v, func(i int) string {
			return fmt.Sprintf(`{"id":"pump-%d","set":{"min":[{"at":%d}],"max":[{"at":%d},{}]},"ok":[[]]}`, i, v, v*i)
		})
	}},
	{"brackets in text", func(v int) []byte {
		return document(v, func(i int) string {
			return fmt.Sprintf(`{"id":"pump-%d","code":"for(;;){ a[%d]=[b} ","if":"}{]["}`, i, v+i)
		})
	}},
	{"scripts", func(v int) []byte {
		return document(v, func(i int) string {
			return fmt.Sprintf(`{"id":"pump-%d","Ort":"Düsenhöhe %d","где":"ошибка насоса","状態":"運転中"}`, i, v+i)
		})
	}},
	{"escapes", func(v int) []byte {
		return document(v, func(i int) string {
			return fmt.Sprintf(`{"id":"pump-%d","path":"C:\\pump\\%d\n","url":"http:\/\/pump\/%d","said":"a \"b\""}`, i, v, v*i)
		})
	}},
	{"JSON in JSON", func(v int) []byte {
		return document(v, func(i int) string {
			inner := fmt.Sprintf(`{"type":"event","data":[{"level":%d,"text":"on"},"\n"]}`, v*i)
			quoted, err := json.Marshal(inner)
			if err != nil {
				panic(err)
			}
			return fmt.Sprintf(`{"id":"pump-%d","body":%s}`, i, quoted)
		})
	}},
	{"letters as numbers", func(v int) []byte {
		return document(v, func(i int) string {
			return fmt.Sprintf(`{"id":"pump-%d","Ort":"D\u00fcsenh\u00f6he %d","\u0433":"\u043e\u0448"}`, i, v+i)
		})
	}},
}

var otherShapes = []shape{
	{"text", func(v int) []byte {
		text := ""
		for i := 0; len(text) < shapeSize; i++ {
			text += fmt.Sprintf("2026-01-02T03:%02d:%02dZ INFO [pump-%d] state is auto, %d rpm at 310.9 bar; next check in %d s\n", v%60, i, i, 2700+v, v)
		}
		return ended([]byte(text))
	}},
	{"binary", func(v int) []byte {
		random := rand.New(rand.NewPCG(7, uint64(v)))
		data := make([]byte, shapeSize)
		for i := range data {
			data[i] = byte(random.Uint32())
		}
		return ended(data)
	}},
	{"records", func(v int) []byte { // of a fixed layout, most of it zeroes
		data := make([]byte, shapeSize)
		for i := 0; i < len(data); i += 16 {
			copy(data[i:], fmt.Sprintf("pu%02x\x00\x00\x01%c", i/16, byte(v)))
		}
		return ended(data)
	}},
}

const ending = `closed by operator-7"}`

// ended writes the words over the end that every message has.
func ended(data []byte) []byte {
	data = data[:shapeSize]
	copy(data[len(data)-len(ending):], ending)
	return data
}

// document is a JSON text of 1 KiB, with as many rows as it takes.
func document(v int, row func(i int) string) []byte {
	text := fmt.Sprintf(`{"kind":"state","n":12,"at":%d,"deep":{"a":{"b":{"c":[0,{"leaf":7}]}}},"rows":[`, 1750000000000+v)
	const fill = `null],"last":"`
	for i := 0; ; i++ {
		next := row(i) + ","
		if len(text)+len(next)+len(fill)+len(ending) > shapeSize {
			break
		}
		text += next
	}
	text = strings.TrimRight(text, ",") + "," + fill
	return []byte(text + strings.Repeat(".", shapeSize-len(text)-len(ending)) + ending)
}

func TestShapes(t *testing.T) {
	for _, s := range jsonShapes {
		for v := range 20 {
			if data := s.make(v); !json.Valid(data) || len(data) != shapeSize || !utf8.Valid(data) {
				t.Errorf("%s %d is no JSON of %d bytes: %s", s.name, v, shapeSize, data)
			}
		}
	}
	for _, s := range otherShapes {
		if data := s.make(3); len(data) != shapeSize {
			t.Errorf("%s has %d bytes; want %d", s.name, len(data), shapeSize)
		}
	}
}
