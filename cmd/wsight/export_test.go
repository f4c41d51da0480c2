package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// runs returns what the program writes to standard output.
func runs(t *testing.T, args ...string) []byte {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(context.Background(), args, strings.NewReader(""), &out, &errs); code != exitDone {
		t.Fatalf("wsight %v: exit status %d\n%s", args, code, errs.String())
	}
	return out.Bytes()
}

// A said is a message as far as every format tells it.
type said struct{ Conn, Dir, Type, SHA256 string }

// printed returns the messages of print --json --hash. Those that were not
// seen or decoded whole have no hash.
func printed(t *testing.T, lines []byte) []said {
	t.Helper()
	var list []said
	for line := range bytes.Lines(lines) {
		var m struct {
			Event, Dir, Type string
			Conn             int
			SHA256           *string
		}
		if err := json.Unmarshal(line, &m); err != nil {
			t.Fatal(err)
		}
		if m.Event == "message" && m.SHA256 != nil {
			list = append(list, said{fmt.Sprint(m.Conn), m.Dir, m.Type, *m.SHA256})
		}
	}
	return list
}

func sum(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}

// samples are captures without anything that is missing; every message of
// them can be read back.
var samples = []string{"chat-json.pcap", "chat-deflate.pcap", "fragments-ipv6.pcap", "graphql.pcap", "mqtt.pcap.gz", "haproxy-two-interfaces.pcapng", "nginx-idle-60s.pcap", "reload-kills-30.pcap", "invalid-utf8.pcap"}

// What was exported says the same as what print prints.
func TestExportRoundTrip(t *testing.T) {
	for _, sample := range samples {
		file := filepath.Join("..", "..", "pcaps", sample)
		want := printed(t, runs(t, "print", "--json", "--hash", file))
		if len(want) == 0 {
			t.Fatalf("%s: no messages", sample)
		}
		for format, read := range map[string]func(*testing.T, string) []said{
			"jsonl": readJSONL, "csv": readCSV, "har": readHAR, "pcapng": readPCAPNG,
		} {
			out := filepath.Join(t.TempDir(), "out."+format)
			args := []string{"export", "--format", format, "-o", out, "--hash", "--show-secrets", file}
			runs(t, args...)
			got := read(t, out)
			if format == "har" { // the entries come in the order in which connections ended
				if diff := cmp.Diff(byConn(want), byConn(got)); diff != "" {
					t.Errorf("%s as %s:\n%s", sample, format, diff)
				}
				continue
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s as %s:\n%s", sample, format, diff)
			}
		}
	}
}

