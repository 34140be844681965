package peer

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path"
	"strconv"
	"strings"
	"time"
)

// kiwixStart is how long kiwix-serve may take until it answers.
const kiwixStart = 30 * time.Second

// ServeKiwix answers the commands of searching, as [ServeSearch] does, by asking a kiwix-serve over HTTP, which it
// starts when an archive is opened. The CPU time is the server's. kiwix-serve always counts the matches, and makes
// snippets in full text. The command round-trip times requests for a page that does not exist.
func ServeKiwix(ctx context.Context, in io.Reader, out io.Writer, program string) error {
	name, err := kiwixName(program)
	if err != nil {
		return err
	}
	k := &kiwix{program: program, threads: 1}
	k.client.Transport = &http.Transport{MaxIdleConnsPerHost: math.MaxInt16, DisableCompression: true}
	defer k.close()
	return answerLines(ctx, in, out, name, k.run)
}

// kiwixName asks the program what it is. It says so of itself and of its libraries, a line each.
func kiwixName(program string) (string, error) {
	text, err := exec.Command(program, "--version").Output()
	if err != nil {
		return "", fmt.Errorf("kiwix-serve needs the package kiwix-tools: %w", err)
	}
	name := "kiwix-serve"
	for line := range strings.Lines(string(text)) {
		switch f := strings.Fields(line); {
		case len(f) == 2 && f[0] == "kiwix-tools":
			name += " " + f[1]
		case len(f) == 2 && f[0] == "libzim": // not "+ libzim 8.0.0", which is what libkiwix was built with
			name += ", libzim " + f[1]
		}
	}
	return name, nil
}

// A kiwix is a running kiwix-serve, and the archive it serves.
type kiwix struct {
	program string
	server  *exec.Cmd
	client  http.Client
	base    string // http://127.0.0.1:PORT
	content string // before the path of an entry: /content/NAME
	queries []string
	threads int
}

func (k *kiwix) run(ctx context.Context, c Command) (a Answer, err error) {
	switch c.Name {
	case "open":
		return Answer{Count: 1}, k.open(ctx, c.File)
	case "close":
		return Answer{}, k.close()
	case "queries":
		k.queries, err = readPaths(c.File)
		return Answer{Count: uint64(len(k.queries))}, err
	}
	if k.server == nil {
		return Answer{}, errors.New("no archive is open")
	}
	switch c.Name {
	case "threads":
		k.threads = int(min(max(c.Number, 1), math.MaxInt16))
		return Answer{Count: uint64(k.threads)}, nil
	case "full", "suggest", "round-trip":
		return k.passes(ctx, c)
	case "hits-full", "hits-suggest":
		return k.hits(ctx, c)
	}
	return Answer{}, ErrUnsupported
}

// open starts the server and waits for it.
func (k *kiwix) open(ctx context.Context, name string) error {
	if err := k.close(); err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err = errors.Join(err, l.Close()); err != nil {
		return err
	}
	cmd := exec.Command(k.program, "-i", "127.0.0.1", "-p", port, "-a", strconv.Itoa(os.Getpid()), name)
	if err := cmd.Start(); err != nil {
		return err
	}
	k.server, k.base, k.threads = cmd, "http://127.0.0.1:"+port, 1
	for start := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		if err = k.find(ctx); err == nil {
			return nil
		}
		if time.Since(start) > kiwixStart {
			return errors.Join(fmt.Errorf("kiwix-serve does not answer: %w", err), k.close())
		}
	}
}

// find learns from the catalogue where the only archive is.
func (k *kiwix) find(ctx context.Context) error {
	body, err := k.fetch(ctx, "/catalog/v2/entries", nil)
	if err != nil {
		return err
	}
	var feed struct {
		Links []struct {
			Type string `xml:"type,attr"`
			HRef string `xml:"href,attr"`
		} `xml:"entry>link"`
	}
	if err := xml.Unmarshal(body, &feed); err != nil {
		return err
	}
	for _, l := range feed.Links {
		if l.Type == "text/html" {
			k.content = l.HRef
			return nil
		}
	}
	return errors.New("kiwix-serve lists no archive")
}

