package packets

import (
	"bytes"
	"net/netip"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// What is built must be what another decoder reads, checksums included.
func TestSegment(t *testing.T) {
	v4 := [2]End{{MAC: [6]byte{2, 0, 0, 0, 0, 1}, Addr: netip.MustParseAddrPort("192.0.2.1:50000")}, {MAC: [6]byte{2, 0, 0, 0, 0, 2}, Addr: netip.MustParseAddrPort("198.51.100.7:80"), TTL: 57}}
	v6 := [2]End{{Addr: netip.MustParseAddrPort("[2001:db8::1]:50000")}, {Addr: netip.MustParseAddrPort("[2001:db8::2]:80")}}
	for _, tt := range []struct {
		name    string
		ends    [2]End
		flags   Flags
		payload string
	}{
		{"SYN", v4, SYN, ""},
		{"even", v4, PSH | ACK, "even"},
		{"odd", v4, ACK, "odd"},
		{"IPv6 SYN", v6, SYN | ACK, ""},
		{"IPv6 odd", v6, FIN | ACK, "12345"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := Segment{From: &tt.ends[0], To: &tt.ends[1], Seq: 7, Ack: 9, Flags: tt.flags, Window: 501, Time: 3, Echo: 4, Payload: []byte(tt.payload)}
			data := s.Append(nil)
			p := gopacket.NewPacket(data, layers.LayerTypeEthernet, gopacket.Default)
			if e := p.ErrorLayer(); e != nil {
				t.Fatal(e.Error())
			}
			tcp := p.Layer(layers.LayerTypeTCP).(*layers.TCP)
			if tcp.Seq != 7 || tcp.Ack != 9 || tcp.SYN != (tt.flags&SYN != 0) || tcp.FIN != (tt.flags&FIN != 0) || string(tcp.Payload) != tt.payload {
				t.Errorf("read back as %+v", tcp)
			}
			if err := tcp.SetNetworkLayerForChecksum(p.NetworkLayer()); err != nil {
				t.Fatal(err)
			}
			again := gopacket.NewSerializeBuffer()
			var parts []gopacket.SerializableLayer
			for _, l := range p.Layers() {
				parts = append(parts, l.(gopacket.SerializableLayer))
			}
			if err := gopacket.SerializeLayers(again, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, parts...); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(again.Bytes(), data) {
				t.Errorf("gopacket builds\n%x\nand we\n%x", again.Bytes(), data)
			}
		})
	}
}

func TestFrame(t *testing.T) {
	mask := &[4]byte{0x37, 0xfa, 0x21, 0x3d}
	for _, tt := range []struct {
		name string
		in   Frame
		want []byte
	}{
		{"RFC 6455 §5.7, unmasked", Frame{First: 0x81, Payload: []byte("Hello")}, []byte("\x81\x05Hello")},
		{"RFC 6455 §5.7, masked", Frame{First: 0x81, Mask: mask, Payload: []byte("Hello")}, []byte("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58")},
		{"close", Frame{First: 0x88, Payload: CloseBody(1000, "bye")}, []byte("\x88\x05\x03\xe8bye")},
		{"126", Frame{First: 0x82, Payload: make([]byte, 126)}, append([]byte{0x82, 126, 0, 126}, make([]byte, 126)...)},
		{"65536", Frame{First: 0x82, Payload: make([]byte, 65536)}, append([]byte{0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0}, make([]byte, 65536)...)},
	} {
		if got := tt.in.Append(nil); !bytes.Equal(got, tt.want) {
			t.Errorf("%s: Append = %x; want %x", tt.name, got[:min(len(got), 20)], tt.want[:min(len(tt.want), 20)])
		}
	}
}

func TestAccept(t *testing.T) {
	if got, want := Accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="; got != want {
		t.Errorf("Accept = %s; want %s (RFC 6455 §1.3)", got, want)
	}
}

func TestPcap(t *testing.T) {
	var b bytes.Buffer
	p := NewPcap(&b)
	p.Write(time.Unix(1, 2000), []byte("abc"))
	want := "\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x00\x01\x00\x00\x00" +
		"\x01\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00\x03\x00\x00\x00abc"
	if b.String() != want || p.Written != int64(len(want)) {
		t.Errorf("Pcap wrote %x; want %x", b.String(), want)
	}
}
