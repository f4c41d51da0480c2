package tls

// use says what a secret is for. The numbers are ours.
type use uint8

const (
	master          use = iota // of TLS 1.2 and before
	clientEarly                // early data
	clientHandshake            // §7.1
	serverHandshake
	clientTraffic // the first generation of the application keys
	serverTraffic
	uses
)

// labels are those lines of a key log that open records, RFC 9850 §2. RSA
// lines hold the premaster secret by its own encryption and are ignored: no
// program of the last decade writes them without CLIENT_RANDOM.
var labels = map[string]use{
	"CLIENT_RANDOM":                   master,
	"CLIENT_EARLY_TRAFFIC_SECRET":     clientEarly,
	"CLIENT_HANDSHAKE_TRAFFIC_SECRET": clientHandshake,
	"SERVER_HANDSHAKE_TRAFFIC_SECRET": serverHandshake,
	"CLIENT_TRAFFIC_SECRET_0":         clientTraffic,
	"SERVER_TRAFFIC_SECRET_0":         serverTraffic,
}

// secrets are those of one connection, which its client random names.
type secrets struct {
	random [32]byte
	size   [uses]uint8
	value  [uses][48]byte
}

// get returns the secret for a use, nil when the log has none.
func (s *secrets) get(u use) []byte {
	if s == nil || s.size[u] == 0 {
		return nil
	}
	return s.value[u][:s.size[u]]
}

func (s *secrets) set(u use, value []byte) {
	s.size[u] = uint8(copy(s.value[u][:], value))
}
