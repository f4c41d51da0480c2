package gauntlet

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// thorough reports whether every capture and many places in it are tried.
func thorough() bool { return os.Getenv("WSIGHT_E2E") == "all" }

// places returns the numbers below n, or about as many of them as a test has
// the time for, the first and the last always among them.
func places(n, most int) []int {
	if thorough() {
		most *= 2
	}
	step := max(1, n/most)
	var at []int
	for i := 0; i < n; i += step {
		at = append(at, i)
	}
	if last := n - 1; last >= 0 && at[len(at)-1] != last {
		at = append(at, last)
	}
	return at
}

// damageable are captures that tests spoil: small ones of many kinds.
func damageable(t testing.TB) []sample {
	all := samples(t, "../../pcaps/chat-json.pcap", "../../pcaps/chat-deflate.pcap", "../../pcaps/fragments-ipv6.pcap", "../../pcaps/nginx-idle-60s.pcap",
		"../../pcaps/invalid-utf8.pcap", "../../pcaps/midstream.pcap", "testdata/probes/e1[01]*.pcap", "testdata/probes/e20*.pcap",
		"testdata/probes/g01*.pcap", "testdata/healthy/a-control-frames.pcap.gz", "testdata/healthy/a-wss-tls13-pmd.pcap.gz",
		"testdata/healthy/b-nginx-pmd.pcap.gz")
	if thorough() {
		all = append(all, samples(t, "testdata/healthy/*.pcap.gz")...)
	}
	return all
}

// A sender is one end of a TCP connection, in one stream of it.
type sender struct{ ends, from string }

// An account is what a capture holds by what is told, without the numbers
// of packets and connections, which damage may change.
type account struct {
	messages map[sender][]string // shown as complete
	partial  map[string]bool     // by ends: something is said not to be whole
	errors   map[string]bool     // ends and code
}

func (said *telling) account() account {
	a := account{map[sender][]string{}, map[string]bool{}, map[string]bool{}}
	ends := map[int]string{}
	from := map[int]map[string]string{}
	for i := range said.lines {
		l := &said.lines[i]
		switch l.Event {
		case "connection":
			pair := []string{l.Client, l.Server}
			slices.Sort(pair)
			ends[l.Conn] = fmt.Sprintf("%s %d", pair, l.Stream)
			from[l.Conn] = map[string]string{"c2s": l.Client, "s2c": l.Server}
		case "message":
			if !l.Complete || l.SHA256 == "" {
				a.partial[ends[l.Conn]] = true
				continue
			}
			who := sender{ends[l.Conn], from[l.Conn][l.Dir]}
			a.messages[who] = append(a.messages[who], l.Type+" "+l.SHA256)
		case "finding":
			code := fmt.Sprint(l.Code)
			if strings.HasPrefix(code, "capture-") || code == "tls-record-lost" {
				a.partial[ends[l.Conn]] = true
			}
			if l.Severity == "error" {
				a.errors[ends[l.Conn]+" "+code+" "+l.Dir] = true
			}
		}
	}
	return a
}

// silent reports whether not a word is said about what is missing of a
// conversation. Of a stream of HTTP/2 whose request is missing nothing is known.
func (a account) silent(ends string) bool {
	_, stream, _ := strings.Cut(ends, "] ")
	untold := !slices.ContainsFunc(slices.Collect(maps.Keys(a.messages)), func(s sender) bool { return s.ends == ends })
	return !a.partial[ends] && !(stream != "0" && untold)
}

// inOrder reports whether got is want with some left out.
func inOrder(got, want []string) bool {
	i := 0
	for _, m := range want {
		if i < len(got) && got[i] == m {
			i++
		}
	}
	return i == len(got)
}

// agrees checks what is told of a damaged capture against the whole one: no
// message is shown as complete that was not sent, in that order; and what
// cannot be shown is said to be missing.
func (a account) agrees(whole account) (faults []string) {
	faults = a.forged(whole)
	for who, want := range whole.messages {
		if got := a.messages[who]; len(got) < len(want) && a.silent(who.ends) {
			faults = append(faults, fmt.Sprintf("%v: %d of %d messages, and not a word about it", who, len(got), len(want)))
		}
	}
	slices.Sort(faults)
	return faults
}

// forged lists who is said to have sent what was not sent, or not in that order.
func (a account) forged(whole account) (faults []string) {
	for who, got := range a.messages {
		if want := whole.messages[who]; !inOrder(got, want) {
			faults = append(faults, fmt.Sprintf("%v: %d messages that were never sent, or not in that order; %d were", who, len(got), len(want)))
		}
	}
	slices.Sort(faults)
	return faults
}

// invented returns the errors that only the damage explains. When it struck a
// FIN, the other end may seem to be the one that ended the connection.
func (a account) invented(whole account, fin bool) (errors []string) {
	for e := range maps.Keys(a.errors) {
		if !whole.errors[e] && !(fin && whole.errors[turned.Replace(e)]) {
			errors = append(errors, e)
		}
	}
	slices.Sort(errors)
	return errors
}

var turned = strings.NewReplacer("c2s", "s2c", "s2c", "c2s")

