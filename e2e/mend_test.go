//go:build unix

package e2e

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A breakage is a way to configure a proxy wrongly, and the mended
// configuration, whose lines the doctor has to advise.
type breakage struct {
	name    string
	ci      bool // fast enough for every change
	product product
	broken  parts
	mended  parts
	advised []string // lines of the fix that mended has
	visit   visit
	code    string // cause, or one of the consequences of it
	culprit string
	down    bool // nothing listens behind the broken proxy
}

const upgradeMap = "map $http_upgrade $connection_upgrade {\n default upgrade;\n '' close;\n}"

const upgradeLines = `
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_set_header Host $http_host;
`

var upgraded = parts{"http": upgradeMap, "lines": upgradeLines}

// with returns p with more lines in one place.
func (p parts) with(place, lines string) parts {
	out := parts{}
	for k, v := range p {
		out[k] = v
	}
	out[place] += "\n" + lines
	return out
}

// without returns p less one line.
func (p parts) without(line string) parts {
	out := parts{}
	for k, v := range p {
		out[k] = strings.ReplaceAll(v, line, "")
	}
	return out
}

var upgradeAdvice = []string{"proxy_http_version 1.1;", "proxy_set_header Upgrade $http_upgrade;", "proxy_set_header Connection $connection_upgrade;"}

var timers = parts{"timers": "timeout client 30s\n timeout server 30s"}

