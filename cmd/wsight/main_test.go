package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"wsight": main})
}

// TestScript runs what users type: one behaviour a file. $PCAPS is the folder
// of the samples, $TLS holds a TLS capture with its key log. UPDATE=1 rewrites what the scripts compare with.
func TestScript(t *testing.T) {
	pcaps, err := filepath.Abs("../../pcaps")
	if err != nil {
		t.Fatal(err)
	}
	secured, err := filepath.Abs("testdata/tls")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: os.Getenv("UPDATE") != "",
		Condition: func(name string) (bool, error) {
			if name != "root" {
				return false, fmt.Errorf("there is no condition %q", name)
			}
			root := os.Geteuid() == 0
			if !root && os.Getenv("WSIGHT_E2E") != "" {
				return false, fmt.Errorf("capturing needs root")
			}
			return root, nil
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("PCAPS", pcaps)
			env.Setenv("TLS", secured)
			env.Setenv("NO_COLOR", "1")
			return nil
		},
	})
}
