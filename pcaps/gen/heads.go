package main

import (
	"strings"

	"wsight/internal/packets"
)

const (
	firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:136.0) Gecko/20100101 Firefox/136.0"
	chrome  = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0.0.0 Safari/537.36"
	date    = "Date: Mon, 02 Mar 2026 08:30:00 GMT"

	deflateOffer  = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
	deflateAnswer = "Sec-WebSocket-Extensions: permessage-deflate"
)

// head joins a start line and fields to a head.
func head(lines ...string) []byte {
	return []byte(strings.Join(lines, "\r\n") + "\r\n\r\n")
}

// browser returns the request of a page of the same origin.
func browser(path, host, key string, more ...string) []byte {
	return page(path, host, "http://"+host, key, more...)
}

// page returns the request of a page of any origin, with its fields in the
// order in which Firefox sends them.
func page(path, host, origin, key string, more ...string) []byte {
	lines := []string{
		"GET " + path + " HTTP/1.1", "Host: " + host, "User-Agent: " + firefox, "Accept: */*", "Accept-Language: en-GB,en;q=0.5",
		"Accept-Encoding: gzip, deflate", "Sec-WebSocket-Version: 13", "Origin: " + origin, "Sec-WebSocket-Key: " + key,
		"Connection: keep-alive, Upgrade", "Pragma: no-cache", "Cache-Control: no-cache", "Upgrade: websocket",
	}
	return head(append(lines, more...)...)
}

// accepted returns the 101 that answers key.
func accepted(key string, more ...string) []byte {
	lines := []string{"HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: " + packets.Accept(key)}
	return head(append(lines, more...)...)
}

// upgrade opens TCP and the WebSocket of a healthy connection.
func upgrade(c *packets.Connection, path, host string, offer, answer []string) {
	key := c.Nonce()
	c.Open()
	c.Send(client, browser(path, host, key, offer...))
	c.Send(server, accepted(key, answer...))
}

// Short names for who speaks.
const (
	client = packets.ClientToServer
	server = packets.ServerToClient
)