func byConn(list []said) map[string][]said {
	conns := map[string][]said{}
	for _, m := range list {
		conns[m.Conn] = append(conns[m.Conn], m)
	}
	return conns
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func readJSONL(t *testing.T, name string) []said { return printed(t, readFile(t, name)) }

func readPCAPNG(t *testing.T, name string) []said {
	return printed(t, runs(t, "print", "--json", "--hash", name))
}

func readCSV(t *testing.T, name string) []said {
	rows, err := csv.NewReader(bytes.NewReader(readFile(t, name))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, column := range rows[0] {
		at[column] = i
	}
	var list []said
	for _, row := range rows[1:] {
		cell := func(column string) string { return row[at[column]] }
		if cell("event") != "message" {
			continue
		}
		payload := []byte(cell("text"))
		if b := cell("base64"); b != "" {
			if payload, err = base64.StdEncoding.DecodeString(strings.TrimPrefix(b, "'")); err != nil {
				t.Fatal(err)
			}
		}
		if got := sum(payload); got != cell("sha256") {
			t.Errorf("csv: the payload %q hashes to %s, the cell says %s", payload, got, cell("sha256"))
		}
		list = append(list, said{cell("conn"), cell("dir"), cell("type"), cell("sha256")})
	}
	return list
}

// A harFile is what HAR 1.2 demands of an archive, and what Chrome adds.
type harFile struct {
	Log struct {
		Version string
		Creator struct{ Name, Version *string }
		Entries []struct {
			StartedDateTime *string
			Time            *float64
			Request         *struct {
				Method, URL, HTTPVersion      *string
				Cookies, Headers, QueryString []struct{ Name, Value *string }
				HeadersSize, BodySize         *int
			}
			Response *struct {
				Status                               *int
				StatusText, HTTPVersion, RedirectURL *string
				Cookies, Headers                     []struct{ Name, Value *string }
				Content                              *struct {
					Size     *int
					MimeType *string
				}
				HeadersSize, BodySize *int
			}
			Cache           *struct{}
			Timings         *struct{ Send, Wait, Receive *float64 }
			ResourceType    string `json:"_resourceType"`
			Conn            int    `json:"_conn"`
			ServerIPAddress string
			Connection      string
			Messages        []struct {
				Type   string
				Time   float64
				Opcode int
				Data   *string
				Base64 bool   `json:"_base64"`
				Code   int    `json:"_code"`
				SHA256 string `json:"_sha256"`
			} `json:"_webSocketMessages"`
		}
	}
}

func readHAR(t *testing.T, name string) []said {
	var archive harFile
	if err := json.Unmarshal(readFile(t, name), &archive); err != nil {
		t.Fatal(err)
	}
	if archive.Log.Version != "1.2" || archive.Log.Creator.Name == nil || archive.Log.Creator.Version == nil {
		t.Errorf("har: version %q, creator %v", archive.Log.Version, archive.Log.Creator)
	}
	types := map[int]string{1: "text", 2: "binary", 8: "close", 9: "ping", 10: "pong"}
	dirs := map[string]string{"send": "c2s", "receive": "s2c"}
	var list []said
	for _, e := range archive.Log.Entries {
		q, r := e.Request, e.Response
		if e.StartedDateTime == nil || e.Time == nil || q == nil || r == nil || e.Cache == nil || e.Timings == nil ||
			e.Timings.Send == nil || e.Timings.Wait == nil || e.Timings.Receive == nil || e.ResourceType != "websocket" {
			t.Fatalf("har: an entry lacks what the format demands: %+v", e)
		}
		if q.Method == nil || !strings.HasPrefix(*q.URL, "ws") || q.HTTPVersion == nil || q.Cookies == nil || q.Headers == nil || q.QueryString == nil ||
			q.HeadersSize == nil || q.BodySize == nil {
			t.Errorf("har: a request lacks what the format demands: %+v", q)
		}
		if r.Status == nil || r.StatusText == nil || r.HTTPVersion == nil || r.RedirectURL == nil || r.Cookies == nil || r.Headers == nil ||
			r.Content == nil || r.Content.Size == nil || r.Content.MimeType == nil || r.HeadersSize == nil || r.BodySize == nil {
			t.Errorf("har: a response lacks what the format demands: %+v", r)
		}
		for _, m := range e.Messages {
			data := []byte(*m.Data)
			if m.Opcode == 2 || m.Base64 {
				var err error
				if data, err = base64.StdEncoding.DecodeString(*m.Data); err != nil {
					t.Fatal(err)
				}
			}
			if m.Opcode == 8 && m.Code > 0 { // the payload of a Close begins with its code
				data = append([]byte{byte(m.Code >> 8), byte(m.Code)}, data...)
			}
			if got := sum(data); got != m.SHA256 {
				t.Errorf("har: the data %q hashes to %s, the archive says %s", data, got, m.SHA256)
			}
			list = append(list, said{fmt.Sprint(e.Conn), dirs[m.Type], types[m.Opcode], m.SHA256})
		}
	}
	return list
}

func TestExportRaw(t *testing.T) {
	file := filepath.Join("..", "..", "pcaps", "chat-deflate.pcap")
	var want []byte
	for line := range bytes.Lines(runs(t, "print", "--json", file)) {
		var m struct{ Event, Dir, Type, Text string }
		if err := json.Unmarshal(line, &m); err != nil {
			t.Fatal(err)
		}
		if m.Event == "message" && m.Dir == "s2c" && m.Type == "text" {
			want = append(want, m.Text...)
		}
	}
	out := filepath.Join(t.TempDir(), "raw")
	runs(t, "export", "--format", "raw", "--where", "conn:1 dir:s2c", "-o", out, file)
	if got := readFile(t, out); len(want) == 0 || !bytes.Equal(got, want) {
		t.Errorf("raw = %q; want %q", got, want)
	}
}
