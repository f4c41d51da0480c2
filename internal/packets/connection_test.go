package packets

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
)

// script is a connection with every call that a sample makes.
func script(c *Capture) {
	conn := c.Connect("192.0.2.1:50000", "198.51.100.7:80")
	conn.Open()
	conn.Send(ClientToServer, []byte("request"))
	c.Describe("the request")
	conn.Send(ServerToClient, []byte(strings.Repeat("x", 3*MSS+1)))
	conn.Say(ClientToServer, Text, "hello")
	conn.Window(ClientToServer, 0)
	conn.Probe(ServerToClient)
	conn.Goodbye(ClientToServer, 1000, "")
	other := c.Connect("192.0.2.1:50001", "198.51.100.7:80")
	other.Interface = 1
	other.Refuse()
}

// Sequence numbers of each side leave no hole and go with the acknowledgements
// of the other, and time does not run backwards.
func TestConnection(t *testing.T) {
	c := &Capture{Now: time.Unix(1000, 0)}
	script(c)
	r, err := pcapgo.NewReader(bytes.NewReader(c.Pcap()))
	if err != nil {
		t.Fatal(err)
	}
	next := map[layers.TCPPort]uint32{}
	var last time.Time
	payload := 0
	for {
		data, info, err := r.ReadPacketData()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if info.Timestamp.Before(last) {
			t.Errorf("a packet at %v after one at %v", info.Timestamp, last)
		}
		last = info.Timestamp
		tcp := gopacket.NewPacket(data, layers.LayerTypeEthernet, gopacket.NoCopy).Layer(layers.LayerTypeTCP).(*layers.TCP)
		if tcp.SrcPort == 50001 || tcp.DstPort == 50001 {
			continue
		}
		probe := len(tcp.Payload) == 0 && tcp.Seq == next[tcp.SrcPort]-1
		if want, ok := next[tcp.SrcPort]; ok && tcp.Seq != want && !probe {
			t.Errorf("%v sends from %d; want %d", tcp.SrcPort, tcp.Seq, want)
		}
		if tcp.ACK && tcp.Ack != next[tcp.DstPort] && len(tcp.Payload) > 0 {
			t.Errorf("%v acknowledges %d; want %d", tcp.SrcPort, tcp.Ack, next[tcp.DstPort])
		}
		if !probe {
			next[tcp.SrcPort] = tcp.Seq + uint32(len(tcp.Payload))
			if tcp.SYN || tcp.FIN {
				next[tcp.SrcPort]++
			}
		}
		payload += len(tcp.Payload)
	}
	if want := len("request") + 3*MSS + 1 + (6 + 5) + (6 + 2) + (2 + 2); payload != want {
		t.Errorf("%d bytes of payload; want %d", payload, want)
	}
}

func TestPcapng(t *testing.T) {
	c := &Capture{Now: time.Unix(1000, 0), Comment: "two interfaces"}
	script(c)
	file := c.Pcapng("eth0", "eth1")
	r, err := pcapgo.NewNgReader(bytes.NewReader(file), pcapgo.DefaultNgReaderOptions)
	if err != nil {
		t.Fatal(err)
	}
	counts := [2]int{}
	for _, p := range c.sorted() {
		data, info, err := r.ReadPacketData()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(data, p.data) || !info.Timestamp.Equal(p.at) || info.InterfaceIndex != p.nic {
			t.Fatalf("read back another packet: %+v", info)
		}
		counts[info.InterfaceIndex]++
	}
	if _, _, err := r.ReadPacketData(); err != io.EOF {
		t.Errorf("more packets than were written: %v", err)
	}
	if counts[0] == 0 || counts[1] != 2 {
		t.Errorf("%v packets by interface", counts)
	}
	if name, err := r.Interface(1); err != nil || name.Name != "eth1" {
		t.Errorf("interface 1 is %+v, %v", name, err)
	}
	if !bytes.Contains(file, []byte("the request")) || !bytes.Contains(file, []byte("two interfaces")) {
		t.Error("comments are missing")
	}
}

// What is muted is sent all the same.
func TestMuted(t *testing.T) {
	c := &Capture{}
	conn := c.Connect("[2001:db8::1]:50000", "[2001:db8::2]:80")
	conn.Muted = true
	conn.Send(ClientToServer, []byte("lost"))
	before := conn.next[ClientToServer]
	conn.Muted = false
	conn.Send(ClientToServer, []byte("seen"))
	if len(c.packets) != 2 || conn.next[ClientToServer] != before+4 {
		t.Errorf("%d packets; want the segment and its acknowledgement", len(c.packets))
	}
}
