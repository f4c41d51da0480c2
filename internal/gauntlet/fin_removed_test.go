package gauntlet

import (
	"fmt"
	"testing"
)

// endings returns how each connection ended, by its ends.
func (said *telling) endings() map[string]line {
	ends, all := map[int]string{}, map[string]line{}
	for _, l := range said.lines {
		switch l.Event {
		case "connection":
			ends[l.Conn] = fmt.Sprintf("%s %s %d", l.Client, l.Server, l.Stream)
		case "end":
			all[ends[l.Conn]] = l
		}
	}
	return all
}

// A FIN without bytes that the capture lacks changes nothing of how a
// connection ended, as long as the other end acknowledged it: it is only said
// that it was not seen.
func TestFINRemoved(t *testing.T) {
	removed := 0
	for _, s := range damageable(t) {
		t.Run(s.name, func(t *testing.T) {
			r := parse(t, s.file)
			whole := tell(t, s.file, keyed(s)).endings()
			for i := range r.records {
				if !r.isFin(i) || len(r.tcp(i).Payload) > 0 || r.tcp(i).RST || !r.acknowledged(i) {
					continue
				}
				removed++
				for who, got := range tell(t, r.without(i).file(), keyed(s)).endings() {
					want := whole[who]
					if got.State != want.State || got.TCP.End != want.TCP.End || got.TCP.By != want.TCP.By || got.Initiator != want.Initiator {
						t.Errorf("without FIN %d, %s: %s", i+1, who, got.raw)
					}
					if got.TCP.Seen != nil && !*got.TCP.Seen {
						if want.TCP.Seen == nil || !*want.TCP.Seen || want.TCP.By != got.TCP.By {
							t.Errorf("without FIN %d, %s: a FIN is unseen that was not the first: %s", i+1, who, got.raw)
						}
					}
				}
			}
		})
	}
	if removed < 10 {
		t.Errorf("only %d FINs to remove", removed)
	}
}

// acknowledged reports whether a packet behind FIN i acknowledges it.
func (r recording) acknowledged(i int) bool {
	fin := r.tcp(i)
	for j := i + 1; j < len(r.records); j++ {
		if p := r.tcp(j); p.ACK && p.SrcPort == fin.DstPort && p.DstPort == fin.SrcPort && p.Ack == fin.Seq+1 {
			return true
		}
	}
	return false
}
