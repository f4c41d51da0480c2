package truth

import (
	"crypto/sha256"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestSaveLoad(t *testing.T) {
	want := &Truth{Profile: "A", Seed: 7, Bytes: 9, Missing: 1, Keys: []uint64{3, 1, 2}}
	want.Frame(C2S, 1)
	want.Frame(S2C, 8)
	want.Message(C2S, 5, sha256.Sum256([]byte("hello")))
	path := filepath.Join(t.TempDir(), "a.pcap")
	if err := want.Save(path); err != nil {
		t.Fatal(err)
	}
	got, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Counts{})); diff != "" {
		t.Errorf("what was saved is read back otherwise:\n%s", diff)
	}
	if !slices.IsSorted(got.Keys) || got.Frames.Sum() != 2 || got.Digest != "2cf24dba5fb0a30e" {
		t.Errorf("read back %+v", got)
	}
}

// The order of messages does not change the digest; their content does.
func TestDigest(t *testing.T) {
	sums := [][sha256.Size]byte{sha256.Sum256([]byte("a")), sha256.Sum256([]byte("b")), sha256.Sum256([]byte("c"))}
	var forth, back, other Counts
	for i := range sums {
		forth.Message(C2S, 1, sums[i])
		back.Message(C2S, 1, sums[len(sums)-1-i])
		other.Message(C2S, 1, sums[0])
	}
	if forth.Digest != back.Digest || forth.Digest == other.Digest {
		t.Errorf("digests %s forth, %s back, %s of other messages", forth.Digest, back.Digest, other.Digest)
	}
}

func TestFrameKey(t *testing.T) {
	base := FrameKey("192.0.2.1:5", C2S, 1, 2, 3)
	for _, other := range []uint64{
		FrameKey("192.0.2.1:6", C2S, 1, 2, 3), FrameKey("192.0.2.1:5", S2C, 1, 2, 3),
		FrameKey("192.0.2.1:5", C2S, 2, 2, 3), FrameKey("192.0.2.1:5", C2S, 1, 1, 3), FrameKey("192.0.2.1:5", C2S, 1, 2, 4),
	} {
		if other == base {
			t.Errorf("two frames share the key %x", base)
		}
	}
}
