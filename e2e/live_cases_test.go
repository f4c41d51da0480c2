//go:build unix

package e2e

import (
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// talk lets several clients speak to the server at once.
func talk(t *testing.T, dial dialer, host string, speak client, b *books) {
	t.Helper()
	clients, many := 4, 12
	if all {
		clients, many = 16, 60
	}
	var wait sync.WaitGroup
	for i := range clients {
		wait.Go(func() {
			if err := speak(dial, host, messages(uint64(i), many), b); err != nil {
				t.Errorf("client %d: %v", i, err)
			}
		})
	}
	wait.Wait()
}

// dialFrom connects from the client of the lab.
func dialFrom(address string) dialer {
	return func() (net.Conn, error) {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
		return d.Dial("tcp", address)
	}
}

// between selects the traffic with the servers at addresses: there may be
// other labs on this host.
func between(addresses ...string) string {
	var ports []string
	for _, a := range addresses {
		ports = append(ports, "tcp port "+a[strings.LastIndex(a, ":")+1:])
	}
	return strings.Join(ports, " or ")
}

// What wsight prints live is what the endpoints sent and received, and what it
// prints from a file of tcpdump: on loopback, directly and through proxies.
func TestLiveOnLoopback(t *testing.T) {
	for _, tt := range []struct {
		name   string
		server server
		client client
		via    *product
		lines  parts
		device string
	}{
		{"coder, coder", coderServer, coderClient, nil, nil, "lo"},
		{"gws, coder", gwsServer, coderClient, nil, nil, "lo"},
		{"coder, gws", coderServer, gwsClient, nil, nil, "lo"},
		{"gws, gws, on any", gwsServer, gwsClient, nil, nil, "any"},
		{"coder, nginx, coder", coderServer, coderClient, &nginx,
			parts{"lines": "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;"}, "lo"},
		{"gws, haproxy, gws", gwsServer, gwsClient, &haproxy, parts{"timers": "timeout client 30s\n timeout server 30s\n timeout tunnel 30s"}, "lo"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			needRoot(t)
			l, err := net.Listen("tcp", "127.0.0.4:0")
			if err != nil {
				t.Fatal(err)
			}
			b := newBooks()
			tt.server(t, l, b)
			origin := l.Addr().String()
			address := origin
			if tt.via != nil {
				need(t, tt.via.program)
				address = tt.via.serve(t, tt.lines, address)
				time.Sleep(100 * time.Millisecond) // what asked whether it listens
			}
			seen := capture(t, nil, tt.device, between(origin, address), nil, func() { talk(t, dialFrom(address), address, tt.client, b) })
			seen.compare(t, b.all(t))
		})
	}
}

// The processes of both ends are told, also in the last line of a connection.
func TestLiveProcesses(t *testing.T) {
	needRoot(t)
	l, err := net.Listen("tcp", "127.0.0.4:0")
	if err != nil {
		t.Fatal(err)
	}
	b := newBooks()
	coderServer(t, l, b)
	address := l.Addr().String()
	seen := capture(t, nil, "lo", between(address), nil, func() {
		for range 3 {
			talk(t, dialFrom(address), address, coderClient, b)
			time.Sleep(100 * time.Millisecond)
		}
	})
	me := os.Getpid()
	servers, clients := 0, 0
	for _, c := range seen.live {
		if c.Processes[1] == me {
			servers++
		}
		if c.Processes[0] == me {
			clients++
		}
	}
	// A client may be gone before it is looked for; who listens is not.
	if servers != len(seen.live) || clients == 0 || servers == 0 {
		t.Errorf("of %d connections the process of %d servers and %d clients is known", len(seen.live), servers, clients)
	}
}
