//go:build linux && !libpcap

package main

import "errors"

// countWithLibpcap needs the build tag libpcap.
func countWithLibpcap(string) error {
	return errors.New("built without the tag libpcap")
}
