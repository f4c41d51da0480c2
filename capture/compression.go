package capture

import (
	"bufio"
	"bytes"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// maxZstdWindow is what the zstd command itself takes without being asked for
// more. It is also the memory that a hostile file can claim.
const maxZstdWindow = 128 << 20

// compression returns the name of what an input that starts with head is
// packed with, "" for nothing.
func compression(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte{0x1F, 0x8B}):
		return "gzip"
	case len(head) < magicSize:
		return ""
	case bytes.HasPrefix(head, []byte{0x28, 0xB5, 0x2F, 0xFD}):
		return "zstd"
	case head[0]&0xF0 == 0x50 && bytes.HasPrefix(head[1:], []byte{0x2A, 0x4D, 0x18}):
		return "zstd" // a skippable frame, with which pzstd starts
	}
	return ""
}

// decompressor returns what is packed in input with the named compression.
func decompressor(name string, input io.Reader) io.Reader {
	if name == "gzip" {
		return &gzipMembers{input: bufio.NewReaderSize(input, 64<<10)}
	}
	return &zstdFrames{input: input}
}

// gzipMembers reads gzip members one after the other. A gzip.Reader could do
// so itself, but would wait for the next member before it gives the last
// bytes of this one.
type gzipMembers struct {
	input  *bufio.Reader
	member *gzip.Reader
	within bool
}

func (g *gzipMembers) Read(p []byte) (int, error) {
	for {
		if !g.within {
			if err := g.open(); err != nil {
				return 0, err
			}
		}
		n, err := g.member.Read(p)
		if err == io.EOF {
			g.within, err = false, nil
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

func (g *gzipMembers) open() error {
	if _, err := g.input.Peek(1); err != nil {
		return err
	}
	if g.member == nil {
		g.member = new(gzip.Reader)
	}
	if err := g.member.Reset(g.input); err != nil {
		return err
	}
	g.member.Multistream(false)
	g.within = true
	return nil
}

// zstdFrames reads zstd frames. Its decoder is made at the first read, since
// it reads from its input when it is made.
type zstdFrames struct {
	input   io.Reader
	decoder *zstd.Decoder
}

func (z *zstdFrames) Read(p []byte) (int, error) {
	if z.decoder == nil {
		var err error
		z.decoder, err = zstd.NewReader(z.input,
			zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxZstdWindow))
		if err != nil {
			return 0, err
		}
	}
	return z.decoder.Read(p)
}

func (z *zstdFrames) Close() error {
	if z.decoder != nil {
		z.decoder.Close()
	}
	return nil
}
