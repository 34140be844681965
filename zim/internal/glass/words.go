package glass

import "context"

// What the spelling table's keys of whole words begin with; the others hold fragments. The
// lengths in lists of words are written with these bits inverted.
const (
	keyWord     = "W"
	lengthFlips = 0x60
)

// Spelling returns how often a word is said to occur, 0 if it is not in the spelling table.
// Archives have none.
func (x *Index) Spelling(ctx context.Context, word []byte) (uint64, error) {
	var c cursor
	c.init(ctx, &x.trees[Spelling])
	exact, err := c.seek(append([]byte(keyWord), word...))
	if err != nil || !exact {
		return 0, err
	}
	return spellingFrequency(&c, x.opts.MaxTag)
}

func spellingFrequency(c *cursor, limit int) (uint64, error) {
	var buf []byte
	tag, err := c.tag(&buf, limit)
	if err == nil && (len(tag) == 0 || len(tag) > 8) {
		err = corrupt("spelling", c.offset(), "a frequency of %d bytes", len(tag))
	}
	if err != nil {
		return 0, err
	}
	var v uint64
	for i, b := range tag {
		v |= uint64(b) << (8 * i)
	}
	return v, nil
}

// Spellings walks the words of the spelling table in byte order. Errors stick. It is for one
// goroutine.
type Spellings struct {
	e    *Entries
	freq uint64
}

// Spellings returns a walk over the words that begin with prefix.
func (x *Index) Spellings(ctx context.Context, prefix []byte) *Spellings {
	return &Spellings{e: x.Entries(ctx, Spelling, append([]byte(keyWord), prefix...))}
}

// Next moves to the next word.
func (s *Spellings) Next() bool {
	if !s.e.Next() {
		return false
	}
	var err error
	if s.freq, err = spellingFrequency(&s.e.c, s.e.limit); err != nil {
		return s.e.fail(err)
	}
	return true
}

// Word returns the word it stands on.
func (s *Spellings) Word() []byte { return s.e.Key()[len(keyWord):] }

// Frequency returns how often the word is said to occur.
func (s *Spellings) Frequency() uint64 { return s.freq }

// Err returns what ended the walk early.
func (s *Spellings) Err() error { return s.e.err }

// Synonyms returns the synonyms of a term in byte order. Archives have none.
func (x *Index) Synonyms(ctx context.Context, term []byte) ([][]byte, error) {
	var c cursor
	c.init(ctx, &x.trees[Synonym])
	exact, err := c.seek(term)
	if err != nil || !exact || len(term) == 0 {
		return nil, err
	}
	at := c.offset()
	var buf []byte
	tag, err := c.tag(&buf, x.opts.MaxTag)
	if err != nil {
		return nil, err
	}
	return unpackSynonyms(tag, at)
}

// unpackSynonyms decodes a tag of the synonym table.
func unpackSynonyms(tag []byte, at int64) (list [][]byte, err error) {
	for u := (unpacker{b: tag}); len(u.b) > 0; {
		word := u.bytes(uint64(u.byte() ^ lengthFlips))
		if u.bad {
			return nil, corrupt("synonyms", at, "a word is cut off")
		}
		list = append(list, append([]byte(nil), word...))
	}
	return list, nil
}
