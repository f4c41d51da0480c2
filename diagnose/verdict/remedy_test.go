package verdict

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"wsight/dissect"
	"wsight/finding"
)

var placeholder = regexp.MustCompile(`\{(path|upstream|field|quiet|host|Who|who|status|target|far|close)\}`)

// TestTable holds the table of remedies to its form.
func TestTable(t *testing.T) {
	seen := map[topic]bool{}
	for _, e := range slices.Concat(remedyTable, generic) {
		seen[e.topic] = true
		if e.Say == "" || (e.Lines == "") != (e.Where == "") {
			t.Errorf("topic %d of %q: say %q, where %q, lines %q", e.topic, e.Product, e.Say, e.Where, e.Lines)
		}
		if !strings.HasSuffix(e.Say, ".") || strings.HasSuffix(e.Where, ".") || strings.HasSuffix(e.Where, ":") {
			t.Errorf("topic %d of %q: %q and %q", e.topic, e.Product, e.Say, e.Where)
		}
	}
	for code, topic := range topics {
		if _, ok := anyProxy(topic); !ok && topic != requestSize {
			t.Errorf("%s: nothing is said for a proxy that nobody knows", code)
		}
		if !seen[topic] {
			t.Errorf("%s: topic %d has no remedy", code, topic)
		}
	}
	for topic, names := range usual {
		for _, name := range names {
			if len(remediesOf(topic, name)) == 0 {
				t.Errorf("topic %d: nothing for %s, which it offers", topic, name)
			}
		}
	}
}

// TestRemedies says for each product which line has to be in the fix.
func TestRemedies(t *testing.T) {
	idle := has(down, finding.EndIdleTimeout).ended(down, 1, 60e9)
	stripped := has(up, finding.HandshakeUpgradeStripped)
	for _, tt := range []struct {
		name        string
		parts       []part
		product     string
		want, avoid []string
	}{
		{"nginx by its answer", []part{plainFrom("Server: nginx/1.22.1").refusedBy(426), stripped}, "nginx", []string{
			"map $http_upgrade $connection_upgrade {", "proxy_set_header Upgrade $http_upgrade;", "proxy_set_header Connection $connection_upgrade;",
			"proxy_http_version 1.1;", "location /chat {", "proxy_pass http://192.0.2.21:80;", "nginx -s reload",
		}, []string{"If the proxy is", "ProxyPass"}},
		{"Apache", []part{plainFrom("Server: Apache/2.4.57").refusedBy(400), stripped}, "Apache", []string{"ProxyPass /chat http://192.0.2.21:80/chat upgrade=websocket"}, []string{"If the proxy is"}},
		{"Squid", []part{plainFrom("Via: 1.1 host (squid/5.7)").refusedBy(426), stripped}, "Squid", []string{"http_upgrade_request_protocols websocket allow all"}, nil},
		{"Varnish", []part{{}, has(up, finding.HandshakeUpgradeStripped).asked("X-Varnish: 2", "Sec-WebSocket-Key: x")}, "Varnish", []string{"return (pipe);", "set bereq.http.upgrade = req.http.upgrade;"}, nil},
		{"Envoy", []part{plainFrom("server: envoy").refusedBy(400), stripped}, "Envoy", []string{"upgrade_type: websocket"}, nil},
		{"the server's leg alone", []part{has(up, finding.HandshakeUpgradeStripped)}, "", []string{"proxy_pass http://192.0.2.20:80;"}, nil},
		{"nobody knows", []part{{}, stripped}, "", []string{"hop-by-hop", "If the proxy is nginx", "If the proxy is Apache"}, nil},
		{"HAProxy by its habits", []part{plainFrom("server: x").refusedBy(426), has(up, finding.HandshakeConnectionWrong).asked("host: x", "upgrade: websocket", "connection: keep-alive")}, "HAProxy", []string{"hop-by-hop", "If the proxy is HAProxy", "http-request set-header Connection keep-alive"}, []string{"If the proxy is nginx"}},
		{"nginx's timer", []part{plainFrom("Upgrade: websocket", "Connection: upgrade", "Server: nginx").with(idle), plainFrom().with(has(up, finding.EndIdleTimeout).ended(up, 1, 0))}, "nginx", []string{"proxy_read_timeout 1h;", "60.0 s"}, nil},
		{"a timer", []part{idle}, "", []string{"proxy_read_timeout 1h;", "timeout tunnel 1h", "idle_timeout.timeout_seconds", "If the proxy is"}, nil},
		{"502 of nginx", []part{has(down, finding.HandshakeUpstreamDown).refused(502, "Server: nginx")}, "", []string{"proxy_pass http://SERVER:PORT;"}, nil},
		{"a server", []part{has(down, finding.HandshakeAcceptMissing)}, "", []string{"Clients must fail"}, []string{"If the proxy is"}},
	} {
		s := newScene()
		s.socket(tt.parts...)
		d := s.diagnoses()[0]
		fix := d.Fix()
		if d.Product != tt.product {
			t.Errorf("%s: product %q, want %q", tt.name, d.Product, tt.product)
		}
		for _, w := range tt.want {
			if !strings.Contains(fix, w) {
				t.Errorf("%s: %q is not in the fix:\n%s", tt.name, w, fix)
			}
		}
		for _, w := range tt.avoid {
			if strings.Contains(fix, w) {
				t.Errorf("%s: %q is in the fix:\n%s", tt.name, w, fix)
			}
		}
		if p := placeholder.FindString(fix + d.Headline); p != "" {
			t.Errorf("%s: %s was not filled", tt.name, p)
		}
	}
}

func plainFrom(answer ...string) part { return part{response: answer} }

func (p part) refusedBy(status int) part { p.status = status; return p }

func (p part) with(other part) part {
	other.response = p.response
	return other
}

// TestConfigPath holds that what a client asked for is never offered as
// configuration when it could be more than a path.
func TestConfigPath(t *testing.T) {
	for path, want := range map[string]string{
		"/chat":                        "/chat",
		"/a/b-c_d.e":                   "/a/b-c_d.e",
		"":                             "/PATH",
		"chat":                         "/PATH",
		"/a b":                         "/PATH",
		"/{}; load_module evil;":       "/PATH",
		"/a\nreturn 301":               "/PATH",
		"/$host":                       "/PATH",
		"/" + strings.Repeat("a", 200): "/PATH",
		"/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln": "/***",
	} {
		if got := configPath(path); got != want {
			t.Errorf("configPath(%q) = %q; want %q", path, got, want)
		}
	}
}

// TestHeadlines holds that every headline is filled, whoever is to blame.
func TestHeadlines(t *testing.T) {
	for _, r := range rules {
		for _, culprit := range []Culprit{Client, Proxy, Server, Unknown, Network} {
			for _, sure := range []Certainty{Guess, Certain} {
				s := &socket{legs: []*leg{{conv: &dissect.Conversation{}}}}
				c := charge{&dissect.Finding{Report: finding.Report{Code: r.code}}, 0}
				b := blame{culprit: culprit, certainty: sure}
				text := s.headline(c, b, who(b, "nginx", true))
				if placeholder.MatchString(text) || text == "" || strings.HasSuffix(text, ".") {
					t.Errorf("%s by %v: %q", r.code, culprit, text)
				}
			}
		}
	}
}
