package diagnose

import (
	"fmt"
	"strings"
	"time"

	"wsight/dissect"
	"wsight/finding"
	"wsight/flow"
)

// idleAtLeast is the shortest silence that is called one.
const idleAtLeast = 900 * time.Millisecond

// A timer is an idle timer that a product has by default.
type timer struct {
	after   time.Duration
	product string // as handshake.Product names it
	setting string
}

// timers are the defaults that are worth naming. The first of several with
// the same time is the most common.
var timers = []timer{
	{30 * time.Second, "Google", "the timeout of the backend service, of Google Cloud load balancing"},
	{50 * time.Second, "HAProxy", "`timeout client` and `timeout server`, 50s in many samples, unless `timeout tunnel` is set"},
	{55 * time.Second, "Heroku", "the rolling 55 s window of Heroku's router"},
	{60 * time.Second, "nginx", "`proxy_read_timeout` or `proxy_send_timeout` of nginx"},
	{60 * time.Second, "AWS ALB", "the idle timeout of an AWS application load balancer"},
	{60 * time.Second, "HAProxy", "`timeout client` and `timeout server`, 1m in many samples, unless `timeout tunnel` is set"},
	{60 * time.Second, "Varnish", "`pipe_timeout` of Varnish"},
	{60 * time.Second, "Apache", "`ProxyTimeout` or `TimeOut` of Apache"},
	{100 * time.Second, "Cloudflare", "the idle timeout of Cloudflare"},
	{240 * time.Second, "Azure", "the TCP idle timeout of an Azure load balancer or gateway"},
	{300 * time.Second, "Envoy", "`stream_idle_timeout` of Envoy"},
	{300 * time.Second, "Apache", "`ProxyTimeout` or `TimeOut` of Apache"},
	{300 * time.Second, "ngrok", "the idle timeout of ngrok"},
	{350 * time.Second, "AWS NLB", "the TCP idle timeout of an AWS network load balancer"},
	{600 * time.Second, "CloudFront", "the idle timeout of CloudFront"},
	{time.Hour, "conntrack", "the idle timeout of a firewall or NAT"},
}

var idleTimeout = check{
	name:  "idle timeout",
	codes: []finding.Code{finding.EndIdleTimeout},
	ended: func(s *story, e *dissect.Ended, report reporter) {
		quiet, ok := s.idleAtEnd(e)
		if !ok {
			return
		}
		text := []string{fmt.Sprintf("the %s ended the connection after %s without a frame, the longest silence of it", party(e.TCP.By), seconds(quiet))}
		fit, facts := s.timerText(quiet)
		text = append(text, fit)
		for d := flow.ClientToServer; d <= flow.ServerToClient; d++ {
			if p := s.hardOn(d).pingEvery; p > 0 && p >= quiet*9/10 && p < quiet*4 {
				text = append(text, fmt.Sprintf("the %s pings every %s, which is not sooner than the timer: they race", party(d), seconds(p)))
			}
		}
		report(finding.Report{Code: finding.EndIdleTimeout, Detail: strings.Join(text, "; "), Facts: facts}, e.TCP.By, s.quietSince().packet, e.TCP.Packet)
	},
}

// idleAtEnd returns the silence that the end of the connection broke, and
// whether that is what may have ended it.
func (s *story) idleAtEnd(e *dissect.Ended) (time.Duration, bool) {
	if !s.established() || e.TCP.Kind == 0 || s.closedFirst(e) || !s.quietSince().known() || s.refused(e) {
		return 0, false
	}
	if e.Unfinished[flow.ClientToServer] || e.Unfinished[flow.ServerToClient] {
		return 0, false // it was not idle, it was stuck
	}
	if !s.whole(flow.ClientToServer, e) || !s.whole(flow.ServerToClient, e) {
		return 0, false // the capture may have missed what was said meanwhile
	}
	quiet, ok := momentOf(e.TCP.Packet, e.TCP.Time).since(s.quietSince())
	if !ok || quiet < idleAtLeast || quiet < s.silence {
		return 0, false
	}
	if s.silence == 0 && !s.way(flow.ClientToServer).said.known() && !s.way(flow.ServerToClient).said.known() && quiet < 10*time.Second {
		return 0, false // nothing ever flowed: that is another story
	}
	return quiet, true
}

// timerText names the timer that quiet fits.
func (s *story) timerText(quiet time.Duration) (string, finding.Facts) {
	var fits []timer
	product := s.product()
	for _, t := range timers {
		if !fitsTimer(quiet, t.after) {
			continue
		}
		if product != "" && product == t.product {
			return fmt.Sprintf("the answer to the handshake came through %s, and that fits its default: %s", product, t.setting), finding.DefaultTimer
		}
		fits = append(fits, t)
	}
	switch len(fits) {
	case 0:
		if product != "" {
			return fmt.Sprintf("no well-known default fits, so that it was a timer of %s, through which the handshake was answered, is a guess", product), 0
		}
		return "no well-known default fits, so which timer it was is a guess", 0
	case 1:
		return "that fits " + fits[0].setting + ", which is a guess", 0
	}
	return "that fits " + fits[0].setting + ", or " + fits[1].setting + ", which is a guess", 0
}

// fitsTimer reports whether a silence is as long as a timer.
func fitsTimer(quiet, after time.Duration) bool {
	return (quiet - after).Abs() <= max(time.Second, after/50)
}
