package eval

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// DirEnv names the folder of the evaluation data, which has a licence of its own and so is not in this repository.
const DirEnv = "OPENZIM_MCP_EVAL_DIR"

// ErrNoData is returned, wrapped, when the folder of the evaluation data or a file in it is missing.
var ErrNoData = errors.New("evaluation data is missing")

// FindDir returns the folder of the evaluation data: $OPENZIM_MCP_EVAL_DIR, else ../shared/data/eval beside the
// repository that holds dir.
func FindDir(dir string) (string, error) {
	if d := os.Getenv(DirEnv); d != "" {
		return d, isDataDir(d)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for d := abs; d != filepath.Dir(d); d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "cmd", "openzim-mcp")); err != nil {
			continue
		}
		if near := filepath.Join(d, "..", "shared", "data", "eval"); isDataDir(near) == nil {
			return near, nil
		}
	}
	return "", fmt.Errorf("%w: set %s to the folder with xquad/ and probes.tsv", ErrNoData, DirEnv)
}

func isDataDir(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "xquad")); err != nil {
		return fmt.Errorf("%w: %s has no folder xquad", ErrNoData, dir)
	}
	return nil
}

// A Document is a page of a corpus.
type Document struct {
	ID       string `json:"id"`    // unique over all corpora: origin/path
	Title    string `json:"title"` // as shown
	Lang     string `json:"lang"`  // two letters
	HTML     string `json:"html,omitempty"`
	Redirect string `json:"redirect,omitempty"` // path of the page that a redirect leads to; HTML is empty then
}

// ReadDocuments reads a file of one document a line.
func ReadDocuments(name string) ([]Document, error) {
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %w", ErrNoData, err)
	}
	if err != nil {
		return nil, err
	}
	var list []Document
	dec := json.NewDecoder(bytes.NewReader(data))
	for dec.More() {
		var d Document
		if err := dec.Decode(&d); err != nil {
			return nil, fmt.Errorf("%s: document %d: %w", name, len(list)+1, err)
		}
		list = append(list, d)
	}
	return list, nil
}

// A Question is a query with what counts as found.
type Question struct {
	ID        string         `json:"id"`
	Query     string         `json:"query"`
	Lang      string         `json:"lang,omitempty"`      // two letters; decides how answers are compared
	Kind      string         `json:"kind,omitempty"`      // what the figures are also given by, e.g. "typo"
	Docs      []string       `json:"docs,omitempty"`      // any of these documents is right
	Paragraph int            `json:"paragraph"`           // of the document, from 0; below 0 when any passage of it is right
	Anchor    string         `json:"anchor,omitempty"`    // the section wanted, when one is
	Answers   []string       `json:"answers,omitempty"`   // any of these strings is an answer; none when the document is what is asked for
	Archive   string         `json:"archive,omitempty"`   // ask this archive alone
	Cluster   string         `json:"-"`                   // questions that are not independent share it: the article
	Replaced  []string       `json:"replaced,omitempty"`  // words of the original that were made up
	Pattern   *regexp.Regexp `json:"-"`                   // an answer as an expression, in place of Answers
	NoAnswer  bool           `json:"no_answer,omitempty"` // nothing in the archive answers it
}

// ReadQuestions reads a questions.tsv with the columns id, question, answers, doc, paragraph and lang.
func ReadQuestions(name string) ([]Question, error) {
	rows, err := readTSV(name, "id", "question", "answers", "doc", "paragraph", "lang")
	if err != nil {
		return nil, err
	}
	list := make([]Question, 0, len(rows))
	for i, r := range rows {
		n, err := strconv.Atoi(r["paragraph"])
		if err != nil {
			return nil, fmt.Errorf("%s: line %d: paragraph is %q, want a number", name, i+2, r["paragraph"])
		}
		list = append(list, Question{ID: r["id"], Query: r["question"], Lang: r["lang"], Docs: []string{r["doc"]}, Paragraph: n,
			Answers: strings.Split(r["answers"], "|"), Cluster: r["doc"]})
	}
	return list, nil
}

// readTSV returns the rows below the line that names the columns; all the columns given must be there.
func readTSV(name string, columns ...string) ([]map[string]string, error) {
	lines, err := readLines(name)
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 {
		return nil, fmt.Errorf("%s: is empty", name)
	}
	head := strings.Split(lines[0], "\t")
	for _, c := range columns {
		if !slices.Contains(head, c) {
			return nil, fmt.Errorf("%s: has no column %s", name, c)
		}
	}
	var rows []map[string]string
	for i, line := range lines[1:] {
		fields := strings.Split(line, "\t")
		if len(fields) != len(head) {
			return nil, fmt.Errorf("%s: line %d has %d fields, want %d", name, i+2, len(fields), len(head))
		}
		row := map[string]string{}
		for j, h := range head {
			row[h] = fields[j]
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// readLines returns the lines of a text file.
func readLines(name string) ([]string, error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %w", ErrNoData, err)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var lines []string
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 16<<20)
	for sc.Scan() {
		lines = append(lines, sc.Text())
	}
	return lines, sc.Err()
}

// ReadQueries reads a file without heading: query, kind, and the paths that are right, separated by bars. The paths become
// documents named archive/path.
func ReadQueries(name, archive string) ([]Question, error) {
	lines, err := readLines(name)
	if err != nil {
		return nil, err
	}
	var list []Question
	for i, line := range lines {
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			return nil, fmt.Errorf("%s: line %d has %d fields, want query, kind and paths", name, i+1, len(f))
		}
		q := Question{ID: fmt.Sprintf("%s:%03d", archive, i+1), Query: f[0], Lang: "en", Kind: f[1], Paragraph: -1}
		for p := range strings.SplitSeq(f[2], "|") {
			q.Docs = append(q.Docs, archive+"/"+p)
		}
		list = append(list, q)
	}
	return list, nil
}

// Languages lists the languages that dir has questions in, sorted, by two letters.
func Languages(dir string) ([]string, error) {
	found, err := filepath.Glob(filepath.Join(dir, "xquad", "*", "questions.tsv"))
	if err != nil {
		return nil, err
	}
	var langs []string
	for _, f := range found {
		langs = append(langs, filepath.Base(filepath.Dir(f)))
	}
	slices.Sort(langs)
	return langs, nil
}

var paragraphs = regexp.MustCompile(`(?s)<p>(.*?)</p>`)

// Paragraphs returns the text of the p elements of a page as the question sets have them: without markup inside.
func Paragraphs(page string) []string {
	var list []string
	for _, m := range paragraphs.FindAllStringSubmatch(page, -1) {
		list = append(list, html.UnescapeString(m[1]))
	}
	return list
}
