//go:build linux

// Command live measures live capture: how many packets a second come through
// without loss beside tcpdump and libpcap, and what the whole of wsight costs.
//
//	sudo go run ./bench/live            all measurements
//	sudo go run ./bench/live packets    the ring alone, tcpdump, and libpcap
//	sudo go run ./bench/live pipeline   wsight print on a veth pair
//	sudo go run ./bench/live messages   wsight print on loopback
//
// libpcap is called as Go programs do, through gopacket. Where its headers or a
// C compiler are missing, its lines are, too.
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
	inside := flags.String("inside", "", "folder of the programs to measure; given to the process in the network namespace")
	receive := flags.String("receive", "", "count packets of an interface; given to the process that is measured")
	libpcap := flags.String("libpcap", "", "the same through libpcap")
	_ = flags.Parse(os.Args[1:]) // it exits by itself
	var err error
	switch {
	case *receive != "":
		err = countPackets(*receive)
	case *libpcap != "":
		err = countWithLibpcap(*libpcap)
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
	if text, err := build(filepath.Join(dir, wsightName), "0", "./cmd/wsight"); err != nil {
		return fmt.Errorf("build: %w\n%s", err, text)
	}
	if what == "" || what == "packets" {
		if text, err := build(filepath.Join(dir, libpcapName), "1", "-tags", "libpcap", "./bench/live"); err != nil {
			fmt.Printf("no lines of libpcap: %v\n%s", err, text)
		}
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
	run := exec.Command("ip", "netns", "exec", name, self, "-inside", dir, "-duration", length.String(), what)
	run.Stdout, run.Stderr = os.Stdout, os.Stderr
	return run.Run()
}

// Names of the programs in the folder that the measurements are given.
const (
	wsightName  = "wsight"
	libpcapName = "libpcap" // this program, built with the tag; may be missing
)

func build(path, cgo string, args ...string) (text []byte, err error) {
	build := exec.Command("go", append([]string{"build", "-o", path}, args...)...)
	build.Env = append(os.Environ(), "CGO_ENABLED="+cgo)
	return build.CombinedOutput()
}

func ip(args ...string) error {
	if text, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("ip %v: %w\n%s", args, err, text)
	}
	return nil
}

// measure runs what was asked for, or everything.
func measure(programs, what string, length time.Duration) error {
	all := what == ""
	wsight := filepath.Join(programs, wsightName)
	if all || what == "packets" {
		if err := packets(filepath.Join(programs, libpcapName), length); err != nil {
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
