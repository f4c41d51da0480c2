package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// alsoToBlame are the parties beside the one that the truth names whose change
// mends a fault as well.
var alsoToBlame = map[string]string{
	"upstream-down": "server", "unauthorized": "client server", "origin-rejected": "client server proxy",
	"wrong-path": "client server proxy", "request-too-large": "client", "header-too-large": "client",
	"rate-limited": "client", "redirect": "client server", "upstream-hangs": "proxy server", "frame-too-big": "client",
}

// TestOneLeg gives doctor every leg of the captures of the lab alone, as if
// nothing else had been captured, and holds that it is never sure of the wrong
// party.
func TestOneLeg(t *testing.T) {
	corpus := os.Getenv("WSIGHT_CORPUS")
	if corpus == "" {
		t.Skip("needs WSIGHT_CORPUS, the folder of the corpus")
	}
	truths, _ := filepath.Glob(filepath.Join(corpus, "lab", "c-*.truth.json"))
	if len(truths) == 0 {
		t.Fatal("no captures of the lab")
	}
	judged := map[string]int{}
	for _, name := range truths {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var truth struct {
			Name    string
			Capture struct{ File, Keylog string }
			Fault   struct{ ID, Where string }
		}
		if err := json.Unmarshal(text, &truth); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(truth.Name, "nokeys") {
			continue
		}
		args := []string{filepath.Join(filepath.Dir(name), truth.Capture.File)}
		if truth.Capture.Keylog != "" {
			args = append(args, "--keylog", filepath.Join(filepath.Dir(name), truth.Capture.Keylog))
		}
		guilty := append(strings.Split(truth.Fault.Where, "+"), strings.Fields(alsoToBlame[truth.Fault.ID])...)
		for _, leg := range legsOf(t, args) {
			for _, d := range jsonLines(t, append([]string{"doctor", "--json", "-f", leg}, args...)) {
				if d.Event != "diagnosis" || d.Code == nil || d.Culprit == "capture" || d.Culprit == "unknown" {
					continue
				}
				right := slices.Contains(guilty, d.Culprit)
				judged[fmt.Sprintf("%v %s", right, d.Certainty)]++
				if !right && d.Certainty != "guess" {
					t.Errorf("%s, %s: %v by the %s (%s); want one of %v", truth.Name, leg, d.Code, d.Culprit, d.Certainty, guilty)
				}
			}
		}
	}
	t.Log(judged)
	if judged["true likely"] == 0 {
		t.Error("nothing was right and more than a guess")
	}
}

// legsOf returns a capture filter for each pair of hosts and port that
// WebSockets connect.
func legsOf(t *testing.T, args []string) []string {
	var legs []string
	for _, l := range jsonLines(t, append([]string{"print", "--json", "--payload", "none"}, args...)) {
		if l.Event != "connection" {
			continue
		}
		client, _, _ := net.SplitHostPort(l.Client)
		server, port, _ := net.SplitHostPort(l.Server)
		if leg := fmt.Sprintf("tcp and host %s and host %s and port %s", client, server, port); !slices.Contains(legs, leg) {
			legs = append(legs, leg)
		}
	}
	return legs
}

// A jsonLine is what the test reads of a line.
type jsonLine struct {
	Event, Client, Server, Culprit, Certainty string
	Code                                      any
}

func jsonLines(t *testing.T, args []string) []jsonLine {
	t.Helper()
	var out bytes.Buffer
	cmd := newRoot()
	cmd.SetOut(&out)
	cmd.SetErr(&bytes.Buffer{})
	cmd.SetArgs(args)
	_ = cmd.ExecuteContext(t.Context()) // what doctor found is its error
	var list []jsonLine
	for text := range strings.Lines(out.String()) {
		var l jsonLine
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		list = append(list, l)
	}
	return list
}
