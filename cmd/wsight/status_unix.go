//go:build unix

package main

import (
	"os"
	"os/signal"
	"runtime"
	"strconv"
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
	dropped := "an unknown number" // a file need not say
	if stats.Dropped >= 0 {
		dropped = strconv.FormatInt(stats.Dropped, 10)
	}
	f.say("%d packets so far, %s dropped by the kernel; %d MiB of memory in use, %d goroutines",
		stats.Packets, dropped, memory.HeapAlloc>>20, runtime.NumGoroutine())
}
