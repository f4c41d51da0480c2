package main

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"wsight/capture"
	"wsight/dissect"
	"wsight/export"
	"wsight/reassembly"
	"wsight/session"
	"wsight/tui"
)

// packets reads the files twice more: for the packets of some connections,
// or of all without any, and to copy them.
func (s screens) packets(ctx context.Context, cmd *cobra.Command, args []string, connections []int, w io.Writer) (tui.Saved, error) {
	wanted := map[int]bool{}
	for _, n := range connections {
		wanted[n] = true
	}
	opts := session.Options{}
	src, err := s.source(cmd, args, &opts)
	if err != nil {
		return tui.Saved{}, err
	}
	opts.Dissect.MaxPayload = 0
	picker := export.NewPCAPNG(src.files.Groups())
	if len(connections) == 0 {
		picker.All()
	}
	opts.Fragments = func(tcp int64, parts []reassembly.Part) {
		for _, part := range parts {
			picker.Part(part.File, part.Packet, tcp)
		}
	}
	if _, err := session.Run(ctx, src, opts, func(e dissect.Event) {
		if c := e.At().Conv; c != nil && (len(wanted) == 0 || wanted[c.Number]) {
			picker.Event(e)
		}
	}); err != nil {
		return tui.Saved{}, err
	}
	if err := ctx.Err(); err != nil {
		return tui.Saved{}, err
	}
	to, err := picker.Begin(w, versionText(), s.keys)
	if err != nil {
		return tui.Saved{}, err
	}
	opts.Fragments = nil
	if src, err = s.source(cmd, args, &opts); err != nil {
		return tui.Saved{}, err
	}
	var broken error
	opts.Trace = func(p *capture.Packet, tcp int64) {
		if broken == nil {
			broken = picker.Packet(to, p, tcp)
		}
	}
	_, err = session.Run(ctx, src, opts, func(dissect.Event) {})
	return tui.Saved{Packets: picker.Packets}, errors.Join(err, ctx.Err(), broken, to.Flush())
}

// errNoPackets is what to do when there is nothing to save.
var errNoPackets = errors.New("none of their packets is kept any longer; a larger --max-spool keeps more, and -w FILE all")

// kept writes the packets that the record still has of some connections, or
// of all without any: of what cannot be read again.
func (s screens) kept(ctx context.Context, rec *session.Record, groups [][]int, connections []int, w io.Writer) (tui.Saved, error) {
	picker := export.NewPCAPNG(groups)
	every := len(connections) == 0
	if every {
		picker.All()
		for n := range rec.Conversations() {
			connections = append(connections, n+1)
		}
	}
	for _, n := range connections {
		selectKept(picker, rec, n)
	}
	s.growing.Lock()
	to, err := picker.Begin(w, versionText(), s.keys)
	s.growing.Unlock()
	if err != nil {
		return tui.Saved{}, err
	}
	type wire struct {
		vantage int
		tcp     int64
	}
	last, numbered := map[wire]int64{}, int64(0)
	all, err := rec.Packets(ctx, func(p *session.KeptPacket) error {
		if !every && p.Nth > 0 && picker.Wanted(&p.Packet, p.TCP) {
			last[wire{p.Vantage, p.TCP}] = p.Nth
			numbered++
		}
		return picker.Packet(to, &p.Packet, p.TCP)
	})
	saved := tui.Saved{Packets: picker.Packets, Gone: all - picker.Packets}
	if !every {
		// Packets are numbered within their connection.
		saved.Gone = -numbered
		for _, n := range last {
			saved.Gone += n
		}
	}
	if err == nil && saved.Packets == 0 {
		err = errNoPackets
	}
	return saved, errors.Join(err, to.Flush())
}

// selectKept selects the packets of a connection, with its findings as comments.
func selectKept(picker *export.PCAPNG, rec *session.Record, conv int) {
	o, ok := rec.Overview(conv)
	if !ok {
		return
	}
	picker.Event(&dissect.Opened{Place: dissect.Place{Conv: o.Conv}})
	for _, c := range o.Also {
		picker.Also(c)
	}
	for _, f := range rec.Findings(conv) {
		of := *f
		of.Conv = o.Conv
		picker.Event(&of)
	}
}
