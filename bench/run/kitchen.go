//go:build unix

package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"wsight/bench/truth"
)

// A kitchen makes programs and captures in one folder.
type kitchen struct {
	folder    string
	size      int64
	generator string
	version   string // of the generator: captures of another one are made anew
}

type capture struct {
	path  string
	truth *truth.Truth
}

func newKitchen(folder string, size int64) (*kitchen, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	k := &kitchen{folder: folder, size: size}
	var err error
	if k.generator, err = k.build("gen", "./bench/gen"); err != nil {
		return nil, err
	}
	program, err := os.ReadFile(k.generator)
	if err != nil {
		return nil, err
	}
	k.version = fmt.Sprintf("%x", sha256.Sum256(program))
	return k, nil
}

// build compiles a package and returns the path of the program.
func (k *kitchen) build(name, pkg string) (string, error) {
	path, err := filepath.Abs(filepath.Join(k.folder, name))
	if err != nil {
		return "", err
	}
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-o", path, pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("build %s: %w", pkg, err)
	}
	return path, nil
}

// capture returns the capture of a profile, made when it is not there.
func (k *kitchen) capture(profile string) (capture, error) {
	args := []string{"-profile", profile, "-size", strconv.FormatInt(k.size, 10)}
	switch profile {
	case "C":
		args = []string{"-profile", "C", "-conns", strconv.FormatInt(k.size/2000, 10)}
	case "D":
		args = []string{"-profile", "D", "-size", strconv.FormatInt(k.size/5*2, 10)}
	case "0":
		args = []string{"-profile", "A", "-gap", "0.0005", "-size", strconv.FormatInt(k.size, 10)}
	}
	path := filepath.Join(k.folder, fmt.Sprintf("%s-%d.pcap", profile, k.size))
	stamp := path + ".made-by"
	if made, err := os.ReadFile(stamp); err != nil || string(made) != k.version {
		fmt.Fprintf(os.Stderr, "making %s\n", path)
		cmd := exec.Command(k.generator, append(args, "-o", path)...)
		cmd.Stderr = os.Stderr
		if err := cmd.Run(); err != nil {
			return capture{}, fmt.Errorf("make %s: %w", path, err)
		}
		if err := settle(path); err != nil {
			return capture{}, err
		}
		if err := os.WriteFile(stamp, []byte(k.version), 0o644); err != nil {
			return capture{}, err
		}
	}
	t, err := truth.Load(path)
	return capture{path: path, truth: t}, err
}

// settle waits until a file is on the disk, so that writing it back does not
// fall into the measurement.
func settle(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
