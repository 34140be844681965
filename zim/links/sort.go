package links

import (
	"bufio"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// A pile collects edges until it is full, then writes them in order to a file of its own: a run. Texts lie in one piece of
// memory, so that a million of them are not a million pieces for the collector. It is for one goroutine.
type pile struct {
	limit int // bytes
	edges []packed
	texts []byte
}

// packed is an edge whose texts lie in the pile.
type packed struct {
	target, source, count, section uint32
	at                             uint32 // of the text; the fragment follows
	text, fragment                 uint8
}

const packedSize = 24

// newPile takes all of its memory at once, so that growing never doubles it.
func newPile(limit int) *pile {
	limit = min(max(limit, 64<<10), 1<<30)
	return &pile{limit: limit, edges: make([]packed, 0, limit/2/packedSize), texts: make([]byte, 0, limit/2)}
}

// full reports that an edge has no place any more.
func (p *pile) full(e *edge) bool {
	return len(p.edges) == cap(p.edges) || len(p.texts)+len(e.Text)+len(e.Fragment) > cap(p.texts)
}

// add keeps an edge; the pile must not be full.
func (p *pile) add(e *edge) {
	p.edges = append(p.edges, packed{e.target, e.Source, e.Count, e.Section, uint32(len(p.texts)), uint8(len(e.Text)), uint8(len(e.Fragment))})
	p.texts = append(append(p.texts, e.Text...), e.Fragment...)
}

// edge unpacks one.
func (p *pile) edge(k *packed) edge {
	text := p.texts[k.at:]
	return edge{target: k.target, Row: Row{Source: k.source, Count: k.count, Section: k.section,
		Text: string(text[:k.text]), Fragment: string(text[k.text : int(k.text)+int(k.fragment)])}}
}

// sort puts the edges in the order of the file.
func (p *pile) sort() {
	slices.SortFunc(p.edges, func(a, b packed) int {
		x, y := edge{target: a.target, Row: Row{Source: a.source, Count: a.count, Section: a.section}},
			edge{target: b.target, Row: Row{Source: b.source, Count: b.count, Section: b.section}}
		return compareEdges(&x, &y)
	})
}

// empty makes room.
func (p *pile) empty() { p.edges, p.texts = p.edges[:0], p.texts[:0] }

// runs are the files that piles became. They lie without name in one directory, so that nothing stays behind whatever happens.
type runs struct {
	dir   string
	room  func(bytes int64) error // asked before writing
	files []*os.File
	bytes int64
}

const (
	mostRuns  = 128      // merged at once
	runBuffer = 32 << 10 // of each run that is read
)

// write makes a run of a pile's edges, which it sorts.
func (r *runs) write(p *pile) error {
	if len(p.edges) == 0 {
		return nil
	}
	p.sort()
	i := 0
	defer p.empty()
	return r.spill(int64(len(p.edges))*12+int64(len(p.texts)), func() (edge, bool, error) {
		if i == len(p.edges) {
			return edge{}, false, nil
		}
		i++
		return p.edge(&p.edges[i-1]), true, nil
	})
}

// spill writes a run of what next gives.
func (r *runs) spill(about int64, next func() (edge, bool, error)) error {
	if err := r.room(about); err != nil {
		return err
	}
	f, err := spoolFile(r.dir)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 256<<10)
	var last uint32
	var b []byte
	for {
		e, ok, err := next()
		if err != nil || !ok {
			if err = errors.Join(err, w.Flush()); err != nil {
				f.Close()
				return err
			}
			r.files = append(r.files, f)
			return nil
		}
		b = appendRow(b[:0], &e, last)
		last = e.target
		r.bytes += int64(len(b))
		if _, err := w.Write(b); err != nil {
			f.Close()
			return err
		}
	}
}

// spoolFile makes a file without a name, where the system can do that.
func spoolFile(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, ".links-*.tmp")
	if err != nil {
		return nil, fmt.Errorf("links: %w", err)
	}
	os.Remove(f.Name()) // fails where open files have names; close tries again
	return f, nil
}

// close lets go of the runs.
func (r *runs) close() {
	for _, f := range r.files {
		f.Close()
		os.Remove(f.Name())
	}
	r.files = nil
}

// compact merges runs into one while there are more than are merged at once.
func (r *runs) compact() error {
	for len(r.files) > mostRuns {
		first := runs{files: slices.Clone(r.files[:mostRuns])}
		m, err := first.merge()
		if err != nil {
			return err
		}
		if err := r.spill(0, m.next); err != nil {
			return err
		}
		r.files = slices.Delete(r.files, 0, mostRuns)
		first.close()
	}
	return nil
}

// merge reads all runs as one.
func (r *runs) merge() (*merger, error) {
	m := &merger{}
	for _, f := range r.files {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		s := &runReader{r: bufio.NewReaderSize(f, runBuffer)}
		if err := s.advance(); err != nil {
			return nil, err
		}
		if !s.done {
			m.list = append(m.list, s)
		}
	}
	heap.Init(m)
	return m, nil
}

// A merger yields the edges of several runs in order.
type merger struct{ list []*runReader }

func (m *merger) Len() int           { return len(m.list) }
func (m *merger) Less(i, j int) bool { return compareEdges(&m.list[i].edge, &m.list[j].edge) < 0 }
func (m *merger) Swap(i, j int)      { m.list[i], m.list[j] = m.list[j], m.list[i] }

// Push is for package heap.
func (m *merger) Push(x any) { m.list = append(m.list, x.(*runReader)) }

// Pop is for package heap.
func (m *merger) Pop() any {
	s := m.list[len(m.list)-1]
	m.list = m.list[:len(m.list)-1]
	return s
}

// next returns the next edge; ok is false at the end.
func (m *merger) next() (e edge, ok bool, err error) {
	if len(m.list) == 0 {
		return edge{}, false, nil
	}
	s := m.list[0]
	e = s.edge
	if err := s.advance(); err != nil {
		return edge{}, false, err
	}
	if s.done {
		heap.Pop(m)
	} else {
		heap.Fix(m, 0)
	}
	return e, true, nil
}

// A runReader reads one run.
type runReader struct {
	r    *bufio.Reader
	edge edge // the one at hand
	last uint32
	done bool
}

// advance reads the next edge.
func (s *runReader) advance() error {
	window, err := s.r.Peek(maxRow)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	rr := rowReader{b: window, last: s.last}
	e, ok, bad := rr.next()
	if bad {
		return fmt.Errorf("%w: a part that was waiting on disk has changed", ErrFormat)
	}
	if s.done = !ok; !ok {
		return nil
	}
	s.edge, s.last = e, rr.last
	_, err = s.r.Discard(len(window) - len(rr.b))
	return err
}

// spool collects bytes on disk that go to the end of the file.
type spool struct {
	f *os.File
	w *bufio.Writer
	n int64
}

func newSpool(dir string) (*spool, error) {
	f, err := spoolFile(dir)
	if err != nil {
		return nil, err
	}
	return &spool{f: f, w: bufio.NewWriterSize(f, 64<<10)}, nil
}

func (s *spool) uint32(v uint32) error {
	s.n += 4
	_, err := s.w.Write(binary.LittleEndian.AppendUint32(nil, v))
	return err
}

// copyTo appends what was collected to w.
func (s *spool) copyTo(w io.Writer) error {
	if err := s.w.Flush(); err != nil {
		return err
	}
	if _, err := s.f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.Copy(w, s.f)
	return err
}

func (s *spool) close() {
	s.f.Close()
	os.Remove(s.f.Name())
}
