package tui

import (
	"wsight/dissect/payload"
	"wsight/session"
)

// decoding says what the messages of a connection are decoded as: what was
// chosen here, else what the command line says, else what they are found to be.
func (u *UI) decoding(conv int) session.Decoding {
	if chosen, ok := u.chosenFormats[conv]; ok {
		return chosen
	}
	rules := append([]session.DecodeRule{{}}, u.opts.Decode.Rules...)
	return session.Decoding{Rules: rules, Protobuf: u.opts.Decode.Protobuf}
}

// askFormat offers what the messages of the connection could be decoded as.
func (u *UI) askFormat() {
	conv := u.timeline.conv
	if u.timeline.lanes != nil {
		conv, _ = u.timeline.lanes.current()
	}
	if conv == 0 {
		u.flash = noSelection
		return
	}
	choose := func(rules session.Decoding, chosen bool) func(*UI) {
		return func(u *UI) {
			delete(u.chosenFormats, conv)
			if chosen {
				u.chosenFormats[conv] = rules
			}
			u.inside.forget(conv)
			u.timeline.side(conv).decodeAnew()
			if u.timeline.conv == conv {
				u.timeline.decodeAnew()
				if f := u.timeline.filter; f != nil && f.decode {
					u.timeline.setFilter(f)
				}
				u.timeline.rescan()
			}
			if u.detail.conv == conv {
				u.detail.load()
				u.detail.reset()
			}
		}
	}
	all := []choice{
		{text: "automatic: what the subprotocol, the target or the first messages tell", run: choose(session.Decoding{}, false)},
		{text: "plain: the payloads as they are", run: choose(session.Decoding{}, true)},
	}
	for _, f := range payload.All() {
		rules := session.Decoding{Rules: []session.DecodeRule{{Format: f}}, Protobuf: u.opts.Decode.Protobuf}
		all = append(all, choice{text: f.Name + ": " + f.Title, run: choose(rules, true)})
	}
	u.overlay = newMenu("Decode the messages of #"+itoa(conv)+" as", all)
}
