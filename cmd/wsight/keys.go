package main

import (
	"fmt"
	"io"
	"os"
	"sync"

	"wsight/dissect/tls"
)

// readKeys reads the key log. Secrets that a capture carries are added later.
// With growing, what follows is what is to be read on; nil without a key log.
func (in *input) readKeys(growing bool, stderr io.Writer) (*keyFile, error) {
	in.keys, in.growing = new(tls.KeyLog), new(sync.Mutex)
	if in.keylog == "" {
		return nil, nil
	}
	file, err := os.Open(in.keylog)
	if err != nil {
		return nil, &inputError{fmt.Errorf("key log: %w", err)}
	}
	if _, err := io.Copy(keyWriter{in.keys}, file); err != nil {
		file.Close()
		return nil, &inputError{fmt.Errorf("key log: %w", err)}
	}
	if s := in.keys.Stats(); s.Secrets == 0 && s.Malformed > 0 {
		fmt.Fprintf(stderr, "wsight: key log %s: no line of it is a key; they begin with CLIENT_RANDOM or CLIENT_TRAFFIC_SECRET_0 and the like, and the private key of a server is none: wsight findings tls-undecryptable\n", in.keylog)
	}
	if growing {
		return &keyFile{file, in.keys, in.growing}, nil
	}
	in.keys.End()
	return nil, file.Close()
}

// keysNow returns the keys of this moment, for another goroutine.
func (in *input) keysNow() *tls.KeyLog {
	in.growing.Lock()
	defer in.growing.Unlock()
	if in.still == nil || in.still.Version() != in.keys.Version() {
		in.still = in.keys.Clone()
	}
	return in.still
}

// secrets returns what takes the secrets that a capture carries.
func (in *input) secrets() func([]byte) {
	keys, growing := in.keys, in.growing
	return func(b []byte) {
		growing.Lock()
		defer growing.Unlock()
		keys.AddBlock(b)
	}
}

// keyWriter adds what is written to a key log.
type keyWriter struct{ keys *tls.KeyLog }

func (w keyWriter) Write(p []byte) (int, error) {
	w.keys.Add(p)
	return len(p), nil
}

// A keyFile is a key log that another program may still write.
type keyFile struct {
	file    io.ReadCloser
	keys    *tls.KeyLog
	growing *sync.Mutex // of its input
}

// more reads what was appended. What cannot be read now may be later.
func (k *keyFile) more() {
	if k == nil {
		return
	}
	var buf [16 << 10]byte
	for {
		n, err := k.file.Read(buf[:])
		if n > 0 {
			k.growing.Lock()
			k.keys.Add(buf[:n])
			k.growing.Unlock()
		}
		if n == 0 || err != nil {
			return
		}
	}
}

func (k *keyFile) close() {
	if k != nil {
		k.file.Close()
	}
}
