// Command gen writes the sample captures in pcaps, and their README. Every
// byte of them is made up, and made anew the same: addresses and names are
// those that are reserved for documentation.
//
// Usage, from the root of the repository: go run ./pcaps/gen [FOLDER]
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	folder := "pcaps"
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	if err := run(folder); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(folder string) error {
	for _, s := range samples {
		if err := os.WriteFile(filepath.Join(folder, s.file), s.make(), 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(folder, "README.md"), []byte(readme()), 0o644)
}