var breakages = []breakage{
	{name: "nginx as it comes", ci: true, product: nginx, broken: parts{}, mended: upgraded, advised: upgradeAdvice,
		code: "handshake-upgrade-stripped", culprit: "proxy"},
	{name: "nginx with HTTP 1.1 alone", product: nginx, broken: parts{"lines": "proxy_http_version 1.1;"}, mended: upgraded, advised: upgradeAdvice,
		code: "handshake-upgrade-stripped", culprit: "proxy"},
	{name: "nginx with keep-alive upstream", product: nginx, broken: parts{"lines": `proxy_http_version 1.1; proxy_set_header Connection "";`},
		mended: upgraded, advised: upgradeAdvice, code: "handshake-upgrade-stripped", culprit: "proxy"},
	{name: "nginx without Connection", product: nginx, broken: upgraded.without("proxy_set_header Connection $connection_upgrade;"),
		mended: upgraded, advised: upgradeAdvice[2:], code: "handshake-connection-wrong", culprit: "proxy"},
	{name: "nginx with HTTP 1.0", product: nginx, broken: upgraded.without("proxy_http_version 1.1;"),
		mended: upgraded, advised: upgradeAdvice[:1], code: "handshake-http10", culprit: "proxy"},
	{name: "nginx with the fields exchanged", product: nginx,
		broken: parts{"http": upgradeMap, "lines": "proxy_http_version 1.1; proxy_set_header Upgrade $connection_upgrade; proxy_set_header Connection $connection_upgrade;"},
		mended: upgraded, advised: upgradeAdvice[1:2], code: "handshake-upgrade-wrong", culprit: "proxy"},
	{name: "nginx changes Host", ci: true, product: nginx, broken: upgraded.without("proxy_set_header Host $http_host;"), mended: upgraded,
		advised: []string{"proxy_set_header Host $http_host;"}, visit: visit{origin: true}, code: "handshake-origin-rejected", culprit: "proxy"},
	{name: "nginx cuts after silence", product: nginx, broken: upgraded.with("lines", "proxy_read_timeout 2s;"),
		mended: upgraded.with("lines", "proxy_read_timeout 1h; proxy_send_timeout 1h;"), advised: []string{"proxy_read_timeout 1h;"},
		visit: visit{silence: 3 * time.Second}, code: "end-idle-timeout", culprit: "proxy"},
	{name: "nginx hides Accept", product: nginx, broken: upgraded.with("lines", "proxy_hide_header Sec-WebSocket-Accept;"), mended: upgraded,
		code: "handshake-accept-missing", culprit: "proxy"},
	{name: "nginx hides the subprotocol", product: nginx, broken: upgraded.with("lines", "proxy_hide_header Sec-WebSocket-Protocol;"), mended: upgraded,
		visit: visit{subprotocol: true}, code: "hop-subprotocol-stripped", culprit: "proxy"},
	{name: "nginx drops the subprotocol", product: nginx, broken: upgraded.with("lines", `proxy_set_header Sec-WebSocket-Protocol "";`), mended: upgraded,
		visit: visit{subprotocol: true}, code: "hop-subprotocol-stripped", culprit: "proxy"},
	{name: "nginx hides the extension", product: nginx, broken: upgraded.with("lines", "proxy_hide_header Sec-WebSocket-Extensions;"), mended: upgraded,
		visit: visit{deflate: true}, code: "hop-extension-stripped-response", culprit: "proxy"},
	{name: "nginx drops the key", product: nginx, broken: upgraded.with("lines", `proxy_set_header Sec-WebSocket-Key "";`), mended: upgraded,
		code: "handshake-key-missing", culprit: "proxy"},
	{name: "nginx changes the version", product: nginx, broken: upgraded.with("lines", "proxy_set_header Sec-WebSocket-Version 8;"), mended: upgraded,
		code: "handshake-version", culprit: "proxy"},
	{name: "nginx knows another path", product: nginx, broken: upgraded.with("path", "/socket"), mended: upgraded,
		code: "handshake-not-found", culprit: "proxy"},
	{name: "nginx redirects", product: nginx, broken: upgraded.with("server", "return 301 https://lab.example$request_uri;"), mended: upgraded,
		code: "handshake-redirected", culprit: "client"},
	{name: "nginx wants a password", product: nginx,
		broken: upgraded.with("server", "auth_basic lab; auth_basic_user_file /dev/null;"), mended: upgraded, code: "handshake-unauthorized", culprit: "client"},
	{name: "nginx limits requests", product: nginx,
		broken: upgraded.with("http", "limit_req_zone $host zone=lab:1m rate=1r/m; limit_req_status 429;").with("lines", "limit_req zone=lab;"),
		mended: upgraded, code: "handshake-rate-limited", culprit: "proxy"},
	{name: "nginx takes small heads", product: nginx, broken: upgraded.with("server", "large_client_header_buffers 1 1k;"), mended: upgraded,
		visit: visit{headers: http.Header{"X-Token": {strings.Repeat("token", 600)}}}, code: "handshake-header-too-large", culprit: "client"},
	{name: "nginx finds no server", ci: true, product: nginx, broken: upgraded, mended: upgraded, down: true, code: "handshake-upstream-down", culprit: "server"},
	{name: "nginx waits in vain", product: nginx, broken: upgraded.with("lines", "proxy_read_timeout 1s;"), mended: upgraded,
		visit: visit{path: "/hang"}, code: "handshake-upstream-timeout", culprit: "server"},

	{name: "HAProxy drops Upgrade", ci: true, product: haproxy, broken: timers.with("lines", "http-request del-header Upgrade"), mended: timers,
		code: "handshake-upgrade-stripped", culprit: "proxy"},
	{name: "HAProxy cuts after silence", product: haproxy, broken: timers.with("timers", "timeout tunnel 2s"),
		mended: timers.with("timers", "timeout tunnel 1h"), advised: []string{"timeout tunnel 1h"},
		visit: visit{silence: 3 * time.Second}, code: "end-idle-timeout", culprit: "proxy"},
	{name: "HAProxy drops the subprotocol", product: haproxy, broken: timers.with("lines", "http-response del-header Sec-WebSocket-Protocol"), mended: timers,
		visit: visit{subprotocol: true}, code: "hop-subprotocol-stripped", culprit: "proxy"},
	{name: "HAProxy finds no server", product: haproxy, broken: timers, mended: timers, down: true, code: "handshake-upstream-down", culprit: "server"},

	{name: "Apache as it comes", ci: true, product: apache, broken: parts{"lines": "ProxyPass / http://{{origin}}/"},
		mended: parts{"lines": "ProxyPass /ws http://{{origin}}/ws upgrade=websocket"}, advised: []string{"upgrade=websocket"},
		code: "handshake-upgrade-stripped", culprit: "proxy"},
	{name: "Apache changes Host", product: apache, broken: parts{"lines": "ProxyPass /ws http://{{origin}}/ws upgrade=websocket"},
		mended: parts{"lines": "ProxyPass /ws http://{{origin}}/ws upgrade=websocket\nProxyPreserveHost On"}, advised: []string{"ProxyPreserveHost On"},
		visit: visit{origin: true}, code: "handshake-origin-rejected", culprit: "proxy"},

	{name: "Caddy drops Upgrade", product: caddy, broken: parts{"lines": "header_up -Upgrade"}, mended: parts{}, code: "handshake-upgrade-stripped", culprit: "proxy"},
	{name: "Caddy knows another host", product: caddy, broken: parts{"name": "other.example"}, mended: parts{}, code: "handshake-not-upgraded", culprit: "proxy"},

	{name: "Squid as it comes", product: squid, broken: parts{}, mended: parts{"lines": "http_upgrade_request_protocols websocket allow all"},
		advised: []string{"http_upgrade_request_protocols websocket allow all"}, visit: visit{forward: true}, code: "handshake-upgrade-stripped", culprit: "proxy"},

	{name: "Varnish as it comes", ci: true, product: varnish, broken: parts{}, mended: parts{"lines": pipe}, advised: strings.Split(strings.TrimSpace(pipe), "\n"),
		code: "handshake-upgrade-stripped", culprit: "proxy"},
	{name: "Varnish pipes without the fields", product: varnish,
		broken: parts{"lines": "sub vcl_recv { if (req.http.upgrade) { return (pipe); } }"}, mended: parts{"lines": pipe},
		advised: []string{"set bereq.http.upgrade = req.http.upgrade;", "set bereq.http.connection = req.http.connection;"},
		code:    "handshake-upgrade-stripped", culprit: "proxy"},
}

