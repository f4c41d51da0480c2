package traffic

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
)

// A Server accepts every handshake and discards what follows. When a client
// has sent all, it closes.
type Server struct {
	listener net.Listener

	mu    sync.Mutex
	conns map[net.Conn]bool
}

// Serve starts a Server at an address.
func Serve(address string) (*Server, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	s := &Server{listener: l, conns: map[net.Conn]bool{}}
	go s.accept()
	return s, nil
}

// Address returns where the server listens.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Close stops accepting.
func (s *Server) Close() error { return s.listener.Close() }

// Abort goes away with all connections, as a program that is killed.
func (s *Server) Abort() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.conns {
		conn.(*net.TCPConn).SetLinger(0)
		conn.Close()
	}
	return s.Close()
}

// keep remembers a connection, or forgets it.
func (s *Server) keep(conn net.Conn, open bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if open {
		s.conns[conn] = true
	} else {
		delete(s.conns, conn)
	}
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.keep(conn, true)
		go func() {
			defer conn.Close()
			defer s.keep(conn, false)
			in := bufio.NewReaderSize(conn, 1024)
			request, err := http.ReadRequest(in)
			if err != nil {
				return
			}
			sum := sha1.Sum([]byte(request.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
			fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
				base64.StdEncoding.EncodeToString(sum[:]))
			if _, err := io.Copy(io.Discard, in); err == nil {
				conn.Write([]byte{0x88, 2, 0x03, 0xe8}) // Close 1000
			}
		}()
	}
}
