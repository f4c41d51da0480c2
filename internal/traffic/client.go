package traffic

import (
	"bufio"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
)

// A Client is one connection to a Server.
type Client struct {
	conn  net.Conn
	in    *bufio.Reader
	frame []byte
}

// Dial connects and shakes hands.
func Dial(address string) (*Client, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	var key [16]byte
	binary.NativeEndian.PutUint64(key[:], rand.Uint64())
	binary.NativeEndian.PutUint64(key[8:], rand.Uint64())
	fmt.Fprintf(conn, "GET /live HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n",
		address, base64.StdEncoding.EncodeToString(key[:]))
	c := &Client{conn: conn, in: bufio.NewReaderSize(conn, 512)}
	answer, err := http.ReadResponse(c.in, nil)
	if err != nil {
		conn.Close()
		return nil, err
	}
	if answer.StatusCode != http.StatusSwitchingProtocols {
		conn.Close()
		return nil, fmt.Errorf("traffic: %s", answer.Status)
	}
	return c, nil
}

// Send sends a text message of fewer than 65,536 bytes. Its mask is zero, so
// that masking costs nothing.
func (c *Client) Send(text []byte) error {
	c.frame = append(c.frame[:0], 0x81)
	if len(text) < 126 {
		c.frame = append(c.frame, 0x80|byte(len(text)))
	} else {
		c.frame = binary.BigEndian.AppendUint16(append(c.frame, 0x80|126), uint16(len(text)))
	}
	c.frame = append(append(c.frame, 0, 0, 0, 0), text...)
	_, err := c.conn.Write(c.frame)
	return err
}

// Close sends a Close frame and waits for the answer.
func (c *Client) Close() error {
	defer c.conn.Close()
	if _, err := c.conn.Write([]byte{0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8}); err != nil {
		return err
	}
	c.conn.(*net.TCPConn).CloseWrite()
	_, err := io.Copy(io.Discard, c.in)
	return err
}

// Abort resets the connection.
func (c *Client) Abort() error {
	if err := c.conn.(*net.TCPConn).SetLinger(0); err != nil {
		return err
	}
	return c.conn.Close()
}
