package payload

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/bufbuild/protocompile"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// A Schema says what the fields of protobuf messages are called, and what they hold.
type Schema struct {
	messages map[string]protoreflect.MessageDescriptor
	top      []string // full names of the messages that are in no other, in their order
}

// ParseSchema reads a schema: the source of a .proto file, or a set of
// descriptors as protoc --descriptor_set_out writes it. name is the name of the
// file, for errors. open gives the source of a file that is imported by its
// path, and may be nil; the imports of google/protobuf are known.
func ParseSchema(name string, source []byte, open func(path string) ([]byte, error)) (*Schema, error) {
	if strings.HasSuffix(name, ".proto") {
		return compileSchema(name, source, open)
	}
	set := &descriptorpb.FileDescriptorSet{}
	if err := proto.Unmarshal(source, set); err != nil {
		return nil, fmt.Errorf("read %s as a set of descriptors (a source file ends in .proto): %w", name, err)
	}
	files, err := protodesc.NewFiles(set)
	if err != nil {
		return nil, fmt.Errorf("read %s as a set of descriptors: %w", name, err)
	}
	s := &Schema{messages: map[string]protoreflect.MessageDescriptor{}}
	for _, f := range set.File { // in their order, which files does not keep
		if d, err := files.FindFileByPath(f.GetName()); err == nil {
			s.add(d.Messages(), true)
		}
	}
	return s.checked(name)
}

func compileSchema(name string, source []byte, open func(path string) ([]byte, error)) (*Schema, error) {
	compiler := protocompile.Compiler{
		MaxParallelism: 1,
		Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{
			Accessor: func(path string) (io.ReadCloser, error) {
				if path == name {
					return io.NopCloser(bytes.NewReader(source)), nil
				}
				if open == nil {
					return nil, fs.ErrNotExist
				}
				b, err := open(path)
				return io.NopCloser(bytes.NewReader(b)), err
			},
		}),
	}
	files, err := compiler.Compile(context.Background(), name)
	if err != nil {
		return nil, fmt.Errorf("compile %s: %w", name, err)
	}
	s := &Schema{messages: map[string]protoreflect.MessageDescriptor{}}
	for _, f := range files {
		s.add(f.Messages(), true)
	}
	return s.checked(name)
}

// add takes messages, and the ones inside them.
func (s *Schema) add(list protoreflect.MessageDescriptors, top bool) {
	for i := range list.Len() {
		d := list.Get(i)
		s.messages[string(d.FullName())] = d
		if top {
			s.top = append(s.top, string(d.FullName()))
		}
		s.add(d.Messages(), false)
	}
}

func (s *Schema) checked(name string) (*Schema, error) {
	if len(s.top) == 0 {
		return nil, fmt.Errorf("%s has no messages in it", name)
	}
	return s, nil
}

// Format returns the format of connections whose binary messages are messages
// of that name, with its package or without. "" means the only message of the
// schema that is in no other.
func (s *Schema) Format(message string) (Format, error) {
	d, err := s.find(message)
	if err != nil {
		return Format{}, err
	}
	f := protobufFormat
	f.Title = "Protocol Buffers, " + string(d.FullName())
	f.New = func(Hint) Decoder { return typedDecoder{d} }
	return f, nil
}

func (s *Schema) find(message string) (protoreflect.MessageDescriptor, error) {
	if message == "" {
		if len(s.top) > 1 {
			return nil, errors.New("several messages in the schema, name one: " + strings.Join(s.top, ", "))
		}
		return s.messages[s.top[0]], nil
	}
	if d, ok := s.messages[message]; ok {
		return d, nil
	}
	for _, name := range s.top {
		if strings.HasSuffix(name, "."+message) {
			return s.messages[name], nil
		}
	}
	return nil, fmt.Errorf("no message %s in the schema, only %s", message, strings.Join(s.top, ", "))
}
