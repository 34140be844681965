package server

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func setting(t *testing.T, key string) Setting {
	t.Helper()
	for _, s := range Settings() {
		if s.Key == key {
			return s
		}
	}
	t.Fatalf("no setting %s", key)
	return Setting{}
}

func TestSettingsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Settings() {
		if s.Doc == "" || !strings.HasSuffix(s.Doc, ".") {
			t.Errorf("%s has no comment that ends in a full stop: %q", s.Key, s.Doc)
		}
		for _, name := range []string{s.Key, s.Env(), s.LongFlag()} {
			if seen[name] {
				t.Errorf("%s stands for two settings", name)
			}
			seen[name] = true
		}
		c := DefaultConfig()
		if err := s.Set(&c, s.Default); err != nil {
			t.Errorf("%s: its own default %q cannot be read: %v", s.Key, s.Default, err)
		}
		if diff := cmp.Diff(DefaultConfig(), c); diff != "" {
			t.Errorf("%s: reading its own default changed it:\n%s", s.Key, diff)
		}
	}
	if err := DefaultConfig().Validate(); err != nil {
		t.Errorf("the defaults are refused: %v", err)
	}
}

func TestSettingNames(t *testing.T) {
	s := setting(t, "server.public_url")
	got := []string{s.Key, s.Env(), s.Flag(), s.LongFlag(), setting(t, "server.listen").Flag(), setting(t, "server.listen").LongFlag()}
	want := []string{"server.public_url", "OPENZIM_MCP_SERVER__PUBLIC_URL", "server-public-url", "server-public-url", "listen", "server-listen"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(s.Doc, "The address clients use") {
		t.Errorf("help text: %q", s.Doc)
	}
}

func TestSet(t *testing.T) {
	for _, c := range []struct {
		key  string
		raw  any
		want string // as written back
		err  string // part of the error
	}{
		{"server.drain_grace", "7", "7s", ""},
		{"server.drain_grace", 7, "7s", ""},
		{"server.drain_grace", "1m30s", "1m30s", ""},
		{"server.drain_grace", "-1s", "", "not a duration"},
		{"server.drain_grace", "6m", "", "0s to 5m"},
		{"server.drain_grace", nil, "", "has no value"},
		{"server.drain_grace", 1.5, "", "not a duration"},
		{"server.request_timeout", "0", "", "1s to 5m"},
		{"cache.bytes", "1GiB", "1GiB", ""},
		{"cache.bytes", "1 GiB", "1GiB", ""},
		{"cache.bytes", 2097153, "2097153", ""},
		{"cache.bytes", "1", "", "1MiB to 1TiB"},
		{"cache.bytes", "9223372036854775807TiB", "", "not a size"},
		{"cache.bytes", "-1", "", "not a size"},
		{"cache.bytes", "1GB", "", "not a size"},
		{"limits.connections", "12", "12", ""},
		{"limits.connections", "1e3", "", "not a whole number"},
		{"limits.connections", "0", "", "1 to 65536"},
		{"limits.connections", []any{1}, "", "a list where a single value"},
		{"limits.connections", map[string]any{}, "", "where a single value belongs"},
		{"logging.json", "OFF", "false", ""},
		{"logging.json", true, "true", ""},
		{"logging.json", "maybe", "", "not true or false"},
		{"logging.level", "warning", "WARN", ""},
		{"logging.level", "Critical", "ERROR", ""},
		{"logging.level", "loud", "", "DEBUG, INFO, WARN or ERROR"},
		{"library.verify", "Quick", "quick", ""},
		{"library.verify", "full", "full", ""},
		{"library.verify", false, "off", ""}, // YAML's reading of off
		{"library.verify", "yes", "", "off, quick or full"},
		{"library.max_depth", "51", "", "1 to 50"},
		{"library.paths", "/a, /b", "/a,/b", ""},
		{"library.paths", []any{"/a", "/b,c"}, "/a,/b,c", ""},
		{"library.paths", []any{map[string]any{}}, "", "item 1"},
		{"library.paths", "", "", ""},
	} {
		s, conf := setting(t, c.key), DefaultConfig()
		err := s.Set(&conf, c.raw)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s = %v: got %v, want an error with %q", c.key, c.raw, err, c.err)
			}
			if diff := cmp.Diff(DefaultConfig(), conf); diff != "" {
				t.Errorf("%s = %v: a refused value changed something:\n%s", c.key, c.raw, diff)
			}
			continue
		}
		if got := s.Text(conf); err != nil || got != c.want {
			t.Errorf("%s = %v: got %q, %v; want %q", c.key, c.raw, got, err, c.want)
		}
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*Config)
		want []string // key and a part of the reason of each mistake
	}{
		{"ports of the system's choice", func(c *Config) { c.Server.Listen, c.Server.AdminListen = "127.0.0.1:0", "127.0.0.1:0" }, nil},
		{"Unix socket", func(c *Config) { c.Server.Listen = "unix:/run/openzim-mcp/mcp.sock" }, nil},
		{"no admin listener", func(c *Config) { c.Server.AdminListen = "off" }, nil},
		{"no port", func(c *Config) { c.Server.Listen = "localhost" }, []string{"server.listen: is not an address"}},
		{"port out of range", func(c *Config) { c.Server.Listen = "127.0.0.1:65536" }, []string{"server.listen: no port from 0"}},
		{"named port", func(c *Config) { c.Server.Listen = "127.0.0.1:http" }, []string{"server.listen: no port from 0"}},
		{"relative socket", func(c *Config) { c.Server.AdminListen = "unix:admin.sock" }, []string{"server.admin_listen: no absolute path"}},
		{"one address for both", func(c *Config) { c.Server.AdminListen = c.Server.Listen }, []string{"server.admin_listen: an address of its own"}},
		{"public without a name", func(c *Config) { c.Server.Listen = "0.0.0.0:8000" }, []string{"server.allowed_hosts: every request would be refused"}},
		{"public with a name", func(c *Config) { c.Server.Listen, c.Server.PublicURL = "0.0.0.0:8000", "https://zim.example.org/mcp" }, nil},
		{"bad URL", func(c *Config) { c.Server.PublicURL = "zim.example.org" }, []string{"server.public_url: https://host/mcp"}},
		{"URL with a password", func(c *Config) { c.Server.PublicURL = "https://u:p@zim.example.org/" }, []string{"server.public_url: https://host/mcp"}},
		{"Host with a scheme", func(c *Config) { c.Server.AllowedHosts = []string{"https://a"} }, []string{"server.allowed_hosts: no scheme"}},
		{"Host in upper case", func(c *Config) { c.Server.AllowedHosts = []string{"A.example"} }, []string{"server.allowed_hosts: lower case"}},
		{"Host wildcard", func(c *Config) { c.Server.AllowedHosts = []string{"*"} }, []string{"server.allowed_hosts: no wildcard"}},
		{"Origin with a path", func(c *Config) { c.Server.AllowedOrigins = []string{"https://a.example/"} }, []string{"server.allowed_origins: no path"}},
		{"Origin null", func(c *Config) { c.Server.AllowedOrigins = []string{"null"} }, []string{"server.allowed_origins: scheme://host"}},
		{"empty directory name", func(c *Config) { c.Library.Paths = []string{"/a", ""} }, []string{"library.paths: empty name"}},
		{"unknown form of data", func(c *Config) { c.MCP.Structured = "some" }, []string{"mcp.structured: lean, full, off"}},
		{"prefix with a space", func(c *Config) { c.MCP.ToolPrefix = "my zim" }, []string{"mcp.tool_prefix: a-z 0-9"}},
		{"long instructions", func(c *Config) { c.MCP.Instructions = strings.Repeat("x", 1501) }, []string{"mcp.instructions: limit 1500, got 1501"}},
		{"all at once", func(c *Config) {
			c.Server.Listen, c.Server.PublicURL, c.Cache.Bytes, c.Server.RequestTimeout = "x", "y", 1, time.Hour
		}, []string{"server.request_timeout: 1s to 5m", "cache.bytes: 1MiB to 1TiB", "server.listen: is not an address", "server.public_url: "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			conf := DefaultConfig()
			c.edit(&conf)
			var e *ConfigError
			if err := conf.Validate(); err != nil && !errors.As(err, &e) {
				t.Fatalf("got %T", err)
			}
			var got []Mistake
			if e != nil {
				got = e.Mistakes
			}
			if len(got) != len(c.want) {
				t.Fatalf("got %v, want %q", got, c.want)
			}
			for i, w := range c.want {
				key, reason, _ := strings.Cut(w, ": ")
				if got[i].Key != key || !strings.Contains(got[i].Reason, reason) {
					t.Errorf("got %v, want %q", got[i], w)
				}
			}
		})
	}
}

