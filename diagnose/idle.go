package diagnose

import (
	"fmt"
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
	product string
	setting string
}

// timers are the defaults that are worth naming.
var timers = []timer{
	{30 * time.Second, "Google Cloud load balancing", "the backend service timeout"},
	{50 * time.Second, "HAProxy", "timeout client / timeout server, often 50s in samples, or timeout tunnel"},
	{55 * time.Second, "the Heroku router", "its rolling 55 s window"},
	{60 * time.Second, "nginx", "proxy_read_timeout or proxy_send_timeout, or the idle timeout of an AWS load balancer"},
	{100 * time.Second, "Cloudflare", "its idle timeout"},
	{240 * time.Second, "Azure", "the idle timeout of the load balancer or gateway"},
	{300 * time.Second, "Envoy", "stream_idle_timeout"},
	{350 * time.Second, "an AWS Network Load Balancer", "its TCP idle timeout"},
	{600 * time.Second, "CloudFront", "its idle timeout"},
}

var idleTimeout = check{
	name:  "idle timeout",
	codes: []finding.Code{finding.EndIdleTimeout},
	ended: func(s *story, e *dissect.Ended, report reporter) {
		if !s.established() || e.TCP.Kind == 0 || e.Initiator != 0 || !s.last.known() {
			return
		}
		quiet, ok := moment{e.TCP.Packet, e.TCP.Time}.since(s.last)
		if !ok || quiet < idleAtLeast || quiet < s.silence {
			return
		}
		if s.messages[flow.ClientToServer]+s.messages[flow.ServerToClient] == 0 && s.silence == 0 && quiet < 10*time.Second {
			return // nothing ever flowed: that is another story
		}
		detail := fmt.Sprintf("the %s ended the connection after %s without a frame, the longest silence of it", party(e.TCP.By), seconds(quiet))
		if t, ok := timerFor(quiet); ok {
			detail += fmt.Sprintf("; that fits the default of %s (%s), which is a guess", t.product, t.setting)
		} else {
			detail += "; no well-known default fits, so which timer it was is a guess"
		}
		report(finding.Report{Code: finding.EndIdleTimeout, Detail: detail}, e.TCP.By, s.last.packet, e.TCP.Packet)
	},
}

// timerFor returns the default timer that quiet fits.
func timerFor(quiet time.Duration) (timer, bool) {
	for _, t := range timers {
		if off := (quiet - t.after).Abs(); off <= max(time.Second, t.after/50) {
			return t, true
		}
	}
	return timer{}, false
}
