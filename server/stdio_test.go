package server

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// talk runs Stdio on an archive and returns what it answers to the lines, by id ("null" for
// errors without one).
func talk(t *testing.T, lines ...string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "towns.zim", towns())
	var out bytes.Buffer
	err := Stdio(t.Context(), quick(dir), Process{}, strings.NewReader(strings.Join(lines, "\n")), &out)
	if err != nil {
		t.Fatal(err)
	}
	return byID(t, out.String())
}

func byID(t *testing.T, out string) map[string]string {
	t.Helper()
	answers := map[string]string{}
	for l := range strings.Lines(out) {
		var m struct{ ID json.RawMessage }
		if err := json.Unmarshal([]byte(l), &m); err != nil {
			t.Fatalf("not JSON: %q", l)
		}
		if len(m.ID) > 0 {
			answers[string(m.ID)] += l
		}
	}
	return answers
}

const (
	initialize  = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"0"}}}`
	initialized = `{"jsonrpc":"2.0","method":"notifications/initialized"}`
	listTools   = `{"jsonrpc":"2.0","id":2,"method":"tools/list"}`
	callLibrary = `{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"library","arguments":{}}}`
)

func TestStdio(t *testing.T) {
	got := talk(t, initialize, initialized, listTools, callLibrary)
	for id, text := range map[string]string{"1": "2025-11-25", "2": `"name":"library"`, "3": "towns"} {
		if !strings.Contains(got[id], text) {
			t.Errorf("answer %s does not hold %q: %s", id, text, got[id])
		}
	}
}

// TestStdioNewEra opens without initialize.
func TestStdioNewEra(t *testing.T) {
	body, _ := message("tools/call", `"name":"library","arguments":{}`, "")
	if got := talk(t, body); !strings.Contains(got["1"], "towns") {
		t.Errorf("got %v", got)
	}
}

// TestStdioBrokenLines answers each and goes on.
func TestStdioBrokenLines(t *testing.T) {
	got := talk(t, `{"jsonrpc":`, "", "  ", "hello", `[`+listTools+`]`, "\xff\xfe", `{"jsonrpc":"2.0","id":1e99,"method":"x"}`,
		`{"x":"`+strings.Repeat("x", 300<<10)+`"}`, `{"jsonrpc":"1.0","id":9,"method":"ping"}`, initialize, initialized, listTools+"\r")
	codes := []int64{}
	for l := range strings.Lines(got["null"]) {
		var m struct{ Error struct{ Code int64 } }
		if err := json.Unmarshal([]byte(l), &m); err != nil {
			t.Fatal(err)
		}
		codes = append(codes, m.Error.Code)
	}
	// The line that is too long is answered by the reader, ahead of what waits.
	tooLong, parse := 0, 0
	for _, c := range codes {
		switch c {
		case -32600:
			tooLong++
		case -32700:
			parse++
		}
	}
	if diff := cmp.Diff([]int{3, 3, 6}, []int{tooLong, parse, len(codes)}); diff != "" {
		t.Errorf("invalid, unparsable, all (-want +got):\n%s\n%s", diff, got["null"])
	}
	if !strings.Contains(got["9"], "-32600") || !strings.Contains(got["2"], `"tools"`) {
		t.Errorf("got %v", got)
	}
}

// TestStdioSignal ends by its context: what is under way is answered, and nothing waits for input.
func TestStdioSignal(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "towns.zim", towns())
	in, client := io.Pipe()
	server, out := io.Pipe()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Stdio(ctx, quick(dir), Process{}, in, out) }()
	go io.WriteString(client, initialize+"\n"+initialized+"\n"+listTools+"\n")
	r := bufio.NewReader(server)
	for range 2 {
		if _, err := r.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("does not end")
	}
	client.Close() // lets the reader of the input go
	out.Close()
}

// TestStdioClientGone reports that answers could not be written.
func TestStdioClientGone(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "towns.zim", towns())
	err := Stdio(t.Context(), quick(dir), Process{}, strings.NewReader(initialize+"\n"), brokenPipe{})
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v", err)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestReadLine(t *testing.T) {
	in := "a\n\nb\r\n" + strings.Repeat("x", 10) + "\n" + strings.Repeat("y", 11) + "\n" + strings.Repeat("z", 200) + "\nlast"
	r := bufio.NewReaderSize(strings.NewReader(in), 16)
	type line struct {
		Text    string
		TooLong bool
	}
	var got []line
	for {
		text, tooLong, err := readLine(r, 10)
		got = append(got, line{string(text), tooLong})
		if err != nil {
			break
		}
	}
	want := []line{{"a", false}, {"", false}, {"b", false}, {"xxxxxxxxxx", false}, {"", true}, {"", true}, {"last", false}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}
