package main

import (
	"errors"
	"fmt"
	"strconv"
)

// A count is how many of something there may be, as a flag. It is never less
// than one: a limit of nothing would be taken for none by those who set it, and
// for the default by those who read it.
type count int

// Set implements pflag.Value.
func (c *count) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return fmt.Errorf("%q is no limit: write a whole number from 1 on", text)
	}
	*c = count(n)
	return nil
}

// String implements pflag.Value.
func (c *count) String() string { return strconv.Itoa(int(*c)) }

// Type implements pflag.Value.
func (c *count) Type() string { return "N" }

// A room is a size that bounds what is kept, never 0 for the same reason.
type room struct{ *size }

// Set implements pflag.Value.
func (r room) Set(text string) error {
	if err := r.size.Set(text); err != nil {
		return err
	}
	if *r.size == 0 {
		return errors.New("nothing could be kept: write a size from 1B on, such as 64KiB")
	}
	return nil
}