func TestPacketRemoved(t *testing.T) {
	for _, s := range damageable(t) {
		t.Run(s.name, func(t *testing.T) {
			r := parse(t, s.file)
			whole := tell(t, s.file, keyed(s)).account()
			for _, i := range places(len(r.records), 30) {
				if r.isReset(i + 1) {
					continue // of what a reset answers nothing else is in the capture
				}
				a := tell(t, r.without(i).file(), keyed(s)).account()
				// A reset behind a Close that is lost is a reset.
				maps.DeleteFunc(a.errors, func(e string, _ bool) bool { return strings.Contains(e, " end-reset") })
				for _, fault := range append(a.agrees(whole), a.invented(whole, r.isFin(i))...) {
					t.Errorf("without packet %d of %d: %s", i+1, len(r.records), fault)
				}
			}
		})
	}
}

func TestPacketMoved(t *testing.T) {
	for _, s := range damageable(t) {
		t.Run(s.name, func(t *testing.T) {
			r := parse(t, s.file)
			whole := tell(t, s.file, keyed(s)).account()
			for _, by := range []int{1, 2, 5} {
				for _, i := range places(len(r.records)-by, 12) {
					if r.isReset(i+1) || by > 1 && r.isReset(i+2) {
						continue // behind a reset nothing counts
					}
					a := tell(t, r.moved(i, by).file(), keyed(s)).account()
					// A capture that shows what a proxy passes on before it
					// has come to the proxy says just that, as does one in
					// which SETTINGS come behind the request that they allow.
					maps.DeleteFunc(a.errors, func(e string, _ bool) bool {
						return strings.Contains(e, " hop-") || strings.Contains(e, " http2-connect-disabled ")
					})
					for _, fault := range append(a.agrees(whole), a.invented(whole, r.isFin(i))...) {
						t.Errorf("packet %d moved by %d: %s", i+1, by, fault)
					}
				}
			}
		})
	}
}

// A packet that was captured twice changes nothing but the numbers.
func TestPacketDoubled(t *testing.T) {
	for _, s := range damageable(t) {
		t.Run(s.name, func(t *testing.T) {
			r := parse(t, s.file)
			whole := tell(t, s.file, keyed(s))
			for _, by := range []int{0, 3} {
				for _, i := range places(len(r.records)-by, 20) {
					twice := tell(t, r.doubled(i, by).file(), keyed(s))
					want, got := whole.unnumbered(0), twice.unnumbered(i+1+by)
					if len(got) != len(want) {
						t.Errorf("packet %d doubled by %d: %d lines; want %d", i+1, by, len(got), len(want))
					}
					for k := range min(len(got), len(want)) {
						if got[k] != want[k] {
							t.Errorf("packet %d doubled by %d: line %d is\n%s\nwant\n%s", i+1, by, k+1, got[k], want[k])
							break
						}
					}
				}
			}
		})
	}
}

// A file that ends early is told like the whole one up to there.
func TestFileCut(t *testing.T) {
	for _, s := range damageable(t) {
		t.Run(s.name, func(t *testing.T) {
			whole := tell(t, s.file, keyed(s))
			account := whole.account()
			r := parse(t, s.file)
			end := len(r.head)
			for i := range r.records {
				if i > 0 && !slices.Contains(places(len(r.records), 25), i) {
					end += len(r.records[i])
					continue
				}
				cut := tell(t, s.file[:end+len(r.records[i])/2], keyed(s))
				if cut.err == nil {
					t.Errorf("cut inside packet %d: nothing is said", i+1)
				}
				cut.follows(t, fmt.Sprintf("cut inside packet %d", i+1), whole, account)
				end += len(r.records[i])
			}
		})
	}
}

// Wherever a file is cut, what is told is the beginning of what the whole
// file tells.
func TestFileCutAnywhere(t *testing.T) {
	for _, s := range samples(t, "../../pcaps/chat-json.pcap", "../../pcaps/chat-deflate.pcap") {
		whole := tell(t, s.file, keyed(s))
		account := whole.account()
		r := parse(t, s.file)
		edges := map[int]bool{len(r.head): true}
		end := len(r.head)
		for _, record := range r.records {
			end += len(record)
			edges[end] = true
		}
		for n := range s.file {
			cut := tell(t, s.file[:n], keyed(s))
			if (cut.err == nil) != edges[n] {
				t.Errorf("%s cut at byte %d: %v is said, at the end of a packet: %v", s.name, n, cut.err, edges[n])
			}
			cut.follows(t, fmt.Sprintf("%s cut at byte %d", s.name, n), whole, account)
		}
	}
}

// follows checks that said begins like whole, and ends with nothing but what
// the end explains.
func (said *telling) follows(t *testing.T, where string, whole *telling, account account) {
	t.Helper()
	same := said.marks[len(said.marks)-1] // the last is that of the end
	if n := len(said.marks) - 1; n > 0 {
		same = said.marks[n-1] // what was told before the last packet
	}
	for k := range same {
		if !bytes.Equal(said.lines[k].raw, whole.lines[k].raw) {
			t.Errorf("%s: line %d is\n%swant\n%s", where, k+1, said.lines[k].raw, whole.lines[k].raw)
			return
		}
	}
	for _, fault := range said.account().forged(account) {
		t.Errorf("%s: %s", where, fault)
	}
}
