//go:build linux

package main

import (
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"wsight/internal/traffic"
)

// pipelineConnections share the load of pipeline.
const pipelineConnections = 64

// pipeline puts 200,000 packets of 800 bytes a second on a veth pair, each
// with one text message, and lets wsight print them.
func pipeline(wsight string, length time.Duration) error {
	const size, rate = 800, 200_000
	for _, args := range [][]string{{"--payload", "none"}, nil} {
		s, err := newSender("veth0", size)
		if err != nil {
			return err
		}
		defer s.close()
		watched, err := traffic.WatchFile(wsight, append(args, "-i", "veth1", "tcp")...)
		if err != nil {
			return err
		}
		for n := range pipelineConnections {
			for _, p := range handshake(n) {
				if err := s.one(p); err != nil {
					return err
				}
			}
		}
		for _, p := range s.packets {
			message(p)
		}
		time.Sleep(50 * time.Millisecond)
		before, err := watched.CPU()
		if err != nil {
			return err
		}
		n := 0
		var next [pipelineConnections]uint32
		sent, took := s.send(rate, length, func(p []byte) {
			c := n % pipelineConnections
			n++
			binary.BigEndian.PutUint16(p[34:], uint16(40000+c))
			binary.BigEndian.PutUint32(p[38:], 1001+uint32(len(request))+next[c])
			next[c] += size - headers
		})
		time.Sleep(100 * time.Millisecond)
		after, err := watched.CPU()
		if err != nil {
			return err
		}
		totals, err := watched.Stop()
		if err != nil {
			return err
		}
		cpu := after - before
		fmt.Printf("wsight print --json %s: %.0f packets/s of %d B; %d of %d messages printed, %d dropped; %.1f %% of a core, %.0f ns a packet\n",
			strings.Join(args, " "), float64(sent)/took.Seconds(), size, totals.Lines["message"], sent, totals.Capture.Dropped,
			100*cpu.Seconds()/took.Seconds(), float64(cpu.Nanoseconds())/float64(sent))
	}
	return nil
}

const (
	headers = 14 + 20 + 20
	request = "GET /live HTTP/1.1\r\nHost: live.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
	answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"

	flagSYN, flagACK = 0x02, 0x10
)

// handshake returns the packets that open a connection, TCP and WebSocket.
func handshake(n int) [][]byte {
	port := uint16(40000 + n)
	asked := 1001 + uint32(len(request))
	return [][]byte{
		segment{from: port, to: 80, sequence: 1000, flags: flagSYN}.packet(""),
		segment{from: 80, to: port, sequence: 5000, acknowledged: 1001, flags: flagSYN | flagACK}.packet(""),
		segment{from: port, to: 80, sequence: 1001, acknowledged: 5001, flags: flagACK}.packet(request),
		segment{from: 80, to: port, sequence: 5001, acknowledged: asked, flags: flagACK}.packet(answer),
	}
}

// message makes p a segment that holds one masked text frame. Its port and
// sequence number are set when it is sent.
func message(p []byte) {
	const head = 8 // of a masked frame with a length of 16 bits
	n := len(p) - headers - head
	text := strings.Repeat("all work and no play ", n)[:n]
	frame := []byte{0x81, 0x80 | 126, byte(n >> 8), byte(n), 0, 0, 0, 0}
	copy(p, segment{to: 80, acknowledged: 5001 + uint32(len(answer)), flags: flagACK}.packet(string(frame)+text))
}

// A segment is the TCP header of a packet.
type segment struct {
	from, to               uint16
	sequence, acknowledged uint32
	flags                  byte
}

// packet returns an Ethernet frame. Nobody looks at its checksums.
func (s segment) packet(data string) []byte {
	p := make([]byte, headers, headers+len(data))
	binary.BigEndian.PutUint16(p[12:], 0x0800)
	p[14] = 0x45
	binary.BigEndian.PutUint16(p[16:], uint16(40+len(data)))
	p[22], p[23] = 64, 6
	client, server := []byte{192, 0, 2, 1}, []byte{192, 0, 2, 2}
	if s.from == 80 {
		client, server = server, client
	}
	copy(p[26:], client)
	copy(p[30:], server)
	binary.BigEndian.PutUint16(p[34:], s.from)
	binary.BigEndian.PutUint16(p[36:], s.to)
	binary.BigEndian.PutUint32(p[38:], s.sequence)
	binary.BigEndian.PutUint32(p[42:], s.acknowledged)
	p[46], p[47] = 0x50, s.flags
	binary.BigEndian.PutUint16(p[48:], 65535)
	return append(p, data...)
}
