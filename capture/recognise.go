package capture

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"
)

// A format reads one kind of capture file.
type format interface {
	open(*window) error
	next(*window, *Packet) error
	dropped() int64
}

var (
	_ format = (*pcapFile)(nil)
	_ format = (*pcapngFile)(nil)
)

// magicSize is how many bytes tell the formats apart.
const magicSize = 4

// textSize is how many bytes tell text from other data, a tar archive of text
// among them.
const textSize = 512

// recognise returns the format of what w shows, by its content.
func recognise(w *window, secrets func([]byte)) (format, error) {
	b, err := w.peek(magicSize)
	if err != nil && err != io.EOF {
		return nil, w.cut(magicSize, int64(len(b)), "a magic number", err)
	}
	if len(b) == 0 {
		return nil, &Error{
			Expected: "a capture", Found: "not one byte", Err: ErrEmpty,
			Hint: "if another program writes it, look at what that program says",
		}
	}
	if len(b) < magicSize {
		for _, magic := range magics {
			if bytes.HasPrefix([]byte(magic), b) {
				return nil, w.cut(magicSize, int64(len(b)), "a magic number", err)
			}
		}
		return nil, notCapture(b)
	}
	if f, ok := pcapMagic(b); ok {
		return f, nil
	}
	if pcapngMagic(b) {
		return &pcapngFile{secrets: secrets}, nil
	}
	// No packet waits any more, so there is time to see what it is.
	b, _ = w.peek(textSize)
	return nil, notCapture(b)
}

// magics start every kind of capture file, for files that end inside them.
var magics = [...]string{
	"\xA1\xB2\xC3\xD4", "\xD4\xC3\xB2\xA1", "\xA1\xB2\x3C\x4D", "\x4D\x3C\xB2\xA1",
	"\xA1\xB2\xCD\x34", "\x34\xCD\xB2\xA1", "\x0A\x0D\x0D\x0A",
}

// others are files that people give to a tool like this one, and how to make
// captures of them.
var others = [...]struct{ magic, name, hint string }{
	{"\xFD7zXZ\x00", "xz-compressed data", `unpack it: xz -dc FILE | wsight print -`},
	{"BZh", "bzip2-compressed data", `unpack it: bzip2 -dc FILE | wsight print -`},
	{"\x04\x22\x4D\x18", "lz4-compressed data", `unpack it: lz4 -dc FILE | wsight print -`},
	{"PK\x03\x04", "a zip archive", `unpack it: unzip -p FILE | wsight print -`},
	{"7z\xBC\xAF\x27\x1C", "a 7z archive", `unpack it: 7z x -so FILE | wsight print -`},
	{"\x1F\x9D", "compress(1) data", `unpack it: uncompress -c FILE | wsight print -`},
	{"\x1F\x8B", "gzip-compressed data inside compressed data", `unpack it once: gzip -dc FILE | wsight print -`},
	{"\x28\xB5\x2F\xFD", "zstd-compressed data inside compressed data", `unpack it once: wsight reads what is packed once`},
	{"snoop\x00\x00\x00", "a snoop capture", `convert it: editcap FILE NEW.pcapng`},
	{"GMBU", "a Network Monitor capture", `convert it: editcap FILE NEW.pcapng`},
	{"RTSS", "a Network Monitor capture", `convert it: editcap FILE NEW.pcapng`},
	{"TRSNIFF data", "a Sniffer capture", `convert it: editcap FILE NEW.pcapng`},
	{"\x7FELF", "a program", "give it a capture: tcpdump -w FILE.pcap"},
}

// A tar archive begins with the name of its first file; what tells it comes
// later (POSIX ustar, and the older form of GNU).
const (
	tarMagic   = "ustar"
	tarMagicAt = 257
)

// notCapture says what b, the start of some file, is instead of a capture.
func notCapture(b []byte) error {
	e := &Error{
		Expected: "a pcap or pcapng capture, plain or packed with gzip or zstd",
		Err:      ErrNotCapture,
		Hint:     "to make one: tcpdump -w FILE.pcap",
	}
	for _, o := range others {
		if bytes.HasPrefix(b, []byte(o.magic)) {
			e.Found, e.Hint = o.name, o.hint
			return e
		}
	}
	if len(b) >= tarMagicAt+len(tarMagic) && string(b[tarMagicAt:tarMagicAt+len(tarMagic)]) == tarMagic {
		e.Found, e.Hint = "a tar archive", "unpack it: tar -xf FILE"
		return e
	}
	if isText(b) {
		e.Found = "text"
		e.Hint = "if tcpdump printed it, have it write packets instead: tcpdump -w FILE.pcap"
		return e
	}
	e.Found = fmt.Sprintf("something that starts with % x", b[:min(len(b), 8)])
	return e
}

// isText reports whether a person could read b.
func isText(b []byte) bool {
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		cut := len(b)-i < utf8.UTFMax && !utf8.FullRune(b[i:])
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == utf8.RuneError && size == 1 && !cut {
			return false
		}
		i += size
	}
	return true
}
