package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// townsFile writes the archive towns, changed by damage unless that is "", and returns its path.
func townsFile(t *testing.T, damage string) string {
	t.Helper()
	b := towns().Bytes()
	if damage != "" {
		b = zimtest.Damage(b, damage)
	}
	file := filepath.Join(t.TempDir(), "towns.zim")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// shape lists the keys of a JSON value as paths, with the type of each leaf: what a script may rely on.
func shape(v any, path string, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for k, one := range v {
			shape(one, path+"."+k, into)
		}
	case []any:
		into[path+"[]"] = true
		for _, one := range v {
			shape(one, path+"[]", into)
		}
	default:
		into[fmt.Sprintf("%s %T", path, v)] = true
	}
}

// With --json every command writes one JSON object and nothing else, whose keys and types do not change.
func TestJSONShapes(t *testing.T) {
	good, bad := townsFile(t, ""), townsFile(t, "blob_index_out_of_range")
	for _, c := range []struct {
		args []string
		code int
		want string // keys with types; each begins with a dot
	}{
		{[]string{"version"}, exitOK, ".go string .revision string .version string"},
		{[]string{"list", good}, exitOK, ".archives[] .archives[].articles float64 .archives[].bytes float64 .archives[].edition string .archives[].file string " +
			".archives[].full_text_index bool .archives[].language string .archives[].name string .archives[].served bool .archives[].title string .archives[].title_index bool"},
		{[]string{"search", good, "Port"}, exitOK, ".hits[] .hits[].file string .hits[].match string .hits[].mime string .hits[].path string .hits[].redirected_from string .hits[].title string"},
		{[]string{"search", good, "zebra"}, exitFailure, ".hits[]"},
		{[]string{"read", good, "Port"}, exitOK, ".bytes float64 .file string .mime string .path string .redirected_from string .text string .title string .view string"},
		{[]string{"read", good, "pier.png", "--view", "raw"}, exitOK, ".base64 string .bytes float64 .file string .mime string .path string .title string .view string"},
		{[]string{"read", good, "Harbour", "--view", "text", "--max-tokens", "100"}, exitOK, ".bytes float64 .file string .mime string .path string .text string .title string .view string"},
		{[]string{"read", good, "Harbour", "--explain"}, exitOK, ".blocks float64 .bytes float64 .dropped[] .dropped[].count float64 .dropped[].rule string .file string .images float64 " +
			".kind string .mime string .page_tokens float64 .path string .profile string .references float64 .scraper string .sections float64 .tables float64 .text_bytes float64 .title string .tokens float64 .why string"},
		{[]string{"read", good, "Nowhere"}, exitFailure, ""},
		{[]string{"verify", good}, exitOK, ".files[] .files[].checks string .files[].file string .files[].ok bool .files[].problems[]"},
		{[]string{"verify", bad}, exitFailure, ".files[] .files[].checks string .files[].file string .files[].ok bool .files[].problems[] .files[].problems[].check string " +
			".files[].problems[].entry float64 .files[].problems[].offset float64 .files[].problems[].part string .files[].problems[].reason string"},
		{[]string{"verify", good + ".not"}, exitFailure, ".files[] .files[].error string .files[].file string .files[].ok bool .files[].problems[]"},
		{[]string{"info", good + ".not"}, exitFailure, ""},
	} {
		name := c.args[0]
		code, out, errOut := run(t, nil, append(slices.Clone(c.args), "--json")...)
		if code != c.code {
			t.Errorf("%s: exit code %d, want %d; %s", name, code, c.code, errOut)
		}
		if c.want == "" {
			if out != "" || errOut == "" {
				t.Errorf("%s: a failure wrote %q to standard output, %q to standard error", name, out, errOut)
			}
			continue
		}
		d := json.NewDecoder(strings.NewReader(out))
		var v any
		if err := d.Decode(&v); err != nil || d.More() {
			t.Errorf("%s: %v, or more than one value: %s", name, err, out)
			continue
		}
		keys := map[string]bool{}
		shape(v, "", keys)
		if diff := cmp.Diff(c.want, strings.Join(slices.Sorted(maps.Keys(keys)), " ")); diff != "" {
			t.Errorf("%v: -want +got:\n%s", c.args, diff)
		}
	}
}

