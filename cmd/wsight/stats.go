package main

import (
	"errors"

	"github.com/spf13/cobra"

	"wsight/export"
	"wsight/session"
)

// counting is the command stats.
type counting struct {
	input
	selecting
	json, ascii, secrets bool
}

func statsCommand() *cobra.Command {
	c := &counting{}
	cmd := &cobra.Command{
		Use:   "stats [FILE...]",
		Short: "count and time messages, by connection, host, path and subprotocol",
		Long: `stats reads captures to their end and prints how many messages and bytes there
were, what frames cost beside payloads and what the same messages would have
cost as HTTP requests, how well they were compressed, how long they are, how
far apart, and how long pings took; for everything, and by host, path,
subprotocol and connection.

Percentiles are right to within 3 %. The cost as HTTP requests is an estimate:
each message with the request and response heads of its own handshake, as
polling would have sent them.`,
		RunE: c.run,
	}
	c.input.flags(cmd)
	c.selecting.flags(cmd)
	f := cmd.Flags()
	f.BoolVar(&c.json, "json", false, "one JSON object per line")
	f.BoolVar(&c.secrets, "show-secrets", false, "do not mask credentials and tokens in the names of hosts, paths and subprotocols")
	f.BoolVar(&c.ascii, "ascii", false, "use ASCII marks only")
	return cmd
}

func (c *counting) run(cmd *cobra.Command, args []string) error {
	opts := session.Options{}
	if err := c.parse(&opts); err != nil {
		return err
	}
	if c.payloads(&opts) {
		opts.Dissect.MaxPayload = exportPayload
	}
	r := &readings{input: &c.input, cmd: cmd, args: args, opts: opts, filter: c.filter}
	defer r.close()
	if err := r.prepare(false); err != nil {
		return err
	}
	out, _ := create("-", cmd.OutOrStdout()) // standard output is there
	stats := export.NewStats(out, export.StatsOptions{
		JSON: c.json, ASCII: plainMarks(c.ascii, cmd.OutOrStdout()), Width: width(cmd.OutOrStdout()), Rows: c.filter != nil && c.filter.Rows(),
	})
	defer bounded(stats, int64(c.kept), cmd.ErrOrStderr())()
	handle := stats.Event
	if !c.secrets {
		handle = export.Masked(handle)
	}
	sum, failed, err := r.tell(handle, nil)
	if err != nil {
		return err
	}
	c.cut(cmd, args, &sum)
	if err := errors.Join(stats.Close(sum), out.commit()); err != nil {
		return err
	}
	return unread(failed)
}
