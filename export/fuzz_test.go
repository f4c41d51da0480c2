package export

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"
	"unicode"

	"wsight/capture"
	"wsight/dissect"
	"wsight/internal/packets"
	"wsight/internal/steering"
	"wsight/reassembly"
	"wsight/session"
)

// FuzzWriters: whatever the ends say, each format keeps its form and hands
// nothing on that steers a terminal or is a formula, and HAR holds the payloads
// of all messages.
func FuzzWriters(f *testing.F) {
	const asks = "GET /?token=1 HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	const answers = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
	f.Add([]byte(asks+"\r\n"), []byte(answers+"\r\n"), byte(0x81), []byte(`=cmd|"/c calc"!A1`))
	f.Add([]byte(asks+"Cookie: a=b; c\"=\x1b]0;x\a\r\n\r\n"), []byte(answers+"Sec-WebSocket-Protocol: \xff,\u202e\r\n\r\n"), byte(0x82), []byte("\x00\xff"))
	f.Add([]byte(asks+"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"), []byte(answers+"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"), byte(0xc1), []byte("\xf2\x48\xcd\xc9\xc9\x07\x00"))
	f.Add([]byte(asks+"\r\n"), []byte("HTTP/1.1 502 Bad \x9bGateway\r\nServer: -2+3\r\nContent-Length: 3\r\n\r\n| |"), byte(0x88), []byte("\x03\xe8\t@SUM(1)"))
	f.Add([]byte(asks+"\r\n"), []byte(answers+"\r\n"), byte(0x01), []byte(`42["<script>",{"a":"`+"`|`"+`"}]`))
	f.Fuzz(func(t *testing.T, request, response []byte, first byte, body []byte) {
		if len(request)+len(response)+len(body) > 16<<10 {
			return
		}
		c := &packets.Capture{Now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
		conn := c.Connect("192.0.2.1:40000", "198.51.100.2:80")
		conn.Open()
		conn.Send(packets.ClientToServer, request)
		conn.Send(packets.ServerToClient, response)
		conn.Send(packets.ServerToClient, conn.Frame(packets.ServerToClient, first, body))
		conn.Send(packets.ClientToServer, conn.Frame(packets.ClientToServer, first, body))
		conn.Goodbye(packets.ClientToServer, 1000, string(body[:min(len(body), 100)]))

		var har, table, ladder, diagram, stats bytes.Buffer
		writers := []Writer{NewHAR(&har, HAROptions{Hash: true, Decode: true}), NewCSV(&table, CSVOptions{Frames: true, Hash: true, Inputs: 1, Decoded: true}), NewLadder(&ladder), NewMermaid(&diagram), NewStats(&stats, StatsOptions{})}
		var want []string
		options := session.Options{Dissect: dissect.Options{MaxPayload: dissect.DefaultPayload, Hash: true}, Inputs: 1, Decode: session.Decoding{Rules: []session.DecodeRule{{}}}}
		sum, err := session.Run(context.Background(), capture.NewReader(bytes.NewReader(c.Pcap()), "fuzz.pcap", capture.Options{}), options, func(e dissect.Event) {
			if m, ok := e.(*dissect.Message); ok && m.Undecoded == "" && m.Type != dissect.Close {
				want = append(want, string(m.Payload))
			}
			for _, w := range writers {
				w.Event(e)
			}
		})
		for _, w := range writers {
			err = errors.Join(err, w.Close(sum))
		}
		if err != nil {
			t.Fatal(err)
		}
		got := archived(t, har.Bytes())
		if strings.Join(got, "\x00|") != strings.Join(want, "\x00|") {
			t.Errorf("HAR holds %q; want %q", got, want)
		}
		tabulated(t, table.Bytes())
		for name, text := range map[string][]byte{"HAR": har.Bytes(), "CSV": table.Bytes(), "the ladder": ladder.Bytes(), "the diagram": diagram.Bytes(), "stats": stats.Bytes()} {
			if why := steering.Find(text, "\r\n"); why != "" {
				t.Errorf("%s holds %s", name, why)
			}
		}
	})
}

// archived returns the payloads of the messages in an archive, but for those of
// Close and those that were not decoded.
func archived(t *testing.T, text []byte) (payloads []string) {
	var archive struct {
		Log struct {
			Entries []struct {
				Messages []struct {
					Opcode    int
					Data      string
					Undecoded string `json:"_undecoded"`
					Base64    bool   `json:"_base64"`
				} `json:"_webSocketMessages"`
			}
		}
	}
	if err := json.Unmarshal(text, &archive); err != nil {
		t.Fatalf("HAR: %v\n%s", err, text)
	}
	for _, e := range archive.Log.Entries {
		for _, m := range e.Messages {
			if m.Opcode == 8 || m.Undecoded != "" {
				continue
			}
			if m.Opcode == 2 || m.Base64 {
				data, err := base64.StdEncoding.DecodeString(m.Data)
				if err != nil {
					t.Errorf("HAR: %v", err)
				}
				m.Data = string(data)
			}
			payloads = append(payloads, m.Data)
		}
	}
	return payloads
}

// tabulated checks that a table has rows of one length, without formulas.
func tabulated(t *testing.T, text []byte) {
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatalf("CSV: %v\n%s", err, text)
	}
	for _, row := range rows {
		for _, cell := range row {
			if begin := strings.TrimLeftFunc(cell, unicode.IsSpace); begin != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(begin)[0]) {
				t.Errorf("CSV: the cell %q is a formula", cell)
			}
		}
	}
}

