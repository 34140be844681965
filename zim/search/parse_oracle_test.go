package search

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/stem"
)

// TestDifferentialParse compares how random texts are read with what Xapian's own parser
// makes of them.
func TestDifferentialParse(t *testing.T) {
	if out, err := exec.Command("/usr/bin/python3", "-c", "import xapian").CombinedOutput(); err != nil {
		t.Skipf("Xapian is not there to read along: install python3-xapian (%v %.200s)", err, out)
	}
	random := rand.New(rand.NewPCG(13, 17))
	pieces := map[string][]string{
		"titles":    strings.Split("cats|dogs|the|a|x|42|naïve|c++|listing| | | | | |-|+|(|)|\"|,|.|/|'|:|*|\u201c", "|"),
		"full":      strings.Split("cats|dogs|the|of|a|x|42|running| | | | | | |-|+|(|)|\"|,|.|/|'|\u201d", "|"),
		"operators": strings.Split("cats|dogs|the|of|a|x|42|running| | | | | | |-|+|(|)|\"|,|.|/|'| AND | OR | NOT | XOR | NEAR | NEAR/3 | ADJ ", "|"),
	}
	for kind, of := range pieces {
		texts := make([]string, 10_000)
		for i := range texts {
			for range 1 + random.IntN(12) {
				texts[i] += of[random.IntN(len(of))]
			}
		}
		t.Run(kind, func(t *testing.T) { compareParse(t, kind, texts) })
	}
}

func compareParse(t *testing.T, kind string, texts []string) {
	rd := readings["8 full text"]
	if kind == "titles" {
		rd = reading{operators: true, stemming: stemSome}
	}
	rd.stemmer = stem.New("en")
	bad := 0
	for i, want := range askParser(t, kind, texts) {
		parsed, err := rd.parse(texts[i])
		got := canonical(parsed.query.String())
		if errors.Is(err, errSyntax) {
			got = "syntax"
		}
		want = canonical(numbers.ReplaceAllString(strings.TrimSuffix(strings.TrimPrefix(want, "Query("), ")"), ""))
		if got == "nothing" {
			got = ""
		}
		if got != want {
			if bad++; bad <= 10 {
				t.Logf("%q:\n got  %s\n want %s", texts[i], got, want)
			}
		}
	}
	t.Logf("%d of %d texts are read as Xapian does", len(texts)-bad, len(texts))
	// Where operator words stand at random, which of two errors is raised is not always the same.
	if kind != "operators" && bad > 0 || bad*50 > len(texts) {
		t.Errorf("%d of %d differ", bad, len(texts))
	}
}

var numbers = regexp.MustCompile(`@\d+`)

func askParser(t *testing.T, kind string, texts []string) (trees []string) {
	t.Helper()
	var in, complaints bytes.Buffer
	encode := json.NewEncoder(&in)
	for _, text := range texts {
		if err := encode.Encode(text); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("/usr/bin/python3", filepath.Join("testdata", "oracle", "parse.py"), "en", strings.Replace(kind, "operators", "full", 1))
	cmd.Stdin, cmd.Stderr = &in, &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, complaints.Bytes())
	}
	for decode := json.NewDecoder(bytes.NewReader(out)); decode.More(); {
		var tree string
		if err := decode.Decode(&tree); err != nil {
			t.Fatal(err)
		}
		trees = append(trees, tree)
	}
	return trees
}

// canonical writes a tree with nested ANDs and ORs flattened.
func canonical(tree string) string {
	tokens := strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(tree))
	op, parts := flatTree(&tokens)
	return written(op, parts)
}

// flatTree reads one operand, or in brackets operands with the operator between them.
func flatTree(tokens *[]string) (op string, parts []string) {
	next := func() string {
		if len(*tokens) == 0 {
			return ""
		}
		s := (*tokens)[0]
		*tokens = (*tokens)[1:]
		return s
	}
	if s := next(); s != "(" {
		return "", []string{s}
	}
	for {
		sub, list := flatTree(tokens)
		var ops []string
		for len(*tokens) > 0 && (*tokens)[0] != "(" && (*tokens)[0] != ")" && (slices.Contains(ops, "PHRASE") || slices.Contains(ops, "NEAR") || len(ops) == 0) && len(ops) < 2 {
			ops = append(ops, next())
		}
		now := strings.Join(ops, " ")
		if now != "" {
			op = now
		}
		if sub == op && (op == "AND" || op == "OR") {
			parts = append(parts, list...)
		} else {
			parts = append(parts, written(sub, list))
		}
		if now == "" {
			next()
			return op, parts
		}
	}
}

func written(op string, parts []string) string {
	if op == "" {
		return strings.Join(parts, " ")
	}
	return "(" + strings.Join(parts, " "+op+" ") + ")"
}
