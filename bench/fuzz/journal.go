//go:build unix

package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// A round is what one look of the search at a target was, or several of them.
type round struct {
	spent time.Duration // of processors
	runs  int64
}

// A journal knows how long each target was searched, now and in earlier calls.
type journal struct {
	mu     sync.Mutex
	file   *os.File
	order  []target
	total  map[string]round
	rounds map[string]int
	taken  map[string]bool // somebody searches there
	failed map[string]bool // searching goes on only when it is mended
}

// openJournal reads the rounds of earlier calls.
func openJournal(path string, order []target) (*journal, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	j := &journal{file: file, order: order, total: map[string]round{}, rounds: map[string]int{}, taken: map[string]bool{}, failed: map[string]bool{}}
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		fields := strings.Split(lines.Text(), "\t")
		if len(fields) != 4 {
			return nil, fmt.Errorf("%s:%d is not a round: package, target, seconds and runs, with tabs", path, n)
		}
		var seconds float64
		var runs int64
		if _, err := fmt.Sscan(fields[2], &seconds); err != nil {
			return nil, fmt.Errorf("%s:%d: seconds: %w", path, n, err)
		}
		if _, err := fmt.Sscan(fields[3], &runs); err != nil {
			return nil, fmt.Errorf("%s:%d: runs: %w", path, n, err)
		}
		j.count(fields[0]+"\t"+fields[1], round{time.Duration(seconds * float64(time.Second)), runs})
	}
	return j, lines.Err()
}

func (j *journal) count(name string, r round) {
	sum := j.total[name]
	j.total[name] = round{sum.spent + r.spent, sum.runs + r.runs}
	j.rounds[name]++
}

// next takes the target that was searched least, and returns the processor time
// that it lacks; nothing where all had theirs.
func (j *journal) next(length time.Duration) (best target, left time.Duration) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, t := range j.order {
		name := t.String()
		if lacks := length - j.total[name].spent; lacks > left && !j.taken[name] && !j.failed[name] {
			best, left = t, lacks
		}
	}
	j.taken[best.String()] = true
	return best, left
}

// add counts a round of a target that next gave, and lets others take it.
func (j *journal) add(t target, r round) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	name := t.String()
	delete(j.taken, name)
	if r.spent == 0 {
		return nil
	}
	j.count(name, r)
	_, err := fmt.Fprintf(j.file, "%s\t%.1f\t%d\n", name, r.spent.Seconds(), r.runs)
	return err
}

// end takes a target out: an input failed.
func (j *journal) end(t target) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.failed[t.String()] = true
}

// print writes a line for each target, and one for all.
func (j *journal) print(out io.Writer) {
	var all round
	for _, t := range j.order {
		name := t.String()
		sum := j.total[name]
		all = round{all.spent + sum.spent, all.runs + sum.runs}
		fmt.Fprintf(out, "%s\t%d rounds\t%.1f min\t%d runs\n", t, j.rounds[name], sum.spent.Minutes(), sum.runs)
	}
	fmt.Fprintf(out, "%d targets\t%.0f min of processor time\t%d runs\n", len(j.order), all.spent.Minutes(), all.runs)
}
