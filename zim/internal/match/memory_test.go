package match

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
)

// A memorySource is an index in memory, made from texts.
type memorySource struct {
	docs      [][]string // words of docid 1 and on; nil for one that does not exist
	positions bool
	lists     map[string][]memoryPosting
	size      Size
	fail      error // of every list, behind its first posting
	reads     atomic.Int64
}

type memoryPosting struct {
	doc, wdf uint32
	at       []uint32
}

func newMemory(positions bool, texts ...string) *memorySource {
	m := &memorySource{positions: positions, lists: map[string][]memoryPosting{}}
	for i, text := range texts {
		words := strings.Fields(text)
		m.docs = append(m.docs, words)
		m.size.Docs++
		m.size.Length += uint64(len(words))
		m.size.Longest = max(m.size.Longest, uint32(len(words)))
		if n := uint32(len(words)); n > 0 && (m.size.Shortest == 0 || n < m.size.Shortest) {
			m.size.Shortest = n
		}
		m.index(uint32(i+1), words)
	}
	m.size.LastDoc = uint32(len(texts))
	return m
}

func (m *memorySource) index(doc uint32, words []string) {
	for at, w := range words {
		list := m.lists[w]
		if n := len(list); n == 0 || list[n-1].doc != doc {
			list = append(list, memoryPosting{doc: doc})
		}
		p := &list[len(list)-1]
		p.wdf++
		p.at = append(p.at, uint32(at+1))
		m.lists[w] = list
	}
}

func (m *memorySource) Size() Size         { return m.size }
func (m *memorySource) HasPositions() bool { return m.positions }

func (m *memorySource) stats(term string) (st TermStats) {
	for _, p := range m.lists[term] {
		st.TF++
		st.CF += uint64(p.wdf)
		st.MaxWDF = max(st.MaxWDF, p.wdf)
	}
	return st
}

func (m *memorySource) Postings(ctx context.Context, term string, _ Postings) (Postings, TermStats, error) {
	return &memoryList{m: m, list: m.lists[term], at: -1}, m.stats(term), ctx.Err()
}

func (m *memorySource) Lengths(context.Context) Lengths { return memoryLengths{m} }

func (m *memorySource) Positions(_ context.Context, term string, _ Positions) Positions {
	return memoryPositions{m.lists[term]}
}

func (m *memorySource) Expand(_ context.Context, prefix string, limit int) ([]Expansion, bool, error) {
	var all []Expansion
	for term := range m.lists {
		if strings.HasPrefix(term, prefix) {
			all = append(all, Expansion{term, m.stats(term)})
		}
	}
	slices.SortFunc(all, func(a, b Expansion) int { return cmp.Compare(a.Term, b.Term) })
	return Frequent(all, limit), true, nil
}

type memoryList struct {
	m    *memorySource
	list []memoryPosting
	at   int
	err  error
}

var errMemory = errors.New("the disk is gone")

func (l *memoryList) Seek(doc uint32) bool {
	l.m.reads.Add(1)
	for l.at = max(l.at, 0); l.at < len(l.list) && l.list[l.at].doc < doc; l.at++ {
	}
	return l.at < len(l.list) && !l.broken()
}

func (l *memoryList) Next() bool {
	l.m.reads.Add(1)
	l.at++
	return l.at < len(l.list) && !l.broken()
}

// broken reports whether the list cannot be read where it stands.
func (l *memoryList) broken() bool {
	if l.at > 0 {
		l.err = l.m.fail
	}
	return l.err != nil
}

func (l *memoryList) Read(docs, wdfs []uint32) (n int) {
	l.m.reads.Add(1)
	for n < len(docs) && l.at+1 < len(l.list) && l.err == nil {
		if l.at++; l.broken() {
			break
		}
		docs[n], wdfs[n] = l.list[l.at].doc, l.list[l.at].wdf
		n++
	}
	if n == 0 {
		l.at = len(l.list)
	}
	return n
}

func (l *memoryList) Meet(docs, at, wdfs []uint32) (n int) {
	for i, doc := range docs {
		if !l.Seek(doc) {
			return n
		}
		if l.DocID() == doc {
			at[n], wdfs[n] = uint32(i), l.WDF()
			n++
		}
	}
	return n
}

func (l *memoryList) Add(first uint32, sums []uint32, set []uint64) uint32 {
	for ok := l.Seek(first); ok; ok = l.Next() {
		i := l.DocID() - first
		if i >= uint32(len(sums)) {
			return l.DocID()
		}
		sums[i] += l.WDF()
		set[i/64] |= 1 << (i % 64)
	}
	return end
}

func (l *memoryList) DocID() uint32 { return l.list[l.at].doc }
func (l *memoryList) WDF() uint32   { return l.list[l.at].wdf }
func (l *memoryList) Err() error    { return l.err }

type memoryLengths struct{ m *memorySource }

// Page returns pages of 32, the first from docid 0 on.
func (l memoryLengths) Page(doc uint32) ([]uint32, uint32) {
	page, first := make([]uint32, 32), doc&^31
	for i := range page {
		if at := first + uint32(i); at > 0 && at <= uint32(len(l.m.docs)) {
			page[i] = uint32(len(l.m.docs[at-1]))
		}
	}
	return page, first
}
func (l memoryLengths) Err() error { return nil }

type memoryPositions struct{ list []memoryPosting }

func (p memoryPositions) At(doc uint32) []uint32 {
	i, ok := slices.BinarySearchFunc(p.list, doc, func(p memoryPosting, doc uint32) int { return cmp.Compare(p.doc, doc) })
	if !ok {
		return nil
	}
	return p.list[i].at
}
func (p memoryPositions) Err() error { return nil }

// memoryValues are a value for each docid from 1 on.
type memoryValues []string

func (v memoryValues) Value(doc uint32) []byte { return []byte(v[doc-1]) }
func (v memoryValues) Err() error              { return nil }
