//go:build linux

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"strconv"
	"strings"
	"time"

	"wsight/capture"
	"wsight/internal/traffic"
)

// A receiver is a program that counts packets.
type receiver struct {
	name    string
	command []string
}

// A result is what a receiver made of a load.
type result struct {
	received, dropped int64
	cpu               time.Duration
}

// packets compares the ring with tcpdump at growing rates, and with libpcap if
// that program is there.
func packets(libpcap string, length time.Duration) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	receivers := []receiver{
		{"wsight", []string{self, "-receive", "veth1"}},
		{"tcpdump", []string{"tcpdump", "-i", "veth1", "-n", "-s", "0", "-B", "65536", "-w", "/dev/null"}},
	}
	if _, err := os.Stat(libpcap); err == nil {
		receivers = append(receivers, receiver{"libpcap", []string{libpcap, "-libpcap", "veth1"}})
	}
	fmt.Println("packets on a veth pair, received by the ring of wsight, by tcpdump -w /dev/null, and through gopacket and libpcap, each with 64 MiB")
	for _, load := range []struct {
		size  int
		rates []int
	}{{64, []int{200_000, 500_000, 600_000}}, {1514, []int{200_000, 400_000}}} {
		for _, rate := range load.rates {
			for _, r := range receivers {
				if err := r.measure(load.size, rate, length); err != nil {
					return fmt.Errorf("%s: %w", r.name, err)
				}
			}
		}
	}
	return nil
}

// measure sends packets of a size at a rate and prints a line about them.
func (r receiver) measure(size, rate int, length time.Duration) error {
	s, err := newSender("veth0", size)
	if err != nil {
		return err
	}
	defer s.close()
	for _, p := range s.packets {
		p[12], p[13] = 0x88, 0xb5 // an EtherType for experiments
	}
	var sent int64
	var took time.Duration
	got, err := r.receive(func() { sent, took = s.send(rate, length, nil) })
	if err != nil {
		return err
	}
	fmt.Printf("%5d B  %7.0f/s sent  %-8s %8d of %8d received, %7d dropped  %5.0f ns each  %5.1f %% of a core\n",
		size, float64(sent)/took.Seconds(), r.name, got.received, sent, got.dropped,
		float64(got.cpu.Nanoseconds())/float64(max(got.received, 1)), 100*got.cpu.Seconds()/took.Seconds())
	return nil
}

// receive runs the program beside load.
func (r receiver) receive(load func()) (result, error) {
	cmd := exec.Command(r.command[0], r.command[1:]...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return result{}, err
	}
	if err := cmd.Start(); err != nil {
		return result{}, err
	}
	talk := bufio.NewReader(stderr)
	for line := ""; !strings.Contains(line, "listening on"); {
		if line, err = talk.ReadString('\n'); err != nil {
			return result{}, fmt.Errorf("it did not start: %s%w", line, err)
		}
	}
	before, err := traffic.CPU(cmd.Process.Pid) // making the ring does not count
	if err != nil {
		return result{}, err
	}
	load()
	time.Sleep(1200 * time.Millisecond) // libpcap hands the last packets over after a second
	after, err := traffic.CPU(cmd.Process.Pid)
	if err != nil {
		return result{}, err
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		return result{}, err
	}
	rest, err := io.ReadAll(talk)
	if err := errors.Join(err, cmd.Wait()); err != nil {
		return result{}, fmt.Errorf("%w\n%s", err, rest)
	}
	got := result{cpu: after - before}
	for _, m := range counts.FindAllStringSubmatch(string(rest), -1) {
		n, err := strconv.ParseInt(m[1], 10, 64)
		if err != nil {
			return result{}, err
		}
		if m[2] == "captured" {
			got.received = n
		} else {
			got.dropped = n
		}
	}
	return got, nil
}

// counts are the lines with which tcpdump ends.
var counts = regexp.MustCompile(`(?m)^(\d+) packets? (captured|dropped by kernel)$`)

// countPackets is the receiver of wsight: the ring and nothing behind it.
func countPackets(device string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	live, err := capture.Listen(capture.LiveOptions{Interfaces: []string{device}})
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "listening on", device)
	for _, err := range live.Packets(ctx) {
		if err != nil {
			return err
		}
	}
	stats := live.Stats()
	_, err = fmt.Fprintf(os.Stderr, "%d packets captured\n%d packets dropped by kernel\n", stats.Packets, stats.Dropped)
	return err
}