// FuzzPCAPNG: the packets that were read are those of the file that is written,
// which reads without a complaint, whatever they and their comments hold.
func FuzzPCAPNG(f *testing.F) {
	for _, name := range []string{"haproxy-two-interfaces.pcapng", "origin-403.pcap", "server-masks.pcap"} {
		file, err := os.ReadFile("../pcaps/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		read := func(in io.Reader) *capture.Reader {
			return capture.NewReader(in, "fuzz", capture.Options{MaxBlock: 1 << 20})
		}
		picker := NewPCAPNG([][]int{{0}})
		picker.All()
		picker.Keep(4 << 10) // so that room ends, too
		options := session.Options{Inputs: 1, Fragments: func(tcp int64, parts []reassembly.Part) {
			for _, part := range parts {
				picker.Part(part.File, part.Packet, tcp)
			}
		}}
		_, _ = session.Run(context.Background(), read(bytes.NewReader(file)), options, picker.Event) // up to where it breaks

		var out bytes.Buffer
		writer, err := picker.Begin(&out, "test", nil)
		if err != nil {
			t.Fatal(err)
		}
		var want []capture.Packet
		for p, err := range read(bytes.NewReader(file)).Packets(context.Background()) {
			if err != nil {
				break
			}
			if err := picker.Packet(writer, p, 1); err != nil {
				t.Fatal(err)
			}
			own := *p
			own.Data = bytes.Clone(p.Data)
			want = append(want, own)
		}
		if err := writer.Flush(); err != nil {
			t.Fatal(err)
		}
		n := 0
		for p, err := range read(&out).Packets(context.Background()) {
			if err != nil {
				t.Fatalf("after %d packets: %v", n, err)
			}
			if n >= len(want) {
				t.Fatalf("more than %d packets", n)
			}
			w := want[n]
			if n++; !bytes.Equal(p.Data, w.Data) || p.Link != w.Link || p.Length != max(w.Length, len(w.Data)) || p.Direction != w.Direction || len(p.Comments) < len(w.Comments) {
				t.Fatalf("packet %d is %+v; want %+v", n, p, w)
			}
			if s := w.Time.Unix(); s >= 0 && s < 18446744073 && !p.Time.Equal(w.Time) {
				t.Fatalf("packet %d is of %v; want %v", n, p.Time, w.Time)
			}
		}
		if n != len(want) {
			t.Fatalf("%d packets; want %d", n, len(want))
		}
	})
}
