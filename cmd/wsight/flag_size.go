package main

import (
	"fmt"
	"strconv"
	"strings"
)

// A size is a number of bytes as a flag: digits with B, KiB, MiB or GiB.
type size int64

var units = []struct {
	name string
	n    int64
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}}

// Set implements pflag.Value.
func (s *size) Set(text string) error {
	digits, n := text, int64(1)
	for _, u := range units {
		if rest, ok := strings.CutSuffix(text, u.name); ok {
			digits, n = strings.TrimSpace(rest), u.n
			break
		}
	}
	v, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || v < 0 || v > 1<<62/n {
		return fmt.Errorf("%q is no size: write a number with B, KiB, MiB or GiB, such as 64KiB", text)
	}
	*s = size(v * n)
	return nil
}

// String implements pflag.Value.
func (s *size) String() string {
	for _, u := range units {
		if v := int64(*s); v != 0 && v%u.n == 0 {
			return strconv.FormatInt(v/u.n, 10) + u.name
		}
	}
	return "0" // which help takes for no default
}

// Type implements pflag.Value.
func (s *size) Type() string { return "SIZE" }
