//go:build !linux

package capture

import "os"

func standardInput() *os.File { return os.Stdin }
