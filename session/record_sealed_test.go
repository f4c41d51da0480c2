package session

import (
	"bytes"
	"context"
	"crypto/tls"
	"testing"
	"time"

	"wsight/capture"
	"wsight/internal/packets"
)

// TestSealed: TLS connections that no key opens are kept, so many of them.
func TestSealed(t *testing.T) {
	c := &packets.Capture{Now: time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)}
	for i := range maxSealed + 3 {
		from := "192.0.2.1:" + string([]byte{'4', '0', byte('0' + i/100), byte('0' + i/10%10), byte('0' + i%10)})
		conn := c.Connect(from, "198.51.100.1:443")
		conn.Open()
		if i%100 > 0 { // a ClientHello that is not answered costs less than a handshake
			conn.Send(packets.ClientToServer, append([]byte("\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03"), make([]byte, 41)...))
		} else if _, err := conn.Secure(&tls.Config{ServerName: "ws.example"}); err != nil {
			t.Fatal(err)
		}
		conn.Close(packets.ServerToClient)
	}
	r := NewRecord(RecordOptions{})
	if err := r.Run(context.Background(), capture.NewReader(bytes.NewReader(c.Pcap()), "sealed.pcap", capture.Options{})); err != nil {
		t.Fatal(err)
	}
	all := r.Sealed()
	if len(all) != maxSealed || r.Snapshot().TLSWithoutKeys != maxSealed+3 {
		t.Errorf("%d kept of %d; want %d of %d", len(all), r.Snapshot().TLSWithoutKeys, maxSealed, maxSealed+3)
	}
	if got := all[0]; got.TLS.SNI != "ws.example" || got.TLS.Version != "1.3" || got.Reason == "" || got.Client.Port() != 40000 {
		t.Errorf("the first is %+v", got)
	}
}
