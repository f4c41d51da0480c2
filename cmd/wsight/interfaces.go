package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"wsight/capture"
)

func interfacesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "interfaces",
		Short: "the interfaces of this host, and whether you may capture from them",
		Long: `interfaces lists the network interfaces with their state and addresses, and says
whether this user may capture from each. What helps if not is said on stderr.`,
		Args: noWords,
		RunE: func(cmd *cobra.Command, _ []string) error {
			err := listInterfaces(cmd.OutOrStdout())
			var permission *capture.PermissionError
			if errors.As(err, &permission) || errors.Is(err, errors.ErrUnsupported) {
				fmt.Fprintln(cmd.ErrOrStderr(), "wsight:", err)
				return nil // it was the question
			}
			return err
		},
	}
}

// listInterfaces writes a line for every interface. The error is why this
// user may not capture.
func listInterfaces(w io.Writer) error {
	devices, reason := capture.Interfaces()
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NAME\tSTATE\tCAPTURE\tADDRESSES")
	for _, d := range devices {
		state, may := "down", "no"
		if d.Up {
			state = "up"
		}
		if d.Capture {
			may = "yes"
		}
		var addresses []string
		for _, a := range d.Addresses {
			addresses = append(addresses, a.String())
		}
		if d.Hardware != "" {
			addresses = append(addresses, d.Hardware)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", d.Name, state, may, strings.Join(addresses, " "))
	}
	if reason == nil {
		fmt.Fprintln(table, "any\tup\tyes\tall of these, and those that come")
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return reason
}

// nothingNamed lists the interfaces and says what to type.
func nothingNamed(stderr io.Writer) error {
	if err := listInterfaces(stderr); err != nil {
		fmt.Fprintln(stderr, "wsight:", err)
	}
	return errors.New("nothing was named: type 'wsight FILE' to read a capture, 'wsight -i IFACE' to make one, or pipe one in: 'tcpdump -U -w - | wsight -'")
}
