//go:build unix

package e2e

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/lxzan/gws"
)

// books are what the endpoints sent and received, by the address of the
// client: to the server, to the client.
type books struct {
	mu    sync.Mutex
	sides [2]map[string][2][]saying // as the client knows it, as the server does
}

const (
	asClient = 0
	asServer = 1
	toServer = 0
	toClient = 1
)

func newBooks() *books {
	return &books{sides: [2]map[string][2][]saying{{}, {}}}
}

// note enters one message.
func (b *books) note(side int, client string, dir int, kind string, data []byte) {
	sum := sha256.Sum256(data)
	b.add(side, client, dir, saying{kind, hex.EncodeToString(sum[:])})
}

// add enters one message whose hash is known.
func (b *books) add(side int, client string, dir int, said saying) {
	b.mu.Lock()
	defer b.mu.Unlock()
	entry := b.sides[side][client]
	entry[dir] = append(entry[dir], said)
	b.sides[side][client] = entry
}

// all returns the connections of both sides, and fails the test when they do
// not agree about one.
func (b *books) all(t *testing.T) map[string][2][]saying {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	known := map[string][2][]saying{}
	for _, side := range b.sides {
		for client, entry := range side {
			if other, ok := known[client]; ok && !(slices.Equal(other[0], entry[0]) && slices.Equal(other[1], entry[1])) {
				t.Errorf("the ends of %s do not agree: the test itself is wrong", client)
			}
			known[client] = entry
		}
	}
	return known
}

// messages returns what a client says: empty, short and long, of every length
// form, text and binary, easy and impossible to compress.
func messages(seed uint64, many int) [][]byte {
	r := rand.New(rand.NewPCG(seed, 1))
	var all [][]byte
	for i := range many {
		size := []int{0, 1, 125, 126, 700, 1400, 4096, 65535, 65536, 200_000}[r.IntN(10)]
		if i%2 == 0 {
			all = append(all, []byte(strings.Repeat("grüße, 世界! ", size/16)))
			continue
		}
		data := make([]byte, size)
		for j := range data {
			data[j] = byte(r.Uint32())
		}
		all = append(all, data)
	}
	return all
}

func isText(i int) bool { return i%2 == 0 }

func word(text bool) string {
	if text {
		return "text"
	}
	return "binary"
}

// A server echoes and keeps books.
type server func(t *testing.T, l net.Listener, b *books)

// coderServer is github.com/coder/websocket.
func coderServer(t *testing.T, l net.Listener, b *books) {
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionContextTakeover, CompressionThreshold: 1, InsecureSkipVerify: true})
		if err != nil {
			t.Error(err)
			return
		}
		defer c.CloseNow()
		c.SetReadLimit(1 << 20)
		for {
			kind, data, err := c.Read(context.Background())
			if err != nil {
				return
			}
			b.note(asServer, r.RemoteAddr, toServer, word(kind == websocket.MessageText), data)
			b.note(asServer, r.RemoteAddr, toClient, word(kind == websocket.MessageText), data)
			if err := c.Write(context.Background(), kind, data); err != nil {
				t.Error(err)
				return
			}
		}
	})}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
}

// gwsServer is github.com/lxzan/gws.
func gwsServer(t *testing.T, l net.Listener, b *books) {
	upgrader := gws.NewUpgrader(&echo{books: b}, &gws.ServerOption{
		PermessageDeflate: gws.PermessageDeflate{Enabled: true, ServerContextTakeover: true, ClientContextTakeover: true, Threshold: 1,
			ServerMaxWindowBits: 15, ClientMaxWindowBits: 15}, // it asks for 12 else, which was not offered
		ReadMaxPayloadSize: 1 << 20, WriteMaxPayloadSize: 1 << 20,
	})
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := upgrader.Upgrade(w, r)
		if err != nil {
			t.Error(err)
			return
		}
		c.ReadLoop()
	})}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
}

type echo struct {
	gws.BuiltinEventHandler
	books *books
}

func (e *echo) OnPing(c *gws.Conn, payload []byte) { c.WritePong(payload) }

func (e *echo) OnMessage(c *gws.Conn, m *gws.Message) {
	defer m.Close()
	kind, client := word(m.Opcode == gws.OpcodeText), c.RemoteAddr().String()
	e.books.note(asServer, client, toServer, kind, m.Bytes())
	e.books.note(asServer, client, toClient, kind, m.Bytes())
	c.WriteMessage(m.Opcode, m.Bytes())
}

// A dialer connects to the server, from where the test is about.
type dialer func() (net.Conn, error)

// A client says messages, one after the other or all at once, and keeps books.
type client func(dial dialer, host string, said [][]byte, b *books) error

// coderClient is github.com/coder/websocket.
func coderClient(dial dialer, host string, said [][]byte, b *books) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	var me string
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		conn, err := dial()
		if err == nil {
			me = conn.LocalAddr().String()
		}
		return conn, err
	}}
	c, _, err := websocket.Dial(ctx, "ws://"+host+"/ws", &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: transport}, CompressionMode: websocket.CompressionContextTakeover, CompressionThreshold: 1,
	})
	if err != nil {
		return err
	}
	defer c.CloseNow()
	c.SetReadLimit(1 << 20)
	sent := make(chan error, 1)
	go func() {
		for i, data := range said {
			kind := websocket.MessageBinary
			if isText(i) {
				kind = websocket.MessageText
			}
			b.note(asClient, me, toServer, word(isText(i)), data)
			if err := c.Write(ctx, kind, data); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	for range said {
		kind, data, err := c.Read(ctx)
		if err != nil {
			return err
		}
		b.note(asClient, me, toClient, word(kind == websocket.MessageText), data)
	}
	return errors.Join(<-sent, c.Close(websocket.StatusNormalClosure, "done"))
}

// gwsClient is github.com/lxzan/gws.
func gwsClient(dial dialer, host string, said [][]byte, b *books) error {
	conn, err := dial()
	if err != nil {
		return err
	}
	listener := &listener{books: b, me: conn.LocalAddr().String(), left: len(said), done: make(chan struct{})}
	c, _, err := gws.NewClientFromConn(listener, &gws.ClientOption{
		Addr:               "ws://" + host + "/ws",
		PermessageDeflate:  gws.PermessageDeflate{Enabled: true, ServerContextTakeover: true, ClientContextTakeover: true, Threshold: 1},
		ReadMaxPayloadSize: 1 << 20, WriteMaxPayloadSize: 1 << 20,
	}, conn)
	if err != nil {
		return err
	}
	go c.ReadLoop()
	for i, data := range said {
		kind := gws.OpcodeBinary
		if isText(i) {
			kind = gws.OpcodeText
		}
		b.note(asClient, listener.me, toServer, word(isText(i)), data)
		if err := c.WriteMessage(kind, data); err != nil {
			return err
		}
	}
	select {
	case <-listener.done:
	case <-time.After(30 * time.Second):
		return io.ErrNoProgress
	}
	return c.WriteClose(1000, []byte("done"))
}

type listener struct {
	gws.BuiltinEventHandler
	books *books
	me    string
	left  int
	done  chan struct{}
}

func (l *listener) OnMessage(_ *gws.Conn, m *gws.Message) {
	defer m.Close()
	l.books.note(asClient, l.me, toClient, word(m.Opcode == gws.OpcodeText), m.Bytes())
	if l.left--; l.left == 0 {
		close(l.done)
	}
}
