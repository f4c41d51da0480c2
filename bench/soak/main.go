// Command soak opens and closes connections for minutes under a live capture
// and fails if the memory of wsight grows after the first minute.
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

func main() {
	flags := flag.NewFlagSet("soak", flag.ExitOnError)
	length := flags.Duration("duration", 10*time.Minute, "how long")
	rate := flags.Int("rate", 300, "connections that begin each second")
	messages := flags.Int("messages", 10, "messages of each")
	_ = flags.Parse(os.Args[1:]) // it exits by itself
	if err := run(os.Stdout, *length, *rate, *messages); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, length time.Duration, rate, messages int) error {
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
	server, err := traffic.Serve("127.0.0.5:0")
	if err != nil {
		return err
	}
	defer server.Close()
	watched, err := traffic.Watch(wsight, "-i", "lo", "host", "127.0.0.5")
	if err != nil {
		return err
	}

	var opened, failed atomic.Int64
	var clients sync.WaitGroup
	text := []byte(`{"type":"soak","text":"connections come and go, memory stays"}`)
	start := time.Now()
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	var samples []int64
	next := start.Add(10 * time.Second)
	for time.Since(start) < length {
		<-tick.C
		n := opened.Add(1)
		clients.Go(func() {
			if err := visit(server.Address(), text, messages, n%7 == 0); err != nil {
				failed.Add(1)
			}
		})
		if now := time.Now(); now.After(next) {
			next = next.Add(10 * time.Second)
			memory, err := watched.Memory()
			if err != nil {
				return err
			}
			cpu, err := watched.CPU()
			if err != nil {
				return err
			}
			samples = append(samples, memory)
			fmt.Fprintf(out, "%4.0f s  %8d connections  %6.1f MiB  cpu %5.1f %%\n",
				time.Since(start).Seconds(), opened.Load(), float64(memory)/(1<<20), 100*cpu.Seconds()/time.Since(start).Seconds())
		}
	}
	clients.Wait()
	time.Sleep(time.Second)
	totals, err := watched.Stop()
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d connections, %d failed; wsight saw %d, with %d messages and %d ends; %d packets, %d dropped\n",
		opened.Load(), failed.Load(), totals.Capture.WebSocket, totals.Lines["message"], totals.Lines["end"], totals.Capture.Packets, totals.Capture.Dropped)
	return judge(out, samples)
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

// judge compares the memory at the end with that after a minute. A garbage
// collector breathes: the highest of several samples count.
func judge(out io.Writer, samples []int64) error {
	const minute = 6
	if len(samples) < 2*minute {
		return nil
	}
	first, last := int64(0), int64(0)
	for i := range minute {
		first = max(first, samples[i])
		last = max(last, samples[len(samples)-1-i])
	}
	fmt.Fprintf(out, "memory: at most %.1f MiB in the first minute, %.1f MiB in the last\n", float64(first)/(1<<20), float64(last)/(1<<20))
	const noise = 4 << 20
	if last > first+first/10+noise {
		return fmt.Errorf("memory grew from %d to %d bytes", first, last)
	}
	return nil
}
