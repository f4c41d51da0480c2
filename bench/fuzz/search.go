//go:build unix

package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// round is how long the search goes on between two looks at its processor time.
const round = time.Minute

// executions is what the search says of itself every three seconds.
var executions = regexp.MustCompile(`execs: (\d+)`)

// search runs the target until it has had so much processor time, and returns
// a line about it.
func (t target) search(dir string, length time.Duration) (string, error) {
	program := filepath.Join(dir, strings.ReplaceAll(t.importPath, "/", "-")+"-"+t.name)
	cache, err := output("go", "env", "GOCACHE")
	if err != nil {
		return "", err
	}
	if text, err := exec.Command("go", "test", "-c", "-fuzz", "^"+t.name+"$", "-o", program, t.importPath).CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", t, err, text)
	}
	var spent time.Duration
	var runs int64
	for spent < length {
		cmd := exec.Command(program, "-test.run=^$", "-test.fuzz=^"+t.name+"$", "-test.parallel=1",
			"-test.fuzztime="+min(round, length-spent+time.Second).String(), "-test.fuzzminimizetime=20x",
			"-test.fuzzcachedir="+filepath.Join(cache[0], "fuzz", t.importPath))
		cmd.Dir = t.folder
		text, err := cmd.CombinedOutput()
		if err != nil {
			return "", fmt.Errorf("%s: %w\n%s", t, err, text)
		}
		spent += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		if found := executions.FindAllSubmatch(text, -1); found != nil {
			n, err := strconv.ParseInt(string(found[len(found)-1][1]), 10, 64)
			if err != nil {
				return "", err
			}
			runs += n
		}
	}
	return fmt.Sprintf("%s\t%.1f min\t%d runs", t, spent.Minutes(), runs), nil
}
