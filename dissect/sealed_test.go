package dissect

import "testing"

func TestName(t *testing.T) {
	for _, tt := range []struct {
		tls  TLS
		want string
	}{
		{TLS{SNI: "ws.example"}, "ws.example"},
		{TLS{SNI: "public.example", ECH: true}, "public.example (outer name, ECH)"},
		{TLS{ECH: true}, ""},
	} {
		if got := tt.tls.Name(); got != tt.want {
			t.Errorf("%+v: %q; want %q", tt.tls, got, tt.want)
		}
	}
}
