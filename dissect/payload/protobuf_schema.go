package payload

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/parser"
	"github.com/bufbuild/protocompile/reporter"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"
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
	c := schemaCompiler{open: open, done: map[string]linker.File{}}
	file, err := c.compile(name, source)
	if err != nil {
		return nil, fmt.Errorf("compile %s: %w", name, err)
	}
	s := &Schema{messages: map[string]protoreflect.MessageDescriptor{}}
	s.add(file.Messages(), true)
	return s.checked(name)
}

// A schemaCompiler compiles a file after those that it imports.
type schemaCompiler struct {
	open    func(path string) ([]byte, error)
	done    map[string]linker.File // nil while it is being compiled
	symbols linker.Symbols
}

func (c *schemaCompiler) compile(name string, source []byte) (linker.File, error) {
	handler := reporter.NewHandler(nil)
	tree, err := parser.Parse(name, bytes.NewReader(source), handler)
	if err != nil {
		return nil, err
	}
	parsed, err := parser.ResultFromAST(tree, true, handler)
	if err != nil {
		return nil, err
	}
	c.done[name] = nil
	var imports linker.Files
	for _, path := range parsed.FileDescriptorProto().GetDependency() {
		file, err := c.load(path)
		if err != nil {
			return nil, fmt.Errorf("%s imports %s: %w", name, path, err)
		}
		imports = append(imports, file)
	}
	file, err := linker.Link(parsed, imports, &c.symbols, handler)
	if err != nil {
		return nil, err
	}
	c.done[name] = file
	return file, nil
}

// load returns the file that an import names.
func (c *schemaCompiler) load(path string) (linker.File, error) {
	if file, ok := c.done[path]; ok {
		if file == nil {
			return nil, errors.New("files import each other")
		}
		return file, nil
	}
	for _, known := range []protoreflect.FileDescriptor{
		anypb.File_google_protobuf_any_proto, durationpb.File_google_protobuf_duration_proto,
		emptypb.File_google_protobuf_empty_proto, fieldmaskpb.File_google_protobuf_field_mask_proto,
		structpb.File_google_protobuf_struct_proto, timestamppb.File_google_protobuf_timestamp_proto,
		wrapperspb.File_google_protobuf_wrappers_proto, descriptorpb.File_google_protobuf_descriptor_proto,
	} {
		if known.Path() == path {
			return linker.NewFileRecursive(known)
		}
	}
	if c.open == nil {
		return nil, errors.New("no such file")
	}
	source, err := c.open(path)
	if err != nil {
		return nil, err
	}
	return c.compile(path, source)
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
