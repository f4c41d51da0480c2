package main

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wsight/capture"
	"wsight/capture/filter"
	"wsight/dissect"
	"wsight/session"
)

// listening is what a live capture is asked for, by its flags.
type listening struct {
	interfaces       []string
	filterText       string // of -f
	snaplen, ring    size
	notPromiscuous   bool
	netns            string
	follow           bool
	count            int64
	duration         time.Duration
	write            string
	fileSize, total  size
	fileTime         time.Duration
	savesLater       bool // files may be written although --write is not given
	silent           bool // the terminal belongs to somebody else
	liveOnly, noEnds []string
}

func (l *listening) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVarP(&l.interfaces, "interface", "i", nil, "capture from `IFACE` instead of reading a file; may be repeated; any is every interface")
	f.StringVarP(&l.filterText, "filter", "f", "", "look only at packets that `EXPR` of the pcap-filter language selects; with -i it may also stand at the end")
	l.snaplen, l.ring = capture.DefaultSnaplen, capture.DefaultRingSize
	f.Var(&l.snaplen, "snaplen", "live: how much of a packet is captured")
	f.Var(&l.ring, "ring-size", "live: memory shared with the kernel, which drops packets when it is full; an eighth of the machine's at most")
	f.BoolVar(&l.notPromiscuous, "no-promiscuous", false, "live: only packets from and to this host")
	f.StringVar(&l.netns, "netns", "", "live: capture in the network namespace of a process or file, `PID|PATH`")
	f.BoolVar(&l.follow, "follow", false, "wait for more at the end of the file, or of the newest file of the folder")
	f.Int64Var(&l.count, "count", 0, "stop after `N` packets")
	f.DurationVar(&l.duration, "duration", 0, "stop after so long, such as 30s or 10m")
	f.StringVarP(&l.write, "write", "w", "", "also write the packets to `FILE`, as pcapng")
	f.Var(&l.fileSize, "write-size", "begin another file when one would be larger")
	f.DurationVar(&l.fileTime, "write-every", 0, "begin another file after so long")
	f.Var(&l.total, "write-total", "size of all files; the oldest are removed")
	_ = cmd.MarkFlagFilename("write", "pcapng")
	_ = cmd.RegisterFlagCompletionFunc("interface", completeInterfaces)
	l.liveOnly = []string{"snaplen", "ring-size", "no-promiscuous", "netns"}
	l.noEnds = []string{"count", "duration", "write", "write-size", "write-every", "write-total"}
}

// check finds flags that do not fit together.
func (l *listening) check(cmd *cobra.Command, names, args []string) error {
	live := len(l.interfaces) > 0
	changed := func(names []string) string {
		for _, name := range names {
			if cmd.Flags().Changed(name) {
				return name
			}
		}
		return ""
	}
	streams := live || l.follow || len(names) == 1 && names[0] == "-"
	switch {
	case live && l.follow:
		return errors.New("--follow reads files, -i does not")
	case live && len(args) == 1 && isFile(args[0]):
		return fmt.Errorf("-i and %s exclude each other: capture, or read a file", args[0])
	case live && cmd.Flags().Changed("read"):
		return errors.New("-i and -r exclude each other: capture, or read a file")
	case live && l.filterText != "" && len(args) > 0:
		return fmt.Errorf("the filter was given twice: with -f, and as %q", strings.Join(args, " "))
	case !live && changed(l.liveOnly) != "":
		return fmt.Errorf("--%s is for live captures: name an interface with -i", changed(l.liveOnly))
	case !streams && changed(l.noEnds) != "":
		return fmt.Errorf("--%s is for what has no end: -i, --follow or standard input", changed(l.noEnds))
	case l.write == "" && changed(l.noEnds[3:]) != "":
		return fmt.Errorf("--%s needs -w", changed(l.noEnds[3:]))
	case l.write == "-":
		return errors.New("-w needs a file: stdout is for lines")
	case cmd.Flags().Changed("count") && l.count <= 0:
		return errors.New("--count wants how many packets to take, from 1 on; without it there is no end")
	case cmd.Flags().Changed("duration") && l.duration <= 0:
		return errors.New("--duration wants a time, such as 30s or 10m; without it there is no end")
	case cmd.Flags().Changed("write-every") && l.fileTime <= 0:
		return errors.New("--write-every wants a time, such as 1h")
	case l.follow && (len(names) != 1 || names[0] == "-"):
		return errors.New("--follow needs one file or folder")
	}
	return nil
}

// listen begins to capture, and keeps only the privileges that are needed
// from then on.
func (l *listening) listen(cmd *cobra.Command, text string, opts *session.Options) (*feed, error) {
	f := &feed{stderr: cmd.ErrOrStderr(), silent: l.silent}
	options := capture.LiveOptions{
		Interfaces: l.interfaces, Promiscuous: !l.notPromiscuous, Netns: l.netns,
		Snaplen: int(l.snaplen), RingSize: int(l.ring), Changed: f.changed, Waiting: f.wait,
	}
	var err error
	if f.live, err = capturing(options, text); err != nil {
		return nil, err
	}
	f.Source = f.live
	if err := l.keep(f); err != nil {
		f.live.Close()
		return nil, err
	}
	// Whose sockets these are is worth knowing, and no condition.
	if f.owners, err = capture.NewOwners(l.netns); err == nil {
		opts.Owner = func(local, remote netip.AddrPort) *dissect.Process {
			if p, ok := f.owners.Find(local, remote); ok {
				return &dissect.Process{PID: p.PID, Name: p.Name}
			}
			return nil
		}
	}
	needs := capture.Keep{Owners: f.owners != nil, Output: l.write != "" || l.savesLater}
	if err := capture.DropPrivileges(needs); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		f.say("%v", err)
	}
	f.say("listening on %s; Ctrl-C ends it", strings.Join(l.interfaces, ", "))
	return f, nil
}

// capturing starts the capture. A program of tcpdump is for one link type,
// which is that of the interface.
func capturing(options capture.LiveOptions, text string) (*capture.Live, error) {
	if !filter.IsProgram(text) {
		if strings.TrimSpace(text) != "" {
			var err error
			if options.Filter, err = parseFilter(text); err != nil {
				return nil, err
			}
		}
		live, err := capture.Listen(options)
		return live, unread(err)
	}
	const ethernet, rawIP = 1, 101 // what packets of an interface can be
	var first error
	for _, link := range []uint16{ethernet, rawIP} {
		program, err := filter.ParseProgram(text, link)
		if err != nil {
			return nil, err
		}
		options.Filter = program
		live, err := capture.Listen(options)
		if err == nil {
			return live, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, unread(first)
}

// keep makes the file that packets are written to, if there is to be one.
func (l *listening) keep(f *feed) error {
	f.limit, f.duration = l.count, l.duration
	if l.write == "" {
		return nil
	}
	var err error
	f.copy, err = capture.NewRotation(l.write, capture.Section{Application: "wsight " + versionText()},
		capture.RotationOptions{Size: int64(l.fileSize), Every: l.fileTime, Total: int64(l.total)})
	return unread(err)
}

// completeInterfaces completes the name of an interface.
func completeInterfaces(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	devices, _ := capture.Interfaces() // without privileges the names are there all the same
	names := []string{"any"}
	for _, d := range devices {
		names = append(names, d.Name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
