package glass

import (
	"context"
	"iter"
)

// Metadata returns a metadata value, nil if there is none. It fails with [ErrTooLarge] above
// Options.MaxMetadata.
func (x *Index) Metadata(ctx context.Context, name string) ([]byte, error) {
	var c cursor
	c.init(ctx, &x.trees[Postlist])
	exact, err := c.seek([]byte(keyMetadata + name))
	if err != nil || !exact || name == "" {
		return nil, err
	}
	var buf []byte
	tag, err := c.tag(&buf, x.opts.MaxMetadata)
	if err != nil {
		return nil, err
	}
	if len(tag) > x.opts.MaxMetadata {
		return nil, c.tooLarge(x.opts.MaxMetadata)
	}
	return append([]byte(nil), tag...), nil
}

// MetadataNames walks the names of all metadata values in byte order. An error ends it.
func (x *Index) MetadataNames(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		e := x.Entries(ctx, Postlist, []byte(keyMetadata))
		for e.Next() {
			if name := e.Key()[len(keyMetadata):]; len(name) > 0 && !yield(string(name), nil) {
				return
			}
		}
		if e.err != nil {
			yield("", e.err)
		}
	}
}
