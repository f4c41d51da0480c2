package dissect

import (
	"slices"
	"strconv"
	"strings"

	"wsight/dissect/header"
)

// maxInterfaces bounds on how many interfaces a connection is told to have
// been captured.
const maxInterfaces = 16

// elsewhere notes that packets of the connection were captured on another
// interface as well, "" when it has no name.
func (c *Connection) elsewhere(name string) {
	if len(c.also) < maxInterfaces && !slices.Contains(c.also, name) {
		c.also = append(c.also, name)
	}
}

// copies returns where else the packets of t were captured.
func (c *Connection) copies(t *talk) []*Conversation {
	var list []*Conversation
	for _, name := range c.also {
		list = append(list, &Conversation{
			TCP: t.conv.TCP, Vantage: t.conv.Vantage, File: t.conv.File, Interface: name, Client: t.conv.Client, Server: t.conv.Server,
		})
	}
	return list
}

// fieldsPrint returns a fingerprint of the fields of a request of HTTP/2.
func fieldsPrint(fields header.Fields) uint64 {
	var d digest
	for _, f := range fields {
		d.write([]byte(f.Name))
		d.write([]byte{0})
		d.write([]byte(f.Value))
		d.write([]byte{0})
	}
	return d.sum()
}

// Whereabouts says where other, a copy of c, was captured, in what differs
// from c. Names of interfaces are as captured.
func Whereabouts(c, other *Conversation) string {
	var parts []string
	if other.File != c.File {
		parts = append(parts, "in input "+strconv.Itoa(other.File+1))
	}
	if other.Interface != c.Interface && other.Interface != "" {
		parts = append(parts, "on "+other.Interface)
	}
	if other.Client != c.Client || other.Server != c.Server {
		parts = append(parts, "as "+other.Client.String()+" to "+other.Server.String())
	}
	if len(parts) == 0 {
		return "once more"
	}
	return strings.Join(parts, " ")
}
