package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// The scripts run this test binary under the command's name: the real main, with real files,
// signals and exit codes.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"openzim-mcp": main})
}

// TestScripts runs testdata/script. Besides the usual commands there are:
//
//	archive FILE [NAME]   writes an archive called towns, or NAME
//	guide FILE            writes an archive of pages with sections, links and tables
//	split FILE            writes it in three parts
//	damage NAME FILE      changes FILE in the way that zimtest calls NAME
//	post URL FILE         posts FILE as a JSON-RPC message; the answer is in the file answer
//	get URL               the answer is in the file answer; fails unless the status is 200
//	serve ARGUMENTS       starts openzim-mcp serve with its log in the file log, waits until it is
//	                      ready, and sets $MCP and $ADMIN
//	signal NAME           sends it a signal
//	ended CODE            waits for its end
//	logged PATTERN        waits until the log matches
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"archive": func(ts *testscript.TestScript, _ bool, args []string) {
				a := towns()
				if len(args) > 1 {
					a.Metadata["Name"] = args[1]
				}
				ts.Check(os.WriteFile(ts.MkAbs(args[0]), a.Bytes(), 0o600))
			},
			"split": func(ts *testscript.TestScript, _ bool, args []string) {
				for i, part := range zimtest.Split(towns().Bytes(), 500, 900) {
					ts.Check(os.WriteFile(zimtest.PartName(ts.MkAbs(args[0]), i), part, 0o600))
				}
			},
			"damage": func(ts *testscript.TestScript, _ bool, args []string) {
				b, err := os.ReadFile(ts.MkAbs(args[1]))
				ts.Check(err)
				ts.Check(os.WriteFile(ts.MkAbs(args[1]), zimtest.Damage(b, args[0]), 0o600))
			},
			"guide":  guide,
			"post":   post,
			"get":    get,
			"serve":  serve,
			"signal": signalServer,
			"ended":  ended,
			"logged": logged,
		},
	})
}

func towns() zimtest.Archive {
	meta := zimtest.Metadata()
	meta["Name"], meta["Title"], meta["Date"] = "towns", "Towns of the coast", "2026-02-01"
	return zimtest.Archive{
		Minor: 3, Metadata: meta, MainPage: "C/Harbour",
		Entries: []zimtest.Entry{
			zimtest.Page("C/Harbour", "Harbour", "<h1>Harbour</h1><p>Ships lie <b>here</b>.<script>alert(1)</script></p>"),
			zimtest.Page("C/Łódź", "Łódź", "<p>A town on no coast.</p>"),
			zimtest.Page("C/Harbour_master", "Harbour master", "<p>Keeps the harbour.</p>"),
			{Path: "C/Port", Title: "Port", Redirect: "C/Harbour"},
			{Path: "C/pier.png", MIME: "image/png", Data: zimtest.Icon(8)},
		},
	}
}

