package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"wsight/dissect/payload"
	"wsight/session"
)

// decodes are the flags --decode and --proto.
type decodes struct {
	formats []string
	proto   string
}

// automatic is the word for a format that is found out.
const automatic = "auto"

func (d *decodes) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&d.formats, "decode", nil, "decode payloads as `[HOST/PATH=]FORMAT`; auto finds the format of each connection out; may be repeated; see 'wsight formats'")
	f.StringVar(&d.proto, "proto", "", "schema of protobuf messages: `FILE[:MESSAGE]`, a .proto source or a set of descriptors")
	_ = cmd.RegisterFlagCompletionFunc("decode", completeFormats)
	_ = cmd.MarkFlagFilename("proto")
}

// asked reports whether what is decoded is to be shown.
func (d *decodes) asked() bool { return len(d.formats) > 0 || d.proto != "" }

// decoding returns what the flags say.
func (d *decodes) decoding() (rules session.Decoding, err error) {
	for _, text := range d.formats {
		rule, err := parseRule(text)
		if err != nil {
			return rules, err
		}
		rules.Rules = append(rules.Rules, rule)
	}
	if d.proto == "" {
		return rules, nil
	}
	if len(d.formats) == 0 {
		rules.Rules = []session.DecodeRule{{}}
	}
	rules.Protobuf, err = readSchema(d.proto)
	return rules, err
}

// parseRule reads HOST/PATH=FORMAT, HOST=FORMAT, /PATH=FORMAT or FORMAT.
func parseRule(text string) (rule session.DecodeRule, err error) {
	place, name := "", text
	if i := strings.LastIndexByte(text, '='); i >= 0 {
		place, name = text[:i], text[i+1:]
		if place == "" {
			return rule, fmt.Errorf("--decode %s: there is no place before the =", text)
		}
	}
	if _, rest, ok := strings.Cut(place, "://"); ok {
		place = rest
	}
	host, path, _ := strings.Cut(place, "/")
	if rule.Host = host; host != place {
		rule.Path = "/" + path
	}
	if name == automatic {
		return rule, nil
	}
	format, ok := payload.Named(name)
	if !ok {
		return rule, fmt.Errorf("--decode: there is no format %q; there are %s, %s", name, automatic, strings.Join(formatNames(), ", "))
	}
	rule.Format = format
	return rule, nil
}

func formatNames() []string {
	var names []string
	for _, f := range payload.All() {
		names = append(names, f.Name)
	}
	return names
}

// readSchema reads FILE[:MESSAGE]. A file whose name holds a colon is found
// all the same.
func readSchema(text string) (payload.Format, error) {
	file, message := text, ""
	source, err := os.ReadFile(file)
	if i := strings.LastIndexByte(text, ':'); err != nil && i >= 0 {
		file, message = text[:i], text[i+1:]
		source, err = os.ReadFile(file)
	}
	if err != nil {
		return payload.Format{}, &inputError{fmt.Errorf("--proto: %w", err)}
	}
	folder := os.DirFS(filepath.Dir(file))
	schema, err := payload.ParseSchema(filepath.Base(file), source, func(path string) ([]byte, error) {
		return fs.ReadFile(folder, path)
	})
	if err != nil {
		return payload.Format{}, fmt.Errorf("--proto: %w", err)
	}
	format, err := schema.Format(message)
	if err != nil {
		return payload.Format{}, fmt.Errorf("--proto: %w; write %s:MESSAGE", err, file)
	}
	return format, nil
}

// completeFormats completes the format, behind a place too.
func completeFormats(_ *cobra.Command, _ []string, text string) ([]string, cobra.ShellCompDirective) {
	head := text[:strings.LastIndexByte(text, '=')+1]
	words := []string{head + automatic + "\twhat each connection speaks"}
	for _, f := range payload.All() {
		words = append(words, head+f.Name+"\t"+f.Title)
	}
	return words, cobra.ShellCompDirectiveNoFileComp
}
