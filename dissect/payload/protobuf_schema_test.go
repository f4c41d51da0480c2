package payload

import (
	"errors"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"wsight/finding"
	"wsight/flow"
)

const testSchema = `
syntax = "proto3";
package shop;
import "other.proto";
import "google/protobuf/timestamp.proto";
enum State { NEW = 0; PAID = 2; }
message Order {
  int32 id = 1;
  sint64 delta = 2;
  string name = 3;
  bytes blob = 4;
  bool ok = 5;
  State state = 6;
  repeated int32 counts = 7;
  repeated fixed32 parts = 8;
  Order parent = 9;
  map<string, int64> stock = 10;
  double price = 11;
  float weight = 12;
  uint64 big = 13;
  Other other = 14;
  google.protobuf.Timestamp at = 15;
  repeated string tags = 16;
}
message Second { message Inner { int32 x = 1; } }
`

func openOther(path string) ([]byte, error) {
	if path != "other.proto" {
		return nil, errors.New("no such file")
	}
	return []byte(`syntax = "proto3"; package shop; message Other { int32 n = 1; }`), nil
}

// The encoder of the protobuf library is the oracle for what the walker reads.
func TestSchema(t *testing.T) {
	s, err := ParseSchema("shop.proto", []byte(testSchema), openOther)
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.Format("Order")
	if err != nil {
		t.Fatal(err)
	}
	message := dynamicpb.NewMessage(s.messages["shop.Order"])
	err = protojson.Unmarshal([]byte(`{"id":-5,"delta":"-7","name":"é","blob":"AQI=","ok":true,"state":"PAID","counts":[1,-1],
		"parts":[1,2],"parent":{"id":1},"stock":{"a":"3"},"price":1.5,"weight":0.5,"big":"18446744073709551615",
		"other":{"n":4},"at":"1970-01-01T00:00:09Z","tags":["x","y"]}`), message)
	if err != nil {
		t.Fatal(err)
	}
	wire, err := proto.MarshalOptions{Deterministic: true}.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	m := Message{N: 1, Dir: flow.ClientToServer, Whole: true, Data: wire}
	r := OpenAs(f, Hint{}).Decode(m)
	if len(r.Problems) > 0 {
		t.Errorf("problems: %v", r.Problems)
	}
	want := `{"id": -5, "delta": -7, "name": "é", "blob": h'0102', "ok": true, "state": PAID, "counts": [1, -1], "parts": [1, 2], ` +
		`"parent": {"id": 1}, "stock": {"key": "a", "value": 3}, "price": 1.5, "weight": 0.5, "big": 18446744073709551615, ` +
		`"other": {"n": 4}, "at": {"seconds": 9}, "tags": "x", "tags": "y"}`
	if got := diagnostic(r.Tree, 1<<20); got != want {
		t.Errorf("decoded %s\nwant %s", got, want)
	}
}

func TestSchemaMisfit(t *testing.T) {
	s, err := ParseSchema("shop.proto", []byte(testSchema), openOther)
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.Format("shop.Order")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		wire string
		want string // "" for no finding
	}{
		{"field of another type", "\x0a\x01x", "not a shop.Order: field id has the wire type 2"},
		{"repeated, not packed", "\x38\x01", ""},
		{"unknown field", "\xf8\x01\x01", ""},
		{"cut", "\x1a\x05ab", "offset 0: a value that is longer"},
		{"packed numbers cut", "\x42\x03abc", ""},
	}
	for _, tt := range tests {
		r := OpenAs(f, Hint{}).Decode(Message{N: 1, Dir: flow.ServerToClient, Whole: true, Data: []byte(tt.wire)})
		got := ""
		for _, p := range r.Problems {
			if p.Code == finding.PayloadInvalid {
				got += p.Detail
			}
		}
		if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q; want %q", tt.name, got, tt.want)
		}
	}
}

func TestSchemaErrors(t *testing.T) {
	tests := []struct {
		name, file, source, message string
		want                        string
	}{
		{"syntax", "a.proto", "message {", "", "compile a.proto"},
		{"import that is not there", "a.proto", `syntax="proto3"; import "x.proto"; message A {}`, "", "x.proto"},
		{"imports itself", "a.proto", `syntax="proto3"; import "a.proto"; message A {}`, "", "import"},
		{"unknown type", "a.proto", `syntax="proto3"; message A { B b = 1; }`, "", "unknown type B"},
		{"no messages", "a.proto", `syntax="proto3";`, "", "a.proto has no messages"},
		{"not a descriptor", "a.bin", "\xff\xff", "", "set of descriptors"},
		{"several messages", "a.proto", `syntax="proto3"; message A {} message B {}`, "", "name one: A, B"},
		{"wrong name", "a.proto", `syntax="proto3"; message A {}`, "B", "no message B in the schema, only A"},
	}
	for _, tt := range tests {
		s, err := ParseSchema(tt.file, []byte(tt.source), nil)
		if err == nil {
			_, err = s.Format(tt.message)
		}
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v; want %q", tt.name, err, tt.want)
		}
	}
}

func TestSchemaDescriptorSet(t *testing.T) {
	s, err := ParseSchema("shop.proto", []byte(`syntax="proto3"; package p; message A { int32 n = 1; }`), nil)
	if err != nil {
		t.Fatal(err)
	}
	set := &descriptorpb.FileDescriptorSet{File: []*descriptorpb.FileDescriptorProto{
		protodesc.ToFileDescriptorProto(s.messages["p.A"].ParentFile())}}
	b, err := proto.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseSchema("set.bin", b, nil)
	if err != nil {
		t.Fatal(err)
	}
	f, err := again.Format("")
	if err != nil {
		t.Fatal(err)
	}
	r := OpenAs(f, Hint{}).Decode(Message{N: 1, Dir: flow.ClientToServer, Whole: true, Data: []byte{8, 42}})
	if r.Summary != `A {"n": 42}` {
		t.Errorf("summary %s", r.Summary)
	}
}

func FuzzProtobufTyped(f *testing.F) {
	s, err := ParseSchema("shop.proto", []byte(testSchema), openOther)
	if err != nil {
		f.Fatal(err)
	}
	format, err := s.Format("Order")
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("x\x08\x05\x1a\x01x\x3a\x02\x01\x02\x4a\x02\x08\x01"))
	f.Fuzz(func(t *testing.T, data []byte) { fuzzRun(t, format, data) })
}
