//go:build unix

package e2e

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// origin starts the WebSocket server of the lab: it echoes, wants the Origin
// to fit the Host, and speaks the subprotocol chat. It returns its address.
func origin(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.4:0")
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/hang", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/ws", func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{
			Subprotocols: []string{"chat"}, CompressionMode: websocket.CompressionContextTakeover,
		})
		if err != nil {
			return
		}
		defer c.CloseNow()
		for {
			kind, data, err := c.Read(r.Context())
			if err != nil {
				return
			}
			if c.Write(r.Context(), kind, data) != nil {
				return
			}
		}
	})
	server := &http.Server{Handler: mux}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return l.Addr().String()
}

// A visit is what a client does.
type visit struct {
	path        string      // "/ws" when empty
	host        string      // of the request, when it is not the proxy's address
	headers     http.Header // beside those of the handshake
	subprotocol bool        // ask for the subprotocol chat
	origin      bool        // send an Origin as a page of the same host does
	deflate     bool
	silence     time.Duration // between two messages
	forward     bool          // the proxy is a forward proxy
}

const greeting = `{"type":"greeting","text":"Hello from the lab, hello from the lab, hello from the lab"}`

var errNoSubprotocol = errors.New("the subprotocol was not agreed on")

// plainProxy sends every request to a forward proxy as it is, without CONNECT.
func plainProxy(address string) func(*http.Request) (*url.URL, error) {
	return http.ProxyURL(&url.URL{Scheme: "http", Host: address})
}

// run visits the server through the proxy and reports whether everything went
// well.
func (v visit) run(proxy, origin string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 12*time.Second)
	defer cancel()
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	transport := &http.Transport{DialContext: dialer.DialContext}
	host := proxy
	if v.forward {
		host = origin
		transport.Proxy = plainProxy(proxy)
	}
	options := &websocket.DialOptions{HTTPClient: &http.Client{Transport: transport}, HTTPHeader: v.headers.Clone(), Host: v.host}
	if options.HTTPHeader == nil {
		options.HTTPHeader = http.Header{}
	}
	if v.origin {
		options.HTTPHeader.Set("Origin", "http://"+host)
	}
	if v.subprotocol {
		options.Subprotocols = []string{"chat"}
	}
	if v.deflate {
		options.CompressionMode = websocket.CompressionContextTakeover
	}
	path := v.path
	if path == "" {
		path = "/ws"
	}
	c, _, err := websocket.Dial(ctx, "ws://"+host+path, options)
	if err != nil {
		return err
	}
	defer c.CloseNow()
	if v.subprotocol && c.Subprotocol() != "chat" {
		c.CloseNow() // as a browser does
		return errNoSubprotocol
	}
	for i := range 2 {
		if i > 0 {
			time.Sleep(v.silence)
		}
		if err := c.Write(ctx, websocket.MessageText, []byte(greeting)); err != nil {
			return err
		}
		if _, got, err := c.Read(ctx); err != nil || string(got) != greeting {
			return err
		}
	}
	return c.Close(websocket.StatusNormalClosure, "bye")
}
