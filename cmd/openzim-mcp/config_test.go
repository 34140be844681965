package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/server"
)

// flagsOf parses flags as serve does.
func flagsOf(t *testing.T, args ...string) kong.Plugins {
	t.Helper()
	c := struct {
		Settings kong.Plugins `embed:""`
	}{settingFlags()}
	parser, err := kong.New(&c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse(args); err != nil {
		t.Fatal(err)
	}
	return c.Settings
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestLayers sets one thing in each layer below, and in every layer above.
func TestLayers(t *testing.T) {
	file := writeFile(t, "server:\n  drain_grace: 1s\n  request_timeout: 11\n  allowed_hosts: [a.example, b.example]\ncache:\n  bytes: 8MiB\nlimits:\nlogging: {}\n")
	p := &program{env: []string{"OPENZIM_MCP_SERVER__REQUEST_TIMEOUT=12s", "OPENZIM_MCP_CACHE__BYTES=16MiB",
		"OPENZIM_MCP_LIBRARY__PATHS=/env/a,/env/b", "HOME=/nowhere", "OPENZIM_MCPX=1"}}
	got, err := p.configure(file, flagsOf(t, "--cache-bytes=32MiB", "--listen=127.0.0.1:1234"), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := server.DefaultConfig()
	want.Server.DrainGrace = time.Second
	want.Server.AllowedHosts = []string{"a.example", "b.example"}
	want.Server.RequestTimeout = 12 * time.Second
	want.Cache.Bytes = 32 << 20
	want.Server.Listen = "127.0.0.1:1234"
	want.Library.Paths = []string{"/env/a", "/env/b"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("layers (-want +got):\n%s", diff)
	}
	got, err = p.configure(file, flagsOf(t, "--library-paths=/flag", "--server-listen=127.0.0.1:4321"), []string{"/argument"})
	if err != nil || !cmp.Equal(got.Library.Paths, []string{"/argument"}) || got.Server.Listen != "127.0.0.1:4321" {
		t.Errorf("arguments: %v %v, %v", got.Library.Paths, got.Server.Listen, err)
	}
}

// TestConfigFromEnvironment names the file by a variable.
func TestConfigFromEnvironment(t *testing.T) {
	p := &program{env: []string{"OPENZIM_MCP_CONFIG=" + writeFile(t, "logging:\n  level: debug\n")}}
	got, err := p.configure("", nil, nil)
	if err != nil || got.Logging.Level.String() != "DEBUG" {
		t.Errorf("got %v, %v", got.Logging, err)
	}
}

// TestEveryMistakeAtOnce has one in each layer.
func TestEveryMistakeAtOnce(t *testing.T) {
	file := writeFile(t, "server:\n  listn: 127.0.0.1:1\n  drain_grace: [1]\ncolour: blue\ncache: 7\n")
	p := &program{env: []string{"OPENZIM_MCP_SERVER__LISTN=x", "OPENZIM_MCP_CACHE__BYTES=little", "OPENZIM_MCP_ZZZZZZ=1"}}
	_, err := p.configure(file, flagsOf(t, "--limits-connections=-1", "--server-public-url=nowhere"), nil)
	if err == nil {
		t.Fatal("no error")
	}
	got := strings.Split(strings.ReplaceAll(err.Error(), file, "FILE"), "\n")
	want := []string{
		`cache (file FILE): is no setting; did you mean cache.bytes?`,
		`colour (file FILE): is no setting`,
		`server.drain_grace (file FILE): holds a list where a single value belongs`,
		`server.listn (file FILE): is no setting; did you mean server.listen?`,
		`cache.bytes (environment OPENZIM_MCP_CACHE__BYTES): "little" is not a size; write bytes, or a number with KiB, MiB, GiB or TiB`,
		`OPENZIM_MCP_SERVER__LISTN (environment): is no setting; did you mean OPENZIM_MCP_SERVER__LISTEN?`,
		`OPENZIM_MCP_ZZZZZZ (environment): is no setting`,
		`limits.connections (flag --limits-connections): "-1" is not a whole number`,
		`server.public_url: "nowhere" is not an address clients can use; write it as https://host/mcp`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}

func TestBadFiles(t *testing.T) {
	p := &program{}
	for _, c := range []struct{ name, file, want string }{
		{"missing", filepath.Join(t.TempDir(), "no.yaml"), "no such file"},
		{"not YAML", writeFile(t, "server: [\n"), "is not YAML"},
		{"a list", writeFile(t, "- a\n"), "is not YAML"},
		{"key twice", writeFile(t, "cache:\n  bytes: 1\n  bytes: 2\n"), "is not YAML"},
		{"no value", writeFile(t, "cache:\n  bytes:\n"), "has no value"},
	} {
		_, err := p.configure(c.file, nil, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error with %q", c.name, err, c.want)
		}
	}
	if _, err := p.configure(writeFile(t, ""), nil, nil); err != nil {
		t.Errorf("an empty file: %v", err)
	}
}
