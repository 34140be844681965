package server

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/openzim-mcp/openzim-mcp"

// arrow is what one package may know. Names ending in /... stand for a whole tree.
type arrow struct {
	own    []string // packages of this module that it may import
	never  []string // packages of others, and of the standard library, that it must not import
	others []string // modules that it may import, if not nil: then no others
}

var (
	protocol  = []string{"net/http", "github.com/modelcontextprotocol/...", "go.opentelemetry.io/...", "log/slog", "github.com/go-chi/..."}
	process   = []string{"os", "os/...", "syscall", "net", "net/http/..."} // net/url and net/netip only parse
	noModules = []string{}
	// readers are the modules that reading archives needs; a stranger who wants zim gets no more.
	readers = []string{"github.com/klauspost/compress", "golang.org/x/sys", "golang.org/x/sync", "golang.org/x/text", "github.com/hashicorp/golang-lru/v2"}
)

// segments are the modules of bleve's index format.
var segments = []string{"github.com/blevesearch/zapx/v16", "github.com/blevesearch/vellum", "github.com/blevesearch/bleve_index_api",
	"github.com/blevesearch/scorch_segment_api/v2", "github.com/RoaringBitmap/roaring/v2"}

// arrows lists every package of the module. Arrows point one way: cmd → server → middleware and
// api → policy and zim/search → zim/library and zim/article → zim → zim/internal.
var arrows = map[string]arrow{
	"zim/internal/raw":   {never: slices.Concat(protocol, process), others: noModules},
	"zim/internal/lzma2": {never: slices.Concat(protocol, process), others: noModules},
	"zim/internal/glass": {own: []string{"zim/internal/raw"}, never: slices.Concat(protocol, process), others: noModules},
	"zim/internal/match": {never: slices.Concat(protocol, process), others: []string{"golang.org/x/text"}},
	"zim/internal/stem":  {never: slices.Concat(protocol, process)},
	"zim":                {own: []string{"zim/internal/..."}, never: append(protocol, "net"), others: readers},
	"zim/article":        {never: slices.Concat(protocol, process), others: []string{"golang.org/x/net", "golang.org/x/text"}},
	"zim/search":         {own: []string{"zim", "zim/internal/...", "zim/article", "zim/library", "zim/links", "zim/sidecar", "zim/sidecar/terms", "policy"}, never: append(protocol, "os", "net")},
	"zim/links":          {own: []string{"zim", "zim/article", "zim/sidecar"}, never: append(protocol, "net"), others: []string{"github.com/klauspost/compress", "golang.org/x/sys"}},
	"zim/sidecar/terms":  {own: []string{"zim/internal/match"}, never: append(protocol, "net"), others: segments},
	"zim/sidecar":        {own: []string{"zim"}, never: append(protocol, "net"), others: noModules},
	"zim/library":        {own: []string{"zim", "policy"}, never: append(protocol, "net")},
	"zim/zimtest":        {own: []string{"zim/internal/raw"}, never: protocol},
	"policy": {never: slices.Concat(protocol, process, []string{"io", "io/...", "bufio", "database/...", "path/filepath", "time"}),
		others: []string{"golang.org/x/text"}},
	"middleware": {never: []string{"os", "os/...", "github.com/go-chi/..."}, others: noModules},
	"api": {own: []string{"policy", "zim", "zim/library", "zim/search", "zim/article"},
		never: []string{"net/http", "net/http/...", "github.com/go-chi/...", "os", "os/..."}},
	"server": {own: []string{"api", "middleware", "policy", "zim", "zim/library", "zim/search", "zim/sidecar", "zim/article"}},
	"cmd/openzim-mcp": {own: []string{"server", "zim", "zim/library", "zim/search", "zim/article", "zim/links", "zim/sidecar", "policy", "cmd/openzim-mcp/demo"},
		never: []string{"github.com/modelcontextprotocol/...", "net/http"}},
	"cmd/openzim-mcp/demo": {never: slices.Concat(protocol, process), others: noModules},
}

// zim/search reads archives through the library, and names them as clients do: that is why it may
// know zim/library and policy beside what it converts and matches with.

// environment readers: everything else gets its settings handed.
var mayReadEnvironment = []string{"cmd/openzim-mcp", "zim/zimtest"}

