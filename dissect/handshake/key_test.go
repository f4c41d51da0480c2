package handshake

import "testing"

// A usual key is one that the decoder of base64 takes, too.
func TestUsualKey(t *testing.T) {
	for _, tt := range []struct {
		key   string
		want  bool
		fault string
	}{
		{"dGhlIHNhbXBsZSBub25jZQ==", true, ""},
		{"+/+/+/+/+/+/+/+/+/+/+w==", true, ""},
		{"+/+/+/+/+/+/+/+/+/+/+z==", true, ""}, // bits that stand for nothing
		{"dGhlIHNhbXBsZSBub25jZQ=", false, "it is not base64"},
		{"dGhlIHNhbXBsZSBub25jZQAA", false, "it stands for 18 bytes"},
		{"dGhlIHNhbXBsZSBub25jZ-==", false, "it is not base64"},
		{"dGhlIHNhbXBsZSBub25jZQ==\n", false, ""},
	} {
		if got := usualKey(tt.key); got != tt.want {
			t.Errorf("usualKey(%q) = %v; want %v", tt.key, got, tt.want)
		}
		if got := keyFault(tt.key); got != tt.fault {
			t.Errorf("keyFault(%q) = %q; want %q", tt.key, got, tt.fault)
		}
	}
	for c := range 256 {
		key := string([]byte{byte(c)}) + "GhlIHNhbXBsZSBub25jZQ=="
		if usualKey(key) && keyFault(key+"\n") != "" {
			t.Errorf("usualKey(%q), which is not base64", key)
		}
	}
}