func TestHosts(t *testing.T) {
	loopback := []string{"localhost", "127.0.0.1", "[::1]", "localhost:8000", "127.0.0.1:8000", "[::1]:8000"}
	for _, c := range []struct {
		name  string
		c     ServerConfig
		bound string
		want  []string
	}{
		{"default", ServerConfig{}, "127.0.0.1:8000", loopback},
		{"IPv6", ServerConfig{}, "[::1]:8000", loopback},
		{"listed too", ServerConfig{AllowedHosts: []string{"a.example"}}, "127.0.0.1:8000", append([]string{"a.example"}, loopback...)},
		{"public URL replaces loopback", ServerConfig{PublicURL: "https://Zim.example.org:8443/mcp"}, "127.0.0.1:8000", []string{"zim.example.org:8443"}},
		{"beyond loopback", ServerConfig{AllowedHosts: []string{"a.example"}}, "192.0.2.1:8000", []string{"a.example"}},
		{"all addresses", ServerConfig{}, "[::]:8000", nil},
		{"Unix socket", ServerConfig{}, "unix:/run/s", []string{"localhost", "127.0.0.1", "[::1]"}},
	} {
		if diff := cmp.Diff(c.want, c.c.hostsOf(c.bound)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	c := ServerConfig{PublicURL: "https://zim.example.org/mcp", AllowedOrigins: []string{"https://app.example"}}
	if diff := cmp.Diff([]string{"https://app.example", "https://zim.example.org"}, c.origins()); diff != "" {
		t.Errorf("origins (-want +got):\n%s", diff)
	}
}

func TestSizeText(t *testing.T) {
	for _, s := range []Size{0, 1, 1023, 1 << 10, 3 << 20, 1<<30 + 1, 5 << 40} {
		if got, err := parseSize(s.String()); err != nil || got != s {
			t.Errorf("%d is written %q and read %d, %v", int64(s), s, int64(got), err)
		}
	}
	if got := Level(slog.LevelWarn).String(); got != "WARN" {
		t.Errorf("got %q", got)
	}
}
