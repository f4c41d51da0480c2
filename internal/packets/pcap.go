package packets

import (
	"encoding/binary"
	"io"
	"time"
)

// A Pcap writes a capture in the classic format: little endian, microseconds,
// LINKTYPE_ETHERNET.
type Pcap struct {
	w       io.Writer
	header  [16]byte
	Written int64 // bytes so far
}

// NewPcap writes the file header to w. Errors of w are those of its last
// Write; a bufio.Writer keeps them for its Flush.
func NewPcap(w io.Writer) *Pcap {
	le := binary.LittleEndian
	header := le.AppendUint32(nil, 0xa1b2c3d4)
	header = le.AppendUint16(header, 2)
	header = le.AppendUint16(header, 4)
	header = append(header, make([]byte, 8)...)
	header = le.AppendUint32(header, 262144) // snaplen
	header = le.AppendUint32(header, 1)      // LINKTYPE_ETHERNET
	w.Write(header)
	return &Pcap{w: w, Written: int64(len(header))}
}

// Write writes one packet, captured at t.
func (p *Pcap) Write(t time.Time, data []byte) {
	p.WriteAt(t.UnixMicro(), data)
}

// WriteAt writes one packet, captured so many microseconds after 1970.
func (p *Pcap) WriteAt(micros int64, data []byte) {
	le := binary.LittleEndian
	le.PutUint32(p.header[0:], uint32(micros/1e6))
	le.PutUint32(p.header[4:], uint32(micros%1e6))
	le.PutUint32(p.header[8:], uint32(len(data)))
	le.PutUint32(p.header[12:], uint32(len(data)))
	p.w.Write(p.header[:])
	p.w.Write(data)
	p.Written += int64(len(p.header) + len(data))
}
