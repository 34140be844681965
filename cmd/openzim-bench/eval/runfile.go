package eval

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Passage is one of a reply, as it is scored.
type Passage struct {
	Doc       string `json:"doc"`       // id of the document, or the id as printed when it belongs to none
	Paragraph *int   `json:"paragraph"` // when the passage is exactly one paragraph; else nil
	Text      string `json:"text"`
	ID        string `json:"citation,omitempty"` // as printed
	Title     string `json:"title,omitempty"`
}

// A Record is what became of one question.
type Record struct {
	ID      string    `json:"id"`
	Results []Passage `json:"results"` // as shown
	Tokens  float64   `json:"tokens"`  // read until the answer, by the reader that opens three passages
	Calls   float64   `json:"calls"`   // made by it

	Query string `json:"query,omitempty"`
	Reply string `json:"reply,omitempty"` // first text block, whole
	Error string `json:"error,omitempty"`

	extra map[string]float64 // further metrics of the question
}

// WriteRun writes a file of one record a line, in the order given.
func WriteRun(name string, records []Record) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, r := range records {
		if r.Results == nil {
			r.Results = []Passage{}
		}
		if err := enc.Encode(r); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// ReadRun reads such a file.
func ReadRun(name string) ([]Record, error) {
	lines, err := readLines(name)
	if err != nil {
		return nil, err
	}
	list := make([]Record, len(lines))
	for i, line := range lines {
		if err := json.Unmarshal([]byte(line), &list[i]); err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", name, i+1, err)
		}
	}
	return list, nil
}

// InOrder returns the records of a set in the order of its questions. A question without one is a failure.
func InOrder(s Set, records []Record) []Record {
	byID := map[string]Record{}
	for _, r := range records {
		byID[r.ID] = r
	}
	list := make([]Record, len(s.Questions))
	for i, q := range s.Questions {
		r, ok := byID[q.ID]
		if !ok {
			r = Record{ID: q.ID, Error: "no reply"}
		}
		list[i] = r
	}
	return list
}

// WriteRanks writes one line a question: its id, the rank of the first right document and of the first right passage, 0
// where there is none. Two of them side by side show what a change of ranking moves.
func WriteRanks(name string, s Set, records []Record) error {
	var b strings.Builder
	b.WriteString("id\tdocument\tpassage\n")
	for i, q := range s.Questions {
		document := 1 + slices.IndexFunc(documentsOf(records[i].Results), func(d string) bool { return slices.Contains(q.Docs, d) })
		passage := 1 + slices.IndexFunc(records[i].Results, func(p Passage) bool { return s.Gold.isGold(q, p) })
		fmt.Fprintf(&b, "%s\t%d\t%d\n", q.ID, document, passage)
	}
	return os.WriteFile(name, []byte(b.String()), 0o644)
}