// Wrong arguments end every command with 2, write nothing to standard output, and say where help is.
func TestWrongArguments(t *testing.T) {
	good := townsFile(t, "")
	for _, c := range [][]string{
		{"lst"}, {"--json"}, {"list", "--nonsense"}, {"list", "--json=maybe"},
		{"info"}, {"info", good, good}, {"read"}, {"read", good, "a", "b"}, {"read", good, "--view", "pdf"}, {"read", good, "--view"},
		{"read", good, "--max-tokens", "99"}, {"read", good, "--max-tokens", "many"}, {"read", good, "--max-tokens", "500", "--view", "raw"},
		{"read", good, "--find", "x", "--view", "html"}, {"read", good, "--explain", "--view", "outline"}, {"read", good, "--explain", "--find", "x"},
		{"search"}, {"search", good}, {"search", good, "x", "--limit", "0"}, {"search", good, "x", "--limit", "-1"}, {"search", good, "x", "--limit", "1e9"},
		{"search", good, strings.Repeat("x", 1001)},
		{"suggest"}, {"suggest", good, "x", "--dialect", "7"}, {"verify"}, {"verify", "--full", good}, {"version", "now"},
		{"serve", "--server-drain-grace", "soon"}, {"serve", "--listen", "nowhere"}, {"stdio", "--library-max-depth", "0"}, {"stdio", "--library-verify", "some"},
	} {
		code, out, errOut := run(t, nil, c...)
		if code != exitUsage || out != "" || !strings.Contains(errOut, "--help") || !strings.HasPrefix(lastLines(errOut), "openzim-mcp: ") {
			t.Errorf("%.80q: exit code %d, output %q, %q", c, code, out, errOut)
		}
	}
}

// lastLines returns what follows the usage that is printed before the mistake.
func lastLines(s string) string {
	if i := strings.Index(s, "openzim-mcp: "); i >= 0 {
		return s[i:]
	}
	return s
}

// The bar is for people: it is drawn on a terminal alone, goes away when done, and never gets between the findings.
func TestProgressIsForTerminals(t *testing.T) {
	file := townsFile(t, "bad_checksum")
	for _, terminal := range []bool{false, true} {
		var out, errOut bytes.Buffer
		p := program{in: strings.NewReader(""), out: &out, errOut: &errOut, terminal: terminal}
		if code := p.run([]string{"verify", file}); code != exitFailure {
			t.Errorf("terminal %v: exit code %d", terminal, code)
		}
		if drawn := strings.Contains(errOut.String(), "%"); drawn != terminal {
			t.Errorf("terminal %v: standard error is %q", terminal, &errOut)
		}
		if strings.ContainsAny(out.String(), "\r\x1b") || !strings.Contains(out.String(), "DAMAGED") {
			t.Errorf("terminal %v: standard output is %q", terminal, &out)
		}
	}
}

// An archive with more damage than anybody reads is listed with a bound, and the rest is counted.
func TestVerifyListsWithABound(t *testing.T) {
	a := towns()
	for i := range 30 {
		a.Entries = append(a.Entries, zimtest.Redirect(fmt.Sprintf("C/loop%02d", i), fmt.Sprintf("C/loop%02d", i)))
	}
	file := filepath.Join(t.TempDir(), "loops.zim")
	if err := os.WriteFile(file, a.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, _ := run(t, nil, "verify", file)
	if n := strings.Count(out, "(redirects)"); code != exitFailure || n != mostForPeople || !strings.Contains(out, "and 20 more of the same kinds; --json lists more") {
		t.Errorf("exit code %d, %d listed:\n%s", code, n, out)
	}
	code, out, _ = run(t, nil, "verify", "--json", file)
	if n := strings.Count(out, `"redirects"`); code != exitFailure || n != 30 || strings.Contains(out, `"more"`) {
		t.Errorf("exit code %d, %d in JSON:\n%s", code, n, out)
	}
}

// What an archive says of itself cannot move the cursor of a terminal or add lines to a table.
func TestTablesShowOneLineOfWhatArchivesSay(t *testing.T) {
	a := towns()
	a.Metadata["Title"] = "Towns\n\x1b[2J\tof\rthe coast"
	file := filepath.Join(t.TempDir(), "towns.zim")
	if err := os.WriteFile(file, a.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"list", file}, {"info", file}} {
		code, out, _ := run(t, nil, args...)
		if code != exitOK || strings.ContainsAny(out, "\x1b\r") || strings.Contains(out, "Towns\n") {
			t.Errorf("%s: exit code %d, %q", args[0], code, out)
		}
	}
}
