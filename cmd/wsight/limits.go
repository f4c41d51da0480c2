package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"wsight/capture"
	"wsight/dissect"
	"wsight/dissect/http2"
	"wsight/export"
	"wsight/session"
)

// bounds are the limits on what is kept, each its own flag.
type bounds struct {
	connections, halfOpen, fragments     count
	streams, lines, ratio, reports, rows count
	queuedSide, queued, fragmentSize     size
	idle, fragmentTime                   time.Duration

	block, head, held, inflated, sealed, sealedAll, kept, spool size
}

// liveIdle ends connections of a live capture that nothing was heard of. TCP
// keep-alive, where it is on, is heard after two hours.
const liveIdle = 2*time.Hour + 15*time.Minute

func (b *bounds) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	for _, c := range []struct {
		to    *count
		name  string
		value count
		usage string
	}{
		{&b.connections, "max-connections", 1 << 20, "TCP connections followed at a time"},
		{&b.halfOpen, "max-half-open", 64 << 10, "how many of the TCP connections may be without their handshake"},
		{&b.streams, "max-streams", dissect.DefaultStreams, "WebSocket streams of an HTTP/2 connection followed at a time"},
		{&b.lines, "max-lines", http2.DefaultLines, "lines kept of an HTTP/2 head"},
		{&b.fragments, "max-fragments", 1 << 10, "IP datagrams that may be incomplete at a time"},
		{&b.ratio, "max-ratio", 200, "how many times its size a message beyond 4 MiB may inflate to"},
		{&b.reports, "max-reports", 20, "findings of one kind in one direction of a connection that are told singly"},
	} {
		*c.to = c.value
		f.Var(c.to, c.name, c.usage)
	}
	f.DurationVar(&b.idle, "max-idle", 0, "let connections go that had no packet for so long; 0 is never, but 2h15m for live captures")
	for _, s := range []struct {
		to    *size
		name  string
		value size
		usage string
	}{
		{&b.queuedSide, "max-queued-side", 1 << 20, "out-of-order bytes that wait in one direction of a connection"},
		{&b.queued, "max-queued", 64 << 20, "out-of-order bytes that wait in all connections"},
		{&b.fragmentSize, "max-fragment-bytes", 4 << 20, "bytes of incomplete IP datagrams that are kept"},
		{&b.block, "max-block", capture.DefaultMaxBlock, "size of a packet, or of a block of pcapng"},
		{&b.head, "max-head", 64 << 10, "size of an HTTP head"},
		{&b.held, "max-held", 256 << 10, "bytes held per direction until it is known what they are"},
		{&b.inflated, "max-inflated", 256 << 20, "size of a message after inflating"},
		{&b.sealed, "max-sealed", 1 << 20, "TLS records of a connection that wait for their key"},
		{&b.kept, "max-kept", session.DefaultKept, "bytes that are kept of connections beside messages, such as heads that wait to be selected"},
		{&b.sealedAll, "max-sealed-all", 64 << 20, "TLS records of all connections that wait for their key"},
	} {
		*s.to = s.value
		f.Var(room{s.to}, s.name, s.usage)
	}
	f.Var(room{&b.spool}, "max-spool", "temporary disk for an input that cannot be read again; 1GiB for screens, which lose the oldest packets, else 16GiB")
	f.DurationVar(&b.fragmentTime, "max-fragment-time", 30*time.Second, "how long an IP datagram may be incomplete")
}

// times finds times that bound nothing.
func (b *bounds) times() error {
	switch {
	case b.idle < 0:
		return errors.New("--max-idle wants a time, such as 10m; 0 is never")
	case b.fragmentTime <= 0:
		return errors.New("--max-fragment-time wants a time, such as 30s")
	}
	return nil
}

// disk is how much of an input may be copied, to be read again.
func (b *bounds) disk() int64 {
	const usual = 16 << 30
	return cmp.Or(int64(b.spool), usual)
}

// give sets the limits in opts.
func (b *bounds) give(opts *session.Options, live bool) {
	l, d := &opts.Limits, &opts.Dissect
	l.Connections, l.HalfOpen = int(b.connections), int(b.halfOpen)
	l.QueuedSide, l.Queued = int(b.queuedSide), int(b.queued)
	l.Fragments, l.FragmentBytes, l.FragmentTime = int(b.fragments), int(b.fragmentSize), b.fragmentTime
	l.Idle = b.idle
	if live && b.idle == 0 {
		l.Idle = liveIdle
	}
	d.MaxStreams, d.MaxLines = int(b.streams), int(b.lines)
	d.MaxHead, d.MaxHeld = int(b.head), int(b.held)
	d.MaxInflated, d.MaxRatio, d.MaxReports = int64(b.inflated), int64(b.ratio), int(b.reports)
	opts.Kept = int64(b.kept)
	d.TLS.Kept, d.TLS.KeptTotal = int64(b.sealed), int64(b.sealedAll)
}

// A keeper keeps something of connections while they are open.
type keeper interface {
	Keep(bytes int64)
	LetGo() int64
}

// bounded gives w its limit, if it has need of one, and returns what says
// that the limit was reached.
func bounded(w export.Writer, bytes int64, stderr io.Writer) func() {
	k, ok := w.(keeper)
	if !ok {
		return func() {}
	}
	k.Keep(bytes)
	return func() {
		if n := k.LetGo(); n > 0 {
			fmt.Fprintf(stderr, "wsight: limit reached: of %s not everything was kept until the end (--max-kept %v)\n", plural(n, "connection"), (*size)(&bytes))
		}
	}
}
