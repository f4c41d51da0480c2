//go:build unix

// Command soak opens and closes connections for minutes or hours under a live
// capture, and fails if wsight comes to use more and more memory, file
// descriptors or goroutines.
//
//	sudo go run ./bench/soak                                    ten minutes
//	sudo go run ./bench/soak -duration 1h -loss -restart 5m     an hour, with damage
//
// With -loss, one segment of 256 does not come into the capture. With -restart,
// the server goes away now and then, with all connections, and another comes.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"wsight/internal/traffic"
)

// A soak is what was asked for.
type soak struct {
	length, restart time.Duration
	rate, messages  int
	loss            bool
}

func main() {
	var s soak
	flags := flag.NewFlagSet("soak", flag.ExitOnError)
	flags.DurationVar(&s.length, "duration", 10*time.Minute, "how long")
	flags.DurationVar(&s.restart, "restart", 0, "how long a server lives; 0: all the time")
	flags.IntVar(&s.rate, "rate", 300, "connections that begin each second")
	flags.IntVar(&s.messages, "messages", 10, "messages of each")
	flags.BoolVar(&s.loss, "loss", false, "let the capture miss segments")
	_ = flags.Parse(os.Args[1:]) // it exits by itself
	if err := s.run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

// host is where the server is: nobody else uses it.
const host = "127.0.0.5"

func (s soak) run(out io.Writer) error {
	dir, err := os.MkdirTemp("", "wsight-soak-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	wsight := filepath.Join(dir, "wsight")
	build := exec.Command("go", "build", "-o", wsight, "./cmd/wsight")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, text)
	}
	filter, args, settled := "host "+host, []string{"-i", "lo"}, time.Minute
	if s.loss {
		filter += " and tcp[7] != 77" // the last byte of the sequence number
		// Connections whose last segment was missed are open until then.
		args = append(args, "--max-idle", "2m")
		settled += 2 * time.Minute
	}
	server, err := traffic.Serve(host + ":0")
	if err != nil {
		return err
	}
	defer func() { server.Close() }()
	watched, err := traffic.Watch(wsight, append(args, filter)...)
	if err != nil {
		return err
	}

	var opened, failed atomic.Int64
	var clients sync.WaitGroup
	text := []byte(`{"type":"soak","text":"connections come and go, memory stays"}`)
	start := time.Now()
	tick := time.NewTicker(time.Second / time.Duration(s.rate))
	defer tick.Stop()
	var samples []sample
	next, restart := start.Add(samplePeriod), start.Add(s.restart)
	for time.Since(start) < s.length {
		now := <-tick.C
		if s.restart > 0 && now.After(restart) {
			restart = now.Add(s.restart)
			if err := server.Abort(); err != nil {
				return err
			}
			if server, err = traffic.Serve(host + ":0"); err != nil {
				return err
			}
		}
		n, address := opened.Add(1), server.Address()
		clients.Go(func() {
			if err := visit(address, text, s.messages, n%7 == 0); err != nil {
				failed.Add(1)
			}
		})
		if now.After(next) {
			next = next.Add(samplePeriod)
			one, err := take(watched)
			if err != nil {
				return err
			}
			samples = append(samples, one)
			if len(samples)%perMinute == 0 {
				fmt.Fprintf(out, "%4d min  %9d connections  at most %s\n", len(samples)/perMinute, opened.Load(), most(samples[len(samples)-perMinute:]))
			}
		}
	}
	clients.Wait()
	time.Sleep(time.Second)
	totals, err := watched.Stop()
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d connections, %d failed; wsight saw %d, with %d messages, %d findings and %d ends; %d packets, %d dropped; %.1f %% of a core\n",
		opened.Load(), failed.Load(), totals.Capture.WebSocket, totals.Lines["message"], totals.Lines["finding"], totals.Lines["end"],
		totals.Capture.Packets, totals.Capture.Dropped, 100*totals.CPU.Seconds()/time.Since(start).Seconds())
	return judge(out, samples, settled)
}

// visit makes one connection. An abrupt one ends without a Close frame.
func visit(address string, text []byte, messages int, abrupt bool) error {
	c, err := traffic.Dial(address)
	if err != nil {
		return err
	}
	for range messages {
		if err := c.Send(text); err != nil {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
	if abrupt {
		return c.Abort()
	}
	return c.Close()
}
