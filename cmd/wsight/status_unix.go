//go:build unix

package main

import (
	"os"
	"os/signal"
	"runtime"
	"syscall"
)

// onAsked calls tell for each SIGUSR1, until it is stopped.
func onAsked(tell func()) (stop func()) {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGUSR1)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-asked:
				tell()
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(asked)
		close(done)
	}
}

// status says how the reading does, and what it costs.
func (f *feed) status() {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	stats := f.Source.Stats()
	f.say("%d packets so far, %d dropped by the kernel; %d MiB of memory in use, %d goroutines",
		stats.Packets, max(stats.Dropped, 0), memory.HeapAlloc>>20, runtime.NumGoroutine())
}
