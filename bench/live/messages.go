//go:build linux

package main

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"wsight/internal/traffic"
)

// messages lets 2,000 connections on loopback send 50,000 messages a second in
// total, while wsight prints them.
func messages(wsight string, length time.Duration) error {
	const connections, rate, workers = 2000, 50_000, 4
	server, err := traffic.Serve("127.0.0.1:0")
	if err != nil {
		return err
	}
	defer server.Close()
	watched, err := traffic.WatchFile(wsight, "-i", "lo", "tcp")
	if err != nil {
		return err
	}
	clients := make([]*traffic.Client, connections)
	for i := range clients {
		if clients[i], err = traffic.Dial(server.Address()); err != nil {
			return err
		}
	}
	before, err := watched.CPU()
	if err != nil {
		return err
	}
	text := []byte(`{"type":"tick","symbol":"WSGT","price":101.25,"at":"2026-03-02T08:30:00Z"}`)
	var sent atomic.Int64
	var senders sync.WaitGroup
	failures := make([]error, workers)
	start := time.Now()
	for w := range workers {
		senders.Go(func() {
			for n := 0; time.Since(start) < length && failures[w] == nil; {
				if n >= int(time.Since(start).Seconds()*rate/workers) {
					time.Sleep(200 * time.Microsecond)
					continue
				}
				failures[w] = clients[(n*workers+w)%connections].Send(text)
				n++
				sent.Add(1)
			}
		})
	}
	senders.Wait()
	took := time.Since(start)
	after, err := watched.CPU()
	if err := errors.Join(append(failures, err)...); err != nil {
		return err
	}
	for w := range workers {
		senders.Go(func() {
			for i := w; i < connections; i += workers {
				failures[w] = errors.Join(failures[w], clients[i].Close())
			}
		})
	}
	senders.Wait()
	time.Sleep(500 * time.Millisecond)
	totals, err := watched.Stop()
	if err := errors.Join(append(failures, err)...); err != nil {
		return err
	}
	// Each connection ends with a Close from both sides.
	fmt.Printf("wsight print --json on loopback: %d connections, %.0f messages/s; %d of %d messages printed (with Close), %d packets, %d dropped; %.1f %% of a core\n",
		connections, float64(sent.Load())/took.Seconds(), totals.Lines["message"], sent.Load()+2*connections,
		totals.Capture.Packets, totals.Capture.Dropped, 100*(after-before).Seconds()/took.Seconds())
	return nil
}
