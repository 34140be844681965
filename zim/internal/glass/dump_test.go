package glass_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"
	"testing"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/glass"
)

// A sum is a list's count and the start of its SHA-256, as testdata/oracle/dump.py makes it.
type sum struct {
	n int
	h hash.Hash
}

func newSum() *sum { return &sum{h: sha256.New()} }

func (s *sum) add(b []byte) {
	s.n++
	s.h.Write(append(b, '\n'))
}

func (s *sum) String() string { return fmt.Sprintf("%d %x", s.n, s.h.Sum(nil)[:8]) }

// dumpSlots are the value slots that dumps show.
var dumpSlots = []uint32{0, 1, 2, 3, 4, 127, 128, 300, 65536}

// dump returns all that an index holds, line by line as testdata/oracle/dump.py does.
func dump(t testing.TB, x *glass.Index) []string {
	t.Helper()
	d := &dumper{t: t, x: x}
	d.index()
	d.slots()
	d.documents()
	d.terms()
	d.termlists()
	d.words()
	return d.lines
}

type dumper struct {
	t     testing.TB
	x     *glass.Index
	lines []string
}

func (d *dumper) line(words ...any) {
	d.lines = append(d.lines, strings.TrimSuffix(fmt.Sprintln(words...), "\n"))
}

func (d *dumper) check(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *dumper) index() {
	v, positions := d.x.Version(), 0
	if d.x.HasPositions() {
		positions = 1
	}
	d.line("index", v.DocCount, v.LastDocID, v.TotalLength, v.MinLength, v.MaxLength, positions, hex.EncodeToString(v.UUID[:]))
	for name, err := range d.x.MetadataNames(d.t.Context()) {
		d.check(err)
		value, err := d.x.Metadata(d.t.Context(), name)
		d.check(err)
		d.line("metadata", hex.EncodeToString([]byte(name)), hex.EncodeToString(value))
	}
}

func (d *dumper) slots() {
	for _, slot := range dumpSlots {
		st, err := d.x.ValueStats(d.t.Context(), slot)
		d.check(err)
		s, v := newSum(), d.x.Values(d.t.Context(), slot, nil)
		for v.Next() {
			s.add(fmt.Appendf(nil, "%d %x", v.DocID(), v.Bytes()))
		}
		d.check(v.Err())
		d.line("slot", slot, st.Count, orDash(st.Lower), orDash(st.Upper), s)
	}
}

func orDash(b []byte) string {
	if len(b) == 0 {
		return "-"
	}
	return hex.EncodeToString(b)
}

func (d *dumper) documents() {
	s, lengths := newSum(), d.x.Lengths(d.t.Context())
	all, err := d.x.Documents(d.t.Context(), nil)
	d.check(err)
	list := d.x.DataList(d.t.Context())
	listed := list.Next()
	var data []byte
	for all.Next() {
		if l := lengths.Length(all.DocID()); l != all.WDF() {
			d.t.Fatalf("document %d: length %d in the page, %d in the list", all.DocID(), l, all.WDF())
		}
		data, err = d.x.Data(d.t.Context(), all.DocID(), data[:0])
		d.check(err)
		if listed && list.DocID() == all.DocID() {
			if !bytes.Equal(list.Bytes(), data) {
				d.t.Fatalf("document %d: data %q in the walk, %q alone", all.DocID(), list.Bytes(), data)
			}
			listed = list.Next()
		} else if len(data) > 0 {
			d.t.Fatalf("document %d: its data is not in the walk", all.DocID())
		}
		s.add(fmt.Appendf(nil, "%d %d %x", all.DocID(), all.WDF(), data))
	}
	d.check(all.Err())
	d.check(list.Err())
	d.check(lengths.Err())
	d.line("documents", s)
}

func (d *dumper) terms() {
	var p *glass.Postings
	var at *glass.Positions
	var b []byte
	terms := d.x.Terms(d.t.Context(), nil)
	for terms.Next() {
		st := terms.Stats()
		if alone, err := d.x.Term(d.t.Context(), terms.Term()); err != nil || alone != st {
			d.t.Fatalf("term %q: %+v in the walk, %+v alone, %v", terms.Term(), st, alone, err)
		}
		var err error
		p, err = d.x.Postings(d.t.Context(), terms.Term(), p)
		d.check(err)
		at = d.x.Positions(d.t.Context(), terms.Term(), at)
		s := newSum()
		for p.Next() {
			b = fmt.Appendf(b[:0], "%d %d", p.DocID(), p.WDF())
			for _, i := range at.At(p.DocID()) {
				b = fmt.Appendf(b, " %d", i)
			}
			s.add(b)
		}
		d.check(p.Err())
		d.check(at.Err())
		d.line("term", hex.EncodeToString(terms.Term()), st.TF, st.CF, st.MaxWDF, s)
	}
	d.check(terms.Err())
}

func (d *dumper) termlists() {
	s := newSum()
	all, err := d.x.Documents(d.t.Context(), nil)
	d.check(err)
	var l *glass.TermList
	for d.x.Has(glass.Termlist) && all.Next() {
		l, err = d.x.TermList(d.t.Context(), all.DocID(), l)
		d.check(err)
		for l.Next() {
			s.add(fmt.Appendf(nil, "%d %x %d", all.DocID(), l.Term(), l.WDF()))
		}
		d.check(l.Err())
	}
	d.check(all.Err())
	d.line("termlists", s)
}

func (d *dumper) words() {
	s := d.x.Spellings(d.t.Context(), nil)
	for s.Next() {
		if alone, err := d.x.Spelling(d.t.Context(), s.Word()); err != nil || alone != s.Frequency() {
			d.t.Fatalf("spelling %q: %d in the walk, %d alone, %v", s.Word(), s.Frequency(), alone, err)
		}
		d.line("spelling", hex.EncodeToString(s.Word()), s.Frequency())
	}
	d.check(s.Err())
	keys := d.x.Entries(d.t.Context(), glass.Synonym, nil)
	for keys.Next() {
		list, err := d.x.Synonyms(d.t.Context(), keys.Key())
		d.check(err)
		d.line("synonym", hex.EncodeToString(keys.Key()), strings.Trim(fmt.Sprintf("%x", list), "[]"))
	}
	d.check(keys.Err())
}
