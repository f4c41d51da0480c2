package tui

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"wsight/capture"
	judge "wsight/diagnose/verdict"
	"wsight/dissect"
	"wsight/export"
	"wsight/session"
)

// The screens say of a connection what the command doctor says of it.
func TestDoctorsWords(t *testing.T) {
	files, err := filepath.Glob(sample("*.pcap*"))
	if err != nil || len(files) < 10 {
		t.Fatal(err, files)
	}
	said := 0
	for _, name := range files {
		src, err := capture.Open(context.Background(), []string{name}, capture.Options{})
		if err != nil {
			t.Fatal(err)
		}
		doctor := judge.New()
		if _, err := session.Run(context.Background(), src, session.Options{}, func(e dissect.Event) { doctor.Observe(e) }); err != nil {
			t.Fatal(err)
		}
		rec := record(t, name)
		b := newBench(t, rec, 250, 70, Options{})
		for _, d := range doctor.Diagnoses(judge.Quality{Complete: true}) {
			if d.Code == "" || d.Culprit == judge.Capture {
				continue
			}
			for _, c := range d.Connections {
				o, ok := rec.Overview(c.Number)
				if !ok {
					t.Fatalf("%s: there is no connection %d", name, c.Number)
				}
				if o.Problem() && b.ui.headline(&o).whole != export.MaskText(d.Headline) {
					t.Errorf("%s, connection %d: %q; want %q", name, c.Number, b.ui.headline(&o).whole, d.Headline)
				}
				if d.Count > 1 {
					continue
				}
				b.ui.conns.pick(c.Number)
				b.draw()
				if !strings.Contains(b.text(), "Culprit ") {
					t.Errorf("%s, connection %d: who is to blame is not said:\n%s", name, c.Number, b.text())
				}
				said++
			}
		}
	}
	if said < 5 {
		t.Errorf("%d connections were judged, which is too few to say anything", said)
	}
}
