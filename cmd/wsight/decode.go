package main

import (
	"fmt"
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

func (d *decodes) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&d.formats, "decode", nil, "decode payloads as `[HOST/PATH=]FORMAT`; auto chooses a format for each connection; may be repeated")
	f.StringVar(&d.proto, "proto", "", "schema of protobuf messages: `FILE[:MESSAGE]`, a .proto source or a set of descriptors")
	_ = cmd.RegisterFlagCompletionFunc("decode", completeFormats)
}

// rules returns what the flags say.
func (d *decodes) rules() ([]session.Decode, error) {
	schema, err := d.schema()
	if err != nil {
		return nil, err
	}
	var rules []session.Decode
	for _, text := range d.formats {
		place, name := "", text
		if i := strings.LastIndexByte(text, '='); i >= 0 {
			place, name = text[:i], text[i+1:]
		}
		rule := session.Decode{Place: place}
		switch format, ok := payload.Named(name); {
		case name == "auto":
		case !ok:
			return nil, fmt.Errorf("--decode: there is no format %q; there are auto, %s", name, strings.Join(formatNames(), ", "))
		case name == "protobuf" && schema != nil:
			rule.Format, rule.Chosen = *schema, true
		default:
			rule.Format, rule.Chosen = format, true
		}
		rules = append(rules, rule)
	}
	if schema != nil && len(rules) == 0 {
		rules = append(rules, session.Decode{Format: *schema, Chosen: true})
	}
	return rules, nil
}

// schema reads what --proto names; nil when it names nothing.
func (d *decodes) schema() (*payload.Format, error) {
	if d.proto == "" {
		return nil, nil
	}
	name, message := d.proto, ""
	if _, err := os.Stat(name); err != nil {
		if i := strings.LastIndexByte(name, ':'); i > 0 {
			name, message = name[:i], name[i+1:]
		}
	}
	source, err := os.ReadFile(name)
	if err != nil {
		return nil, &inputError{fmt.Errorf("--proto: %w", err)}
	}
	parsed, err := payload.ParseSchema(filepath.Base(name), source, func(path string) ([]byte, error) {
		return os.ReadFile(filepath.Join(filepath.Dir(name), path))
	})
	if err != nil {
		return nil, fmt.Errorf("--proto: %w", err)
	}
	format, err := parsed.Format(message)
	if err != nil {
		return nil, fmt.Errorf("--proto: %w", err)
	}
	return &format, nil
}

func formatNames() []string {
	var names []string
	for _, f := range payload.All() {
		names = append(names, f.Name)
	}
	return names
}

func completeFormats(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	words := []string{"auto\tchoose a format for each connection"}
	for _, f := range payload.All() {
		words = append(words, f.Name+"\t"+f.Title)
	}
	return words, cobra.ShellCompDirectiveNoFileComp
}
