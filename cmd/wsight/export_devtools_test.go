package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/google/go-cmp/cmp"
)

// imported is run in DevTools, with the archive in place of %s: it gives the
// file to what its network panel imports archives with, and returns what the
// panel would show.
const imported = `(async () => {
  const HAR = await import("devtools://devtools/bundled/models/har/har.js");
  const log = new HAR.HARFormat.HARRoot(JSON.parse(%s)).log;
  return JSON.stringify(HAR.Importer.Importer.requestsFromHARLog(log).map(r => ({
    kind: r.resourceType().name(), url: r.url(), status: r.statusCode,
    frames: r.frames().map(f => ({dir: f.type, opcode: f.opCode, data: f.text})),
  })));
})()`

// Chromium's DevTools open an archive, and have every message of it.
func TestExportInDevTools(t *testing.T) {
	if os.Getenv("WSIGHT_E2E") != "all" {
		t.Skip("starts chromium: WSIGHT_E2E=all runs it")
	}
	program(t, "chromium")
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	page := openDevTools(ctx, t)
	for _, sample := range samples {
		if sample == "invalid-utf8.pcap" {
			continue // a text that is none cannot be written as Chromium does: see _base64
		}
		file := filepath.Join("..", "..", "pcaps", sample)
		archive, err := json.Marshal(string(runs(t, "export", "--format", "har", "--show-secrets", file)))
		if err != nil {
			t.Fatal(err)
		}
		var requests []struct {
			Kind, URL string
			Status    int
			Frames    []struct {
				Dir    string
				Opcode int
				Data   string
			}
		}
		if err := json.Unmarshal([]byte(page.evaluate(fmt.Sprintf(imported, archive))), &requests); err != nil {
			t.Fatal(err)
		}
		types := map[int]string{1: "text", 2: "binary"}
		dirs := map[string]string{"send": "c2s", "receive": "s2c"}
		got := map[string]int{}
		for _, r := range requests {
			if r.Kind != "websocket" || !strings.HasPrefix(r.URL, "ws") || r.Status != 101 {
				t.Errorf("%s: DevTools show %s %s with status %d", sample, r.Kind, r.URL, r.Status)
			}
			for _, f := range r.Frames {
				data := []byte(f.Data)
				if f.Opcode == 2 {
					if data, err = base64.StdEncoding.DecodeString(f.Data); err != nil {
						t.Fatal(err)
					}
				}
				if types[f.Opcode] != "" {
					got[dirs[f.Dir]+" "+types[f.Opcode]+" "+sum(data)]++
				}
			}
		}
		want := map[string]int{}
		for _, m := range printed(t, runs(t, "print", "--json", "--hash", file)) {
			if m.Type == "text" || m.Type == "binary" {
				want[m.Dir+" "+m.Type+" "+m.SHA256]++
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
			t.Errorf("%s in DevTools:\n%s", sample, diff)
		}
	}
}

// devTools is a page of DevTools, spoken to in their own protocol.
type devTools struct {
	t       *testing.T
	ctx     context.Context
	conn    *websocket.Conn
	session string
	calls   int
}

func openDevTools(ctx context.Context, t *testing.T) *devTools {
	t.Helper()
	cmd := exec.CommandContext(ctx, "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", "--user-data-dir="+t.TempDir(), "about:blank")
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	d := &devTools{t: t, ctx: ctx}
	lines := bufio.NewScanner(stderr)
	for d.conn == nil && lines.Scan() {
		if _, url, ok := strings.Cut(lines.Text(), "DevTools listening on "); ok {
			if d.conn, _, err = websocket.Dial(ctx, url, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	if d.conn == nil {
		t.Fatal("chromium did not begin: ", lines.Err())
	}
	go func() {
		for lines.Scan() { // so that it never waits for somebody to read
		}
	}()
	d.conn.SetReadLimit(64 << 20)
	t.Cleanup(func() {
		d.session = ""
		d.call("Browser.close", nil)
		_ = cmd.Wait()
	})
	target := d.call("Target.createTarget", map[string]any{"url": "devtools://devtools/bundled/devtools_app.html"})
	attached := d.call("Target.attachToTarget", map[string]any{"targetId": target["targetId"], "flatten": true})
	d.session, _ = attached["sessionId"].(string)
	for !strings.HasPrefix(d.evaluate("document.readyState == 'complete' ? location.href : ''"), "devtools:") {
		time.Sleep(50 * time.Millisecond)
	}
	return d
}

// call returns what DevTools answer.
func (d *devTools) call(method string, params map[string]any) map[string]any {
	d.t.Helper()
	d.calls++
	request := map[string]any{"id": d.calls, "method": method, "params": params}
	if d.session != "" {
		request["sessionId"] = d.session
	}
	ctx := d.ctx
	if ctx.Err() != nil {
		return nil
	}
	if err := wsjson.Write(ctx, d.conn, request); err != nil {
		d.t.Fatal(err)
	}
	for {
		var answer struct {
			ID     int
			Result map[string]any
			Error  any
		}
		if err := wsjson.Read(ctx, d.conn, &answer); err != nil {
			d.t.Fatal(err)
		}
		if answer.ID != d.calls {
			continue // an event
		}
		if answer.Error != nil {
			d.t.Fatalf("%s: %v", method, answer.Error)
		}
		return answer.Result
	}
}

// evaluate returns the text that an expression becomes.
func (d *devTools) evaluate(expression string) string {
	d.t.Helper()
	answer := d.call("Runtime.evaluate", map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true})
	if failed := answer["exceptionDetails"]; failed != nil {
		d.t.Fatalf("DevTools: %v", failed)
	}
	result, _ := answer["result"].(map[string]any)
	text, _ := result["value"].(string)
	return text
}
