//go:build linux

// Command live measures live capture: how many packets a second come through
// without loss beside tcpdump, and what the whole of wsight costs.
//
//	sudo go run ./bench/live            all measurements
//	sudo go run ./bench/live packets    the ring alone, and tcpdump
//	sudo go run ./bench/live pipeline   wsight print on a veth pair
//	sudo go run ./bench/live messages   wsight print on loopback
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

func main() {
	flags := flag.NewFlagSet("live", flag.ExitOnError)
	length := flags.Duration("duration", 5*time.Second, "how long each measurement takes")
	inside := flags.String("inside", "", "program to measure; given to the process in the network namespace")
	receive := flags.String("receive", "", "count packets of an interface; given to the process that is measured")
	_ = flags.Parse(os.Args[1:]) // it exits by itself
	var err error
	switch {
	case *receive != "":
		err = countPackets(*receive)
	case *inside != "":
		err = measure(*inside, flags.Arg(0), *length)
	default:
		err = prepare(flags.Arg(0), *length)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "live:", err)
		os.Exit(1)
	}
}

// prepare builds wsight and runs itself in a network namespace of its own, so
// that nothing else is on the wire.
func prepare(what string, length time.Duration) (err error) {
	dir, err := os.MkdirTemp("", "wsight-live-")
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
	name := fmt.Sprintf("wsight-live-%d", os.Getpid())
	if err := ip("netns", "add", name); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ip("netns", "del", name)) }()
	for _, line := range [][]string{
		{"link", "set", "lo", "up"},
		{"link", "add", "veth0", "type", "veth", "peer", "name", "veth1"},
		{"link", "set", "veth0", "up"},
		{"link", "set", "veth1", "up"},
	} {
		if err := ip(append([]string{"-n", name}, line...)...); err != nil {
			return err
		}
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	run := exec.Command("ip", "netns", "exec", name, self, "-inside", wsight, "-duration", length.String(), what)
	run.Stdout, run.Stderr = os.Stdout, os.Stderr
	return run.Run()
}

func ip(args ...string) error {
	if text, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("ip %v: %w\n%s", args, err, text)
	}
	return nil
}

// measure runs what was asked for, or everything.
func measure(wsight, what string, length time.Duration) error {
	all := what == ""
	if all || what == "packets" {
		if err := packets(length); err != nil {
			return err
		}
	}
	if all || what == "pipeline" {
		if err := pipeline(wsight, length); err != nil {
			return err
		}
	}
	if all || what == "messages" {
		return messages(wsight, length)
	}
	return nil
}
