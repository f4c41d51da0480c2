//go:build unix

// Command run measures wsight on the captures of the benchmark, beside tshark
// where that is installed, and says whether wsight found what is in them.
//
// It generates the captures into bench/data when they are not there yet, and
// builds wsight unless -wsight names one. BENCH_SIZE is the size of a capture
// in bytes, a billion when unset; profile D has two fifths of it, as its
// payload inflates to more, and profile C one connection for 2,000 bytes.
// wsight runs three times, of which the median counts, and tshark once.
//
// Usage, from the root of the repository: go run ./bench/run [-profiles ABCDE0] [-j 2]
// or go run ./bench/run -exports, which measures exports of profile A beside
// print --json instead, and fails when they take more than three times its CPU
// time, or memory that grows with the capture.
//
// Profile 0 is A with 0.05 % of the segments missing. The exit status is 1
// when something was not found, or found and never sent.
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// errWrong is returned when a measurement is worth nothing because what
// wsight printed is not what is in the capture.
var errWrong = errors.New("wsight did not find exactly what is in the captures")

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	profiles := flags.String("profiles", "ABCDE0", "which captures")
	program := flags.String("wsight", "", "wsight to measure; built when empty")
	workers := flags.String("j", "", "also measure with so many workers (-j)")
	exports := flags.Bool("exports", false, "measure exports instead")
	data := flags.String("data", filepath.Join("bench", "data"), "folder for captures")
	if err := flags.Parse(args); err != nil {
		return err
	}
	size, err := strconv.ParseInt(cmp.Or(os.Getenv("BENCH_SIZE"), "1000000000"), 10, 64)
	if err != nil || size < 1_000_000 {
		return fmt.Errorf("BENCH_SIZE=%s is not a number of bytes from 1000000 on", os.Getenv("BENCH_SIZE"))
	}
	kitchen, err := newKitchen(*data, size)
	if err != nil {
		return err
	}
	if *program == "" {
		if *program, err = kitchen.build("wsight", "./cmd/wsight"); err != nil {
			return err
		}
	}
	if *exports {
		return kitchen.exports(*program, out)
	}
	b := bench{kitchen: kitchen, program: *program, workers: *workers}
	b.tshark, _ = exec.LookPath("tshark")
	if b.tshark == "" {
		fmt.Fprintln(out, "tshark is not installed: no ratios")
	}
	wrong := false
	fmt.Fprintln(out, "wsight: the median of three runs; tshark, which takes minutes: one run")
	fmt.Fprintln(out, heading)
	for _, p := range strings.Split(*profiles, "") {
		right, err := b.profile(p, out)
		if err != nil {
			return err
		}
		wrong = wrong || !right
	}
	if wrong {
		return errWrong
	}
	return nil
}

// A bench is what measures the captures.
type bench struct {
	kitchen *kitchen
	program string // wsight
	tshark  string // "" when it is not installed
	workers string // of -j; "" for none
}

// profile measures the capture of a profile, and reports whether wsight found
// what is in it.
func (b *bench) profile(p string, out io.Writer) (right bool, err error) {
	capture, err := b.kitchen.capture(p)
	if err != nil {
		return false, err
	}
	var reference measurement
	if b.tshark != "" && p != "0" {
		if reference, err = measure(b.tshark, tsharkArguments(p, capture.path)...); err != nil {
			return false, err
		}
		fmt.Fprintln(out, row(p, "tshark", reference, reference, capture.truth.Bytes))
	}
	runs := [][]string{{"print", "--payload", "none"}, {"print"}}
	if b.workers != "" {
		runs = append(runs, []string{"print", "-j", b.workers})
	}
	for _, args := range runs {
		m, err := median(b.program, append(slices.Clone(args), "--json", capture.path)...)
		if err != nil {
			return false, err
		}
		fmt.Fprintln(out, row(p, strings.Join(args, " "), m, reference, capture.truth.Bytes))
	}
	verdict, err := check(b.program, capture)
	if err != nil {
		return false, err
	}
	fmt.Fprintf(out, "%-3s %s\n", p, verdict.text)
	return verdict.right, nil
}

// tsharkArguments ask for the same facts, one line per packet with frames.
func tsharkArguments(profile, capture string) []string {
	args := []string{"-r", capture, "-Y", "websocket", "-T", "fields",
		"-e", "frame.number", "-e", "websocket.opcode", "-e", "websocket.payload_length"}
	if profile == "B" {
		args = append(args, "-o", "tcp.reassemble_out_of_order:TRUE")
	}
	return args
}
