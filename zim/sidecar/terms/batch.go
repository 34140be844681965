package terms

import (
	"fmt"

	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	zap "github.com/blevesearch/zapx/v16"
)

// A Field is one of the two lists of terms that a document has.
type Field uint8

// Values of Field.
const (
	Body   Field = iota // the words of the text and the title
	Title               // the words of the title
	Fields              // how many there are
)

var fieldNames = [Fields]string{Body: "body", Title: "title"}

// A posting is a term of a document and how often it occurs there.
type posting struct{ term, wdf uint32 }

// A Batch gathers documents for a segment. It holds 8 bytes for each term of each document, and each term once. It is for
// one goroutine.
type Batch struct {
	docs  []document
	terms []string
	known map[string]uint32

	counts  [Fields][]uint32 // by term, of the document that is being made
	touched [Fields][]uint32 // terms with a count

	tables [Fields]index.TokenFrequencies // of one document at a time, as bleve takes it
	spare  [Fields][]index.TokenFreq
}

// NewBatch returns a batch without documents.
func NewBatch() *Batch { return &Batch{known: map[string]uint32{}} }

// Len returns how many documents it has.
func (b *Batch) Len() int { return len(b.docs) }

// Add counts a term of the document that Next will end.
func (b *Batch) Add(f Field, term string, times uint32) {
	id, ok := b.known[term]
	if !ok {
		id = uint32(len(b.terms))
		b.terms = append(b.terms, string([]byte(term))) // of its own: what is given may be part of a page
		b.known[b.terms[id]] = id
	}
	for int(id) >= len(b.counts[f]) {
		b.counts[f] = append(b.counts[f], 0)
	}
	if b.counts[f][id] == 0 {
		b.touched[f] = append(b.touched[f], id)
	}
	b.counts[f][id] += times
}

// Next ends a document and begins the next one. It returns how long its fields are, which is the sum of how often they have
// each term, and how often they have the most frequent one. A document may be without terms.
func (b *Batch) Next() (lengths [Fields]uint32, most uint32) {
	d := document{b: b}
	for f := range Fields {
		d.terms[f] = make([]posting, len(b.touched[f]))
		for i, id := range b.touched[f] {
			n := b.counts[f][id]
			d.terms[f][i] = posting{id, n}
			lengths[f] += n
			most = max(most, n)
			b.counts[f][id] = 0
		}
		b.touched[f] = b.touched[f][:0]
	}
	b.docs = append(b.docs, d)
	return lengths, most
}

// Drop forgets what was added since the last document.
func (b *Batch) Drop() {
	for f := range Fields {
		for _, id := range b.touched[f] {
			b.counts[f][id] = 0
		}
		b.touched[f] = b.touched[f][:0]
	}
}

// Write makes a file of the batch, whose documents have the numbers from 1 on in the order in which they were added.
// The batch must have a document. It is empty afterwards.
func (b *Batch) Write(name string) (err error) {
	defer contain(&err)
	list := make([]index.Document, len(b.docs))
	for i := range b.docs {
		list[i] = &b.docs[i]
	}
	s, _, err := new(zap.ZapPlugin).New(list)
	if err != nil {
		return err
	}
	defer s.Close()
	defer b.reset()
	u, ok := s.(segment.UnpersistedSegment)
	if !ok {
		return fmt.Errorf("terms: a segment in memory is a %T", s)
	}
	return u.Persist(name)
}

// reset empties the batch but keeps the words: the next batch has most of them, too.
func (b *Batch) reset() {
	clear(b.docs)
	b.docs = b.docs[:0]
	if len(b.terms) > maxKnown {
		b.terms, b.known = nil, map[string]uint32{}
		b.counts = [Fields][]uint32{}
	}
}

// maxKnown bounds the words that are kept from batch to batch.
const maxKnown = 1 << 17

// table returns the terms of a document as bleve takes them. It is good until the next call for the same field.
func (b *Batch) table(f Field, list []posting) index.TokenFrequencies {
	if b.tables[f] == nil {
		b.tables[f] = index.TokenFrequencies{}
	}
	t := b.tables[f]
	clear(t)
	if cap(b.spare[f]) < len(list) {
		b.spare[f] = make([]index.TokenFreq, len(list))
	}
	spare := b.spare[f][:len(list)]
	for i, p := range list {
		spare[i].SetFrequency(int(p.wdf))
		t[b.terms[p.term]] = &spare[i]
	}
	return t
}

// A document is one as bleve sees it: the field that it wants for an identifier, which is empty, and ours.
type document struct {
	b     *Batch
	terms [Fields][]posting
}

func (d *document) VisitFields(visit index.FieldVisitor) {
	visit(&field{})
	for f := range Fields {
		visit(&field{d: d, f: f})
	}
}

func (d *document) ID() string                                 { return "" }
func (d *document) Size() int                                  { return 0 }
func (d *document) VisitComposite(index.CompositeFieldVisitor) {}
func (d *document) HasComposite() bool                         { return false }
func (d *document) NumPlainTextBytes() uint64                  { return 0 }
func (d *document) AddIDField()                                {}
func (d *document) StoredFieldsBytes() uint64                  { return 0 }
func (d *document) Indexed() bool                              { return true }

// A field is one of a document; without one it is the identifier.
type field struct {
	d *document
	f Field
}

func (f *field) Name() string {
	if f.d == nil {
		return "_id"
	}
	return fieldNames[f.f]
}

// Options keeps of the identifier the empty value, which bleve needs, and of the others nothing but terms.
func (f *field) Options() index.FieldIndexingOptions {
	if f.d == nil {
		return index.StoreField
	}
	return index.IndexField
}

// AnalyzedLength is kept with each posting. Lengths are in a file of their own, so it is as short as can be.
func (f *field) AnalyzedLength() int {
	if f.d == nil {
		return 0
	}
	return 1
}

func (f *field) AnalyzedTokenFrequencies() index.TokenFrequencies {
	if f.d == nil {
		return nil
	}
	return f.d.b.table(f.f, f.d.terms[f.f])
}

func (f *field) Value() []byte             { return nil }
func (f *field) ArrayPositions() []uint64  { return nil }
func (f *field) EncodedFieldType() byte    { return 't' }
func (f *field) Analyze()                  {}
func (f *field) NumPlainTextBytes() uint64 { return 0 }
