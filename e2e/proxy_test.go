//go:build unix

package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A product is a proxy of the distribution: how its configuration file looks
// around the lines that a case is about, and how it is started.
type product struct {
	program string
	config  string // {{dir}}, {{port}}, {{origin}}, {{lines}}
	file    string
	start   []string
}

var nginx = product{"nginx", `
daemon off; pid {{dir}}/nginx.pid; error_log {{dir}}/error.log; user root;
events {}
http {
    access_log off;
    client_body_temp_path {{dir}}/a; proxy_temp_path {{dir}}/b; fastcgi_temp_path {{dir}}/c;
    uwsgi_temp_path {{dir}}/d; scgi_temp_path {{dir}}/e;
    {{http}}
    server {
        listen 127.0.0.3:{{port}};
        {{server}}
        location {{path}} {
            proxy_bind 127.0.0.3;
            proxy_pass http://{{origin}};
            {{lines}}
        }
    }
}
`, "nginx.conf", []string{"nginx", "-c", "{{dir}}/nginx.conf", "-e", "{{dir}}/error.log"}}

var haproxy = product{"haproxy", `
defaults
    mode http
    timeout connect 2s
    {{http}}
    {{timers}}
frontend in
    bind 127.0.0.3:{{port}}
    {{server}}
    default_backend out
backend out
    source 127.0.0.3
    {{lines}}
    server origin {{origin}}
`, "haproxy.cfg", []string{"haproxy", "-f", "{{dir}}/haproxy.cfg", "-db"}}

var apache = product{"apache2", `
ServerRoot {{dir}}
PidFile {{dir}}/apache.pid
ErrorLog {{dir}}/error.log
ServerName lab.example
Listen 127.0.0.3:{{port}}
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
LoadModule proxy_wstunnel_module /usr/lib/apache2/modules/mod_proxy_wstunnel.so
{{lines}}
`, "apache.conf", []string{"apache2", "-f", "{{dir}}/apache.conf", "-DFOREGROUND"}}

var caddy = product{"caddy", `
{
    admin off
    auto_https off
}
http://{{name}}:{{port}} {
    bind 127.0.0.3
    reverse_proxy {{origin}} {
        {{lines}}
    }
}
`, "Caddyfile", []string{"caddy", "run", "--config", "{{dir}}/Caddyfile", "--adapter", "caddyfile"}}

var squid = product{"squid", `
http_port 127.0.0.3:{{port}}
tcp_outgoing_address 127.0.0.3
pid_filename {{dir}}/squid.pid
cache_log {{dir}}/cache.log
access_log none
cache_store_log none
cache deny all
http_access allow all
shutdown_lifetime 0 seconds
{{lines}}
`, "squid.conf", []string{"squid", "-N", "-f", "{{dir}}/squid.conf"}}

var varnish = product{"varnishd", `
vcl 4.1;
backend default { .host = "{{originhost}}"; .port = "{{originport}}"; {{backend}} }
{{lines}}
`, "default.vcl", []string{"varnishd", "-F", "-n", "{{dir}}/work", "-a", "127.0.0.3:{{port}}", "-f", "{{dir}}/default.vcl", "-s", "malloc,16m"}}

// parts fill the places of a product's configuration; those that are missing
// are empty.
type parts map[string]string

// serve starts the product with its configuration filled from p, and returns
// its address.
func (pr product) serve(t *testing.T, p parts, origin string) string {
	t.Helper()
	dir := t.TempDir()
	number := port(t)
	host, originPort, _ := strings.Cut(origin, ":")
	fill := func(s string) string {
		for _, name := range []string{"lines", "http", "server", "backend", "timers"} {
			s = strings.ReplaceAll(s, "{{"+name+"}}", p[name])
		}
		pairs := []string{"{{dir}}", dir, "{{port}}", itoa(number), "{{origin}}", origin, "{{originhost}}", host, "{{originport}}", originPort}
		for name, value := range map[string]string{"path": "/", "name": ""} {
			if v, ok := p[name]; ok {
				value = v
			}
			pairs = append(pairs, "{{"+name+"}}", value)
		}
		return strings.NewReplacer(pairs...).Replace(s)
	}
	if err := os.WriteFile(filepath.Join(dir, pr.file), []byte(fill(pr.config)), 0o644); err != nil {
		t.Fatal(err)
	}
	// Squid and Apache give up root; what they write has to be theirs.
	os.Chmod(dir, 0o777)
	os.Chmod(filepath.Dir(dir), 0o755)
	args := make([]string, len(pr.start))
	for i, a := range pr.start {
		args[i] = fill(a)
	}
	cmd := exec.Command(args[0], args[1:]...)
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		done := make(chan struct{})
		go func() { cmd.Wait(); close(done) }()
		select {
		case <-done:
		case <-time.After(3 * time.Second):
			syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			<-done
		}
	})
	address := at("127.0.0.3", number)
	await(t, address, &log)
	return address
}
