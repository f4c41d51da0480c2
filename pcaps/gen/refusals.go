package main

import (
	"crypto/sha1"
	"encoding/base64"
	"time"

	"wsight/internal/packets"
)

func origin403(c *packets.Capture) {
	conn := c.Connect("203.0.113.80:55810", "198.51.100.7:80")
	conn.Open()
	conn.Send(client, page("/chat", "chat.example", "http://elsewhere.example", conn.Nonce()))
	conn.Send(server, append(head("HTTP/1.1 403 Forbidden", date, "Content-Type: text/plain; charset=utf-8", "Content-Length: 18", "Connection: close"),
		"origin not allowed"...))
	conn.Close(server)
}

func acceptWrong(c *packets.Capture) {
	conn := c.Connect("203.0.113.81:55844", "198.51.100.7:8000")
	key := conn.Nonce()
	digest := sha1.Sum([]byte(key))
	conn.Open()
	conn.Send(client, browser("/live", "live.example:8000", key))
	conn.Send(server, head("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
		"Sec-WebSocket-Accept: "+base64.StdEncoding.EncodeToString(digest[:])))
	conn.Close(client)
}

func subprotocolUnanswered(c *packets.Capture) {
	conn := c.Connect("203.0.113.82:55912", "198.51.100.7:80")
	upgrade(conn, "/chat", "chat.example", []string{"Sec-WebSocket-Protocol: v2.chat.example, v1.chat.example"}, nil)
	c.Wait(2 * time.Millisecond)
	conn.Close(client)
}
