package main

import (
	"fmt"
	"strings"
	"time"

	"wsight/internal/packets"
)

const (
	proxyFront = "198.51.100.10:80"
	origin     = "192.0.2.20:8080"
)

// legs returns the two connections of a proxy, captured on its host.
func legs(c *packets.Capture, clientAddr, proxyBack string) (front, back *packets.Connection) {
	front = c.Connect(clientAddr, proxyFront)
	front.Delay = [2]time.Duration{21 * time.Millisecond, 70 * time.Microsecond}
	back = c.Connect(proxyBack, origin)
	back.Delay = [2]time.Duration{60 * time.Microsecond, 500 * time.Microsecond}
	return front, back
}

// nginxHead is what nginx makes of a request: the fields that its
// configuration sets come first, those of the client follow.
func nginxHead(request []byte, version string, set ...string) []byte {
	lines := strings.Split(strings.TrimSuffix(string(request), "\r\n\r\n"), "\r\n")
	first := strings.TrimSuffix(lines[0], "HTTP/1.1") + version
	out := append([]string{first}, set...)
	for _, l := range lines[1:] {
		switch name, _, _ := strings.Cut(l, ":"); name {
		case "Host", "Connection", "Upgrade":
		default:
			out = append(out, l)
		}
	}
	return head(out...)
}

func nginxStripsUpgrade(c *packets.Capture) {
	front, back := legs(c, "203.0.113.24:51502", "192.0.2.5:40822")
	request := browser("/chat", "chat.example", front.Nonce())
	front.Open()
	front.Send(client, request)
	back.Open()
	back.Send(client, nginxHead(request, "HTTP/1.0", "Host: "+origin, "Connection: close"))
	body := "Upgrade Required"
	back.Send(server, append(head("HTTP/1.1 426 Upgrade Required", "Content-Length: 16", "Content-Type: text/plain", date, "Connection: close"), body...))
	back.Close(server)
	front.Send(server, append(head("HTTP/1.1 426 Upgrade Required", "Server: nginx/1.22.1", date, "Content-Type: text/plain", "Content-Length: 16", "Connection: keep-alive"), body...))
	front.Close(client)
}

// throughNginx opens both legs with the upgrade settings that nginx's
// documentation gives.
func throughNginx(front, back *packets.Connection) {
	key := front.Nonce()
	request := browser("/chat", "chat.example", key)
	front.Open()
	front.Send(client, request)
	back.Open()
	back.Send(client, nginxHead(request, "HTTP/1.1", "Upgrade: websocket", "Connection: upgrade", "Host: chat.example"))
	back.Send(server, accepted(key))
	front.Send(server, head("HTTP/1.1 101 Switching Protocols", "Server: nginx/1.22.1", date, "Connection: upgrade", "Upgrade: websocket",
		"Sec-WebSocket-Accept: "+packets.Accept(key)))
}

// relay carries one frame over both legs, as it is.
func relay(d packets.Direction, front, back *packets.Connection, opcode byte, payload string) {
	first, second := front, back
	if d == server {
		first, second = back, front
	}
	frame := front.Frame(d, 0x80|opcode, []byte(payload))
	first.Send(d, frame)
	second.Send(d, frame)
}

func nginxIdle(c *packets.Capture) {
	front, back := legs(c, "203.0.113.24:51530", "192.0.2.5:40870")
	throughNginx(front, back)
	for _, l := range chat {
		c.Wait(l.pause)
		relay(l.who, front, back, packets.Text, l.text)
	}
	c.Wait(60 * time.Second)
	front.Fin(server)
	back.Fin(client)
	back.Fin(server)
	front.Fin(client)
}

func upstreamDown(c *packets.Capture) {
	front, back := legs(c, "203.0.113.24:51602", "192.0.2.5:41004")
	front.Open()
	front.Send(client, browser("/chat", "chat.example", front.Nonce()))
	back.Refuse()
	page := "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
	front.Send(server, append(head("HTTP/1.1 502 Bad Gateway", "Server: nginx/1.22.1", date, "Content-Type: text/html",
		fmt.Sprintf("Content-Length: %d", len(page)), "Connection: keep-alive"), page...))
	front.Close(client)
}

// haproxyHead is what HAProxy makes of a head: names in lower case, and the
// Connection of an upgrade at the end.
func haproxyHead(h []byte) []byte {
	lines := strings.Split(strings.TrimSuffix(string(h), "\r\n\r\n"), "\r\n")
	out := lines[:1:1]
	for _, l := range lines[1:] {
		name, value, _ := strings.Cut(l, ":")
		if name != "Connection" {
			out = append(out, strings.ToLower(name)+":"+value)
		}
	}
	return head(append(out, "connection: Upgrade")...)
}

func twoInterfaces() []byte {
	c := newCapture()
	c.Comment = "The host of a proxy: eth0 faces the clients, eth1 the servers."
	front, back := legs(c, "203.0.113.24:51688", "192.0.2.5:41190")
	back.Interface = 1
	key := front.Nonce()
	request, answer := browser("/chat", "chat.example", key), accepted(key)
	front.Open()
	front.Send(client, request)
	back.Open()
	back.Send(client, haproxyHead(request))
	c.Describe("HAProxy forwards the upgrade by itself; names of fields are in lower case from here on.")
	back.Send(server, answer)
	front.Send(server, haproxyHead(answer))
	c.Describe("The same Sec-WebSocket-Accept on both legs: it was computed by the server.")
	for _, l := range chat {
		c.Wait(l.pause)
		relay(l.who, front, back, packets.Text, l.text)
	}
	relay(client, front, back, packets.Close, string(packets.CloseBody(1000, "")))
	relay(server, front, back, packets.Close, string(packets.CloseBody(1000, "")))
	back.Close(server)
	front.Close(server)
	return c.Pcapng("eth0", "eth1")
}

func reload(c *packets.Capture) {
	conns := make([]*packets.Connection, 30)
	for i := range conns {
		conns[i] = c.Connect(fmt.Sprintf("203.0.113.%d:%d", 10+i%12, 50100+37*i), proxyFront)
		upgrade(conns[i], "/ticker", "ticker.example", nil, nil)
		conns[i].Say(client, packets.Text, `{"subscribe":"ACME"}`)
		c.Wait(400 * time.Millisecond)
	}
	for round := range 5 {
		for _, conn := range conns {
			conn.Say(server, packets.Text, fmt.Sprintf(`{"symbol":"ACME","price":%d}`, 100+round))
		}
		c.Wait(2 * time.Second)
	}
	for _, conn := range conns {
		conn.Fin(server)
		c.Wait(12 * time.Millisecond)
	}
	for _, conn := range conns {
		conn.Fin(client)
	}
}
