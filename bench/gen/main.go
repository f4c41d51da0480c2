// Command gen writes captures of WebSocket traffic to measure with: a pcap
// file and beside it, in OUT.truth.json, what a correct analyser must find in
// it. The same flags always give the same bytes, but for profile D, whose
// bytes also depend on the version of the compressor.
//
// Profiles:
//
//	A  200 connections at a time: small masked text from clients, bursts of 1 to 4 KB
//	   of text from servers, whose frames straddle segments; every eighth begins near
//	   the wrap-around of its sequence numbers
//	B  as A, with 1 % of the segments reordered, 0.5 % retransmitted and 0.1 %
//	   retransmitted with other borders
//	C  churn: half a million short connections, a thousand at a time
//	D  as A, compressed by permessage-deflate with context takeover
//	E  as A, but nine tenths of the bytes are other traffic: HTTP and TLS records
//
// Usage: gen -profile A -size 1000000000 -o a.pcap
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	var o options
	flags := flag.NewFlagSet("gen", flag.ContinueOnError)
	flags.StringVar(&o.profile, "profile", "A", "A, B, C, D or E")
	flags.Int64Var(&o.size, "size", 1_000_000_000, "bytes to write (A, B, D, E)")
	flags.IntVar(&o.conns, "conns", 0, "WebSocket connections (default 200; C: 500,000)")
	flags.IntVar(&o.active, "active", 1000, "connections at a time (C)")
	flags.Uint64Var(&o.seed, "seed", 1, "start of the random numbers")
	flags.Float64Var(&o.damage.gap, "gap", 0, "probability that a segment is missing from the capture")
	flags.Float64Var(&o.damage.reorder, "reorder", 0, "probability that a segment comes late")
	flags.Float64Var(&o.damage.retransmit, "retx", 0, "probability that a segment comes twice")
	flags.Float64Var(&o.damage.overlap, "overlap", 0, "probability that a segment comes again with other borders")
	out := flags.String("o", "", "file to write; OUT.truth.json and OUT.frames are written beside it")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *out == "" {
		return fmt.Errorf("-o is missing")
	}
	if len(o.profile) != 1 || o.profile < "A" || o.profile > "E" {
		return fmt.Errorf("no profile %q", o.profile)
	}
	file, err := os.Create(*out)
	if err != nil {
		return err
	}
	found, err := generate(o, file)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return found.Save(*out)
}
