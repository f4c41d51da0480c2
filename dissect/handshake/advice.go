package handshake

import "wsight/finding"

// advices replace the advice of a rule when the product is certain.
var advices = []struct {
	code    finding.Code
	product string
	text    string
}{
	{
		finding.HandshakeUpgradeStripped, "Varnish",
		"Varnish dropped the upgrade. In vcl_recv: `if (req.http.upgrade ~ \"(?i)websocket\") { return (pipe); }`, " +
			"and in vcl_pipe: `set bereq.http.upgrade = req.http.upgrade; set bereq.http.connection = req.http.connection;`.",
	},
	{
		finding.HandshakeUpgradeStripped, "Squid",
		"Squid dropped the upgrade. From version 5 on: `http_upgrade_request_protocols websocket allow all` (the name is compared with its case); " +
			"older ones cannot forward it, so use wss:// through CONNECT.",
	},
	{
		finding.HandshakeUpgradeStripped, "Envoy",
		"Envoy dropped the upgrade. Add `upgrade_configs: [{upgrade_type: websocket}]` to the HTTP connection manager or the route.",
	},
	{
		finding.HandshakeForbidden, "Envoy",
		"Envoy refuses upgrades that its configuration does not name. Add `upgrade_configs: [{upgrade_type: websocket}]` " +
			"to the HTTP connection manager or the route.",
	},
	{
		finding.HandshakeForbidden, "Cloudflare",
		"Look at the security events of the zone: a rule or a bot check refused the request.",
	},
	{
		finding.HandshakeUpstreamDown, "HAProxy",
		"HAProxy wrote this answer: no server of the backend was up, or its answer was no valid 101 " +
			"(HAProxy wants Sec-WebSocket-Accept, too). Look at the termination state in its log and at the health checks.",
	},
	{
		finding.HandshakeUpstreamDown, "Apache",
		"Apache wrote this answer: its error log tells a failed connection from an unexpected Upgrade. " +
			"Check the address of the ProxyPass line and its `upgrade=websocket`.",
	},
	{
		finding.HandshakeUpstreamDown, "Caddy",
		"Caddy wrote this answer. Check the address after reverse_proxy and its log for the dial error.",
	},
	{
		finding.HandshakeUpstreamTimeout, "HAProxy",
		"HAProxy wrote this answer because the server did not answer within `timeout server`. Find out why it is silent.",
	},
	{
		finding.HandshakeUpstreamTimeout, "Apache",
		"Apache wrote this answer because the backend did not answer within ProxyTimeout. Find out why it is silent.",
	},
	{
		finding.HandshakeHeaderTooLarge, "HAProxy",
		"Shrink what the client sends, mostly cookies and tokens, or raise `tune.bufsize` in HAProxy.",
	},
	{
		finding.HandshakeHeaderTooLarge, "Apache",
		"Shrink what the client sends, mostly cookies and tokens, or raise LimitRequestFieldSize in Apache.",
	},
}

// blame adds to report which product the head is from, and the advice for it.
// How says what that means, as "came through".
func blame(report *finding.Report, how string, p Product) {
	report.Detail += "; " + how + " " + p.Name
	if !p.Certain {
		report.Detail += " (a guess)"
	}
	report.Detail += ": " + p.Evidence
	for _, a := range advices {
		if p.Certain && a.code == report.Code && a.product == p.Name {
			report.Advice = a.text
		}
	}
}
