package dissect

import "slices"

func (l *tlsLayer) each(see func(*stream)) { l.inner.(lasting).each(see) }

func (l *tlsLayer) copyTo(to *copier) (layer, bool) {
	inner, ok := l.inner.(lasting)
	if !ok || l.over || l.session.Waiting() {
		return nil, false
	}
	kept := &tlsLayer{context: l.context, about: l.about, opened: l.opened, sealed: l.sealed, shut: slices.Clone(l.shut)}
	kept.context.tls, to.tls = &kept.about, &kept.about
	if d := to.dissector; d != nil {
		kept.session = l.session.Clone(d.decryptor)
	} else {
		kept.session = l.session.Clone(nil)
	}
	kept.inner, ok = inner.copyTo(to)
	return kept, ok && to.pay(kept.session.Held())
}