const pipe = `
sub vcl_recv {
if (req.http.upgrade ~ "(?i)websocket") {
return (pipe);
}
}
sub vcl_pipe {
if (req.http.upgrade) {
set bereq.http.upgrade = req.http.upgrade;
set bereq.http.connection = req.http.connection;
}
}
`

// TestMend closes the circle: a proxy is configured wrongly, its traffic is
// captured and diagnosed, the advised lines are put into the configuration,
// and the traffic is found healthy.
func TestMend(t *testing.T) {
	for _, b := range breakages {
		t.Run(b.name, func(t *testing.T) {
			if !b.ci && !all {
				t.Skip("takes its time: WSIGHT_E2E=all runs it")
			}
			need(t, "tcpdump", b.product.program)
			needRoot(t)
			b.breaks(t)
			b.mends(t)
		})
	}
}

// breaks checks what the doctor says of the broken configuration.
func (b breakage) breaks(t *testing.T) {
	server := origin(t)
	if b.down {
		server = at("127.0.0.4", port(t))
	}
	proxy := b.product.serve(t, b.broken, server)
	file := record(t, func() {
		b.visit.run(proxy, server)
		if b.code == "handshake-rate-limited" {
			b.visit.run(proxy, server)
		}
	})
	found, status := diagnose(t, file)
	i := slices.IndexFunc(found, func(d diagnosis) bool { return d.Code == b.code || slices.Contains(d.Consequences, b.code) })
	if i < 0 {
		t.Fatalf("the doctor does not name %s: %+v", b.code, found)
	}
	d := found[i]
	if status != 1 || d.Culprit != b.culprit || len(found) > 3 {
		t.Errorf("exit status %d, culprit %s (want %s), %d causes: %+v", status, d.Culprit, b.culprit, len(found), found)
	}
	for _, line := range b.advised {
		if !strings.Contains(d.Fix, line) {
			t.Errorf("the fix does not say %q:\n%s", line, d.Fix)
		}
	}
}

// mends checks that the mended configuration is healthy.
func (b breakage) mends(t *testing.T) {
	server := origin(t)
	proxy := b.product.serve(t, b.mended, server)
	healthy := b.visit
	healthy.headers, healthy.path = nil, ""
	var err error
	file := record(t, func() { err = healthy.run(proxy, server) })
	if err != nil {
		t.Fatalf("the mended configuration does not work: %v", err)
	}
	if found, status := diagnose(t, file); status != 0 || len(found) != 1 || found[0].Code != "" {
		t.Errorf("the mended configuration is not found healthy: exit status %d, %+v", status, found)
	}
}

func itoa(n int) string { return strconv.Itoa(n) }