func (k *kiwix) close() error {
	if k.server == nil {
		return nil
	}
	k.client.CloseIdleConnections()
	err := k.server.Process.Kill()
	k.server.Wait() // says that it was killed
	k.server = nil
	return err
}

// fetch returns the body of an answer. What the server calls a bad request, as for a query without words, is empty.
func (k *kiwix) fetch(ctx context.Context, where string, args url.Values) ([]byte, error) {
	u := k.base + where
	if args != nil {
		u += "?" + args.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u, nil)
	if err != nil {
		return nil, err
	}
	resp, err := k.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	switch {
	case resp.StatusCode >= 500:
		return nil, fmt.Errorf("%s: %s", u, resp.Status)
	case resp.StatusCode >= 400:
		return nil, err
	}
	return body, err
}

// ask returns the answer to a query, not yet parsed.
func (k *kiwix) ask(ctx context.Context, kind, text string) ([]byte, error) {
	n := strconv.Itoa(HitsWanted)
	content := path.Base(k.content)
	switch kind {
	case "full":
		return k.fetch(ctx, "/search", url.Values{"content": {content}, "pattern": {text}, "pageLength": {n}, "format": {"xml"}})
	case "suggest":
		return k.fetch(ctx, "/suggest", url.Values{"content": {content}, "term": {text}, "count": {n}})
	}
	return k.fetch(ctx, k.content+"/no such page", nil)
}

func (k *kiwix) passes(ctx context.Context, c Command) (Answer, error) {
	before, err := cpuOf(k.server.Process.Pid)
	if err != nil {
		return Answer{}, err
	}
	a, err := inParallel(k.threads, k.queries, c, func(text string) (Answer, error) {
		body, err := k.ask(ctx, c.Name, text)
		return Answer{Count: uint64(bytes.Count(body, []byte("<item>")) + bytes.Count(body, []byte(`"path" : "`)))}, err
	})
	if err != nil {
		return Answer{}, err
	}
	after, err := cpuOf(k.server.Process.Pid)
	a.CPU = max(after-before, 1)
	return a, err
}

func (k *kiwix) hits(ctx context.Context, c Command) (a Answer, err error) {
	var out []byte
	for _, text := range k.queries {
		body, err := k.ask(ctx, strings.TrimPrefix(c.Name, "hits-"), text)
		if err != nil {
			return a, err
		}
		parse := suggestedPaths
		if c.Name == "hits-full" {
			parse = k.foundPaths
		}
		paths, err := parse(body)
		if err != nil {
			return a, fmt.Errorf("answer to %q: %w", text, err)
		}
		out = appendHits(out, paths)
		a.Count += uint64(len(paths))
	}
	return a, os.WriteFile(c.File, out, 0o600)
}

// foundPaths takes the paths out of the links of a full-text answer.
func (k *kiwix) foundPaths(body []byte) ([]string, error) {
	if len(body) == 0 {
		return nil, nil
	}
	var rss struct {
		Links []string `xml:"channel>item>link"`
	}
	if err := xml.Unmarshal(body, &rss); err != nil {
		return nil, err
	}
	var list []string
	for _, l := range rss.Links {
		p, err := url.PathUnescape(strings.TrimPrefix(l, k.content+"/"))
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// suggestedPaths takes the paths out of suggestions, the last of which offers a full-text search.
func suggestedPaths(body []byte) ([]string, error) {
	if len(body) == 0 {
		return nil, nil
	}
	var all []struct{ Kind, Path string }
	if err := json.Unmarshal(body, &all); err != nil {
		return nil, err
	}
	var list []string
	for _, s := range all {
		if s.Kind == "path" {
			list = append(list, html.UnescapeString(s.Path))
		}
	}
	return list, nil
}

// cpuOf is the time all threads of a process have run, which the kernel gives in hundredths of a second.
func cpuOf(pid int) (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// The name in brackets may hold anything; utime and stime are the 12th and 13th fields behind it.
	f := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	if len(f) < 13 {
		return 0, errors.New("/proc/PID/stat is too short")
	}
	var ticks int64
	for _, s := range f[11:13] {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * (time.Second / 100), nil
}