// TestArrows fails when an arrow points the wrong way, and for a package that the list above
// does not know. Tests are not held to it: they may stand anywhere to look at a package.
func TestArrows(t *testing.T) {
	for dir, files := range packages(t) {
		a, known := arrows[dir]
		if !known {
			t.Errorf("%s is not in the list of packages: say in arrows what it may import", dir)
			continue
		}
		for file, imports := range files {
			for _, p := range imports {
				if reason := a.judge(p); reason != "" {
					t.Errorf("%s imports %s: %s", path.Join(dir, file), p, reason)
				}
			}
		}
	}
}

// judge returns why the import is wrong, or "".
func (a arrow) judge(imported string) string {
	if own, ok := strings.CutPrefix(imported, module+"/"); ok {
		if !matches(a.own, own) {
			return "the arrow points the wrong way"
		}
		return ""
	}
	if matches(a.never, imported) {
		return "this package must not know it"
	}
	external := strings.Contains(strings.SplitN(imported, "/", 2)[0], ".")
	if external && a.others != nil && !slices.ContainsFunc(a.others, func(m string) bool {
		return imported == m || strings.HasPrefix(imported, m+"/")
	}) {
		return "this package keeps to fewer modules"
	}
	return ""
}

func matches(list []string, imported string) bool {
	return slices.ContainsFunc(list, func(p string) bool {
		tree, whole := strings.CutSuffix(p, "/...")
		return imported == p || whole && strings.HasPrefix(imported, tree+"/")
	})
}

// packages returns the imports of each package's own files, by directory and file.
func packages(t *testing.T) map[string]map[string][]string {
	t.Helper()
	const root = ".."
	found := map[string]map[string][]string{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return skip(root, name, d)
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(name))
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(rel)
		if found[dir] == nil {
			found[dir] = map[string][]string{}
		}
		imports := []string{}
		for _, spec := range f.Imports {
			p, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			imports = append(imports, p)
		}
		found[dir][filepath.Base(name)] = imports
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// skip leaves out what is no package of this module: modules of their own, test data, and
// directories that Go does not look at.
func skip(root, name string, d fs.DirEntry) error {
	if name == root {
		return nil
	}
	if base := d.Name(); base == "testdata" || base == "node_modules" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
		return filepath.SkipDir
	}
	if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil {
		return filepath.SkipDir
	}
	return nil
}

// TestEnvironment fails where anyone but the command reads the environment or the arguments.
func TestEnvironment(t *testing.T) {
	for dir, files := range packages(t) {
		if slices.Contains(mayReadEnvironment, dir) {
			continue
		}
		for file := range files {
			source, err := os.ReadFile(filepath.Join("..", dir, file))
			if err != nil {
				t.Fatal(err)
			}
			for _, call := range []string{"os.Getenv", "os.LookupEnv", "os.Environ", "os.Args", "os.ExpandEnv"} {
				if strings.Contains(string(source), call) {
					t.Errorf("%s calls %s: only the command reads the environment", path.Join(dir, file), call)
				}
			}
		}
	}
}

// TestArrowsJudge shows that the test above can fail.
func TestArrowsJudge(t *testing.T) {
	for _, c := range []struct {
		name, pkg, imported string
		allowed             bool
	}{
		{"down", "server", module + "/api", true},
		{"up", "api", module + "/server", false},
		{"sideways", "middleware", module + "/policy", false},
		{"zim knows no policy", "zim", module + "/policy", false},
		{"own internals", "zim", module + "/zim/internal/raw", true},
		{"others' internals", "api", module + "/zim/internal/raw", false},
		{"HTTP in the surface", "api", "net/http", false},
		{"files in the surface", "api", "os", false},
		{"chi in middleware", "middleware", "github.com/go-chi/chi/v5", false},
		{"any module in middleware", "middleware", "golang.org/x/text/cases", false},
		{"log in the reader", "zim", "log/slog", false},
		{"zstd in the reader", "zim", "github.com/klauspost/compress/zstd", true},
		{"telemetry in the reader", "zim", "go.opentelemetry.io/otel/metric", false},
		{"I/O in policy", "policy", "io/fs", false},
		{"text in policy", "policy", "golang.org/x/text/unicode/norm", true},
		{"HTML in article", "zim/article", "golang.org/x/net/html", true},
		{"reader in article", "zim/article", module + "/zim", false},
		{"the SDK in a command", "cmd/openzim-mcp", "github.com/modelcontextprotocol/go-sdk/mcp", false},
	} {
		if got := arrows[c.pkg].judge(c.imported) == ""; got != c.allowed {
			t.Errorf("%s: %s importing %s: allowed %t, want %t", c.name, c.pkg, c.imported, got, c.allowed)
		}
	}
}