func post(ts *testscript.TestScript, neg bool, args []string) {
	body := ts.ReadFile(args[1])
	req, err := http.NewRequest(http.MethodPost, args[0], strings.NewReader(body))
	ts.Check(err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json, text/event-stream")
	answer(ts, neg, req)
}

func get(ts *testscript.TestScript, neg bool, args []string) {
	req, err := http.NewRequest(http.MethodGet, args[0], nil)
	ts.Check(err)
	answer(ts, neg, req)
}

// answer sends a request until something listens, and keeps the body.
func answer(ts *testscript.TestScript, neg bool, req *http.Request) {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
	res, err := client.Do(req)
	if err != nil {
		if neg {
			return
		}
		ts.Fatalf("%v", err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("answer"), b, 0o600))
	if ok := res.StatusCode == http.StatusOK; ok == neg {
		ts.Fatalf("status %d: %s", res.StatusCode, b)
	}
}

// background is the server of one script.
type background struct {
	cmd   *exec.Cmd
	ended chan error
}

var (
	serversMu sync.Mutex
	servers   = map[*testscript.TestScript]*background{}
)

func serverOf(ts *testscript.TestScript) *background {
	serversMu.Lock()
	defer serversMu.Unlock()
	if servers[ts] == nil {
		ts.Fatalf("no server was started")
	}
	return servers[ts]
}

var listeners = regexp.MustCompile(`"listeners":\{"mcp":"([^"]+)"(?:,"admin":"([^"]+)")?`)

func serve(ts *testscript.TestScript, _ bool, args []string) {
	log, err := os.Create(ts.MkAbs("log"))
	ts.Check(err)
	path, err := lookPath(ts.Getenv("PATH"), "openzim-mcp")
	ts.Check(err)
	cmd := exec.Command(path, append([]string{"serve"}, args...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = ts.MkAbs("."), log, log
	cmd.Env = []string{"PATH=" + ts.Getenv("PATH"), "HOME=" + ts.Getenv("HOME"), "TMPDIR=" + ts.Getenv("TMPDIR")}
	ts.Check(cmd.Start())
	b := &background{cmd: cmd, ended: make(chan error, 1)}
	go func() { b.ended <- cmd.Wait(); log.Close() }()
	serversMu.Lock()
	servers[ts] = b
	serversMu.Unlock()
	ts.Defer(func() { cmd.Process.Kill() })
	text := await(ts, "started", func() (string, bool) {
		m := listeners.FindStringSubmatch(ts.ReadFile("log"))
		if m == nil || m[2] != "" && !ready(m[2]) {
			return "", false
		}
		ts.Setenv("MCP", m[1])
		ts.Setenv("ADMIN", m[2])
		return m[0], true
	})
	ts.Logf("%s", text)
}

// lookPath finds a command in the script's own path.
func lookPath(path, name string) (string, error) {
	for _, dir := range filepath.SplitList(path) {
		if file := filepath.Join(dir, name); isFile(file) {
			return file, nil
		}
	}
	return "", fmt.Errorf("no %s in %s", name, path)
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

func signalServer(ts *testscript.TestScript, _ bool, args []string) {
	sig := map[string]syscall.Signal{"TERM": syscall.SIGTERM, "INT": syscall.SIGINT, "HUP": syscall.SIGHUP}[args[0]]
	ts.Check(serverOf(ts).cmd.Process.Signal(sig))
}

func ended(ts *testscript.TestScript, _ bool, args []string) {
	b := serverOf(ts)
	select {
	case <-b.ended:
		if got := strconv.Itoa(b.cmd.ProcessState.ExitCode()); got != args[0] {
			ts.Fatalf("exit code %s, want %s; log:\n%s", got, args[0], ts.ReadFile("log"))
		}
	case <-time.After(20 * time.Second):
		ts.Fatalf("the server does not end; log:\n%s", ts.ReadFile("log"))
	}
}

func logged(ts *testscript.TestScript, _ bool, args []string) {
	pattern, err := regexp.Compile(args[0])
	ts.Check(err)
	await(ts, args[0], func() (string, bool) { return "", pattern.MatchString(ts.ReadFile("log")) })
}

// await asks until the answer is yes.
func await(ts *testscript.TestScript, what string, ask func() (string, bool)) string {
	for deadline := time.Now().Add(15 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if text, ok := ask(); ok {
			return text
		}
	}
	ts.Fatalf("still not %s; log:\n%s", what, ts.ReadFile("log"))
	return ""
}

func ready(admin string) bool {
	res, err := http.Get(admin + "/readyz")
	if err != nil {
		return false
	}
	defer res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// run executes a command line in this process.
func run(t *testing.T, env []string, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	p := program{in: strings.NewReader(""), out: &o, errOut: &e, env: env}
	code = p.run(args)
	return code, o.String(), e.String()
}

// TestEveryCommandHasHelp parses the structs behind each command.
func TestEveryCommandHasHelp(t *testing.T) {
	for _, c := range []string{"serve", "stdio", "list", "info", "read", "search", "suggest", "verify", "version"} {
		code, out, errOut := run(t, nil, c, "--help")
		if code != exitOK || !strings.Contains(out, "Usage: openzim-mcp "+c) || errOut != "" {
			t.Errorf("%s: exit code %d, %q, %q", c, code, out, errOut)
		}
		if c != "version" && !strings.Contains(out, "Example") {
			t.Errorf("%s: help has no examples", c)
		}
	}
	if code, out, _ := run(t, nil); code != exitOK || !strings.Contains(out, "Commands:") {
		t.Errorf("no arguments: exit code %d, %q", code, out)
	}
}

// TestPortInUse is a failure while running, and says which setting to change.
func TestPortInUse(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	code, _, errOut := run(t, nil, "serve", "--listen", l.Addr().String(), "--admin-listen", "off")
	if code != exitFailure || !strings.Contains(errOut, "server.listen") || !strings.Contains(errOut, "address already in use") {
		t.Errorf("exit code %d, %q", code, errOut)
	}
}

// TestRefused ends with a code of its own.
func TestRefused(t *testing.T) {
	for _, c := range []string{"serve", "stdio"} {
		code, _, errOut := run(t, []string{"MCPGODEBUG=plaintextstatefulrejection=1"}, c)
		if code != exitRefused || !strings.Contains(errOut, "MCPGODEBUG") {
			t.Errorf("%s: exit code %d, %q", c, code, errOut)
		}
	}
}

func TestHumanBytes(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 10 << 10: "10 KiB", 5 << 30: "5.0 GiB", 3 << 50: "3072 TiB"} {
		if got := humanBytes(n); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}

// TestRealArchives runs the file commands on archives that others made.
func TestRealArchives(t *testing.T) {
	dir := os.Getenv("ZIM_TEST_DATA_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data", "zims")
	}
	good, _ := filepath.Glob(filepath.Join(dir, "good", "*.zim"))
	damaged, _ := filepath.Glob(filepath.Join(dir, "damaged", "*.zim"))
	if len(good) == 0 || len(damaged) == 0 {
		t.Skipf("no archives in %s: set ZIM_TEST_DATA_DIR to a directory with good/ and damaged/", dir)
	}
	for _, file := range good {
		if code, _, errOut := run(t, nil, "info", file); code != exitOK {
			t.Errorf("info %s: exit code %d, %s", filepath.Base(file), code, errOut)
		}
		code, out, _ := run(t, nil, "read", file, "--json")
		if code == exitOK && !strings.HasPrefix(out, "{") {
			t.Errorf("read %s: %q", filepath.Base(file), out)
		}
	}
	for _, file := range damaged {
		code, out, _ := run(t, nil, "verify", file)
		if code != exitFailure || !strings.Contains(out, "DAMAGED") || !strings.Contains(out, " at offset ") {
			t.Errorf("verify %s: exit code %d, %s", filepath.Base(file), code, out)
		}
	}
	fmt.Fprintf(t.Output(), "%d good, %d damaged\n", len(good), len(damaged))
}
