package search

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/openzim-mcp/openzim-mcp/zim/sidecar"
	"github.com/openzim-mcp/openzim-mcp/zim/sidecar/terms"
)

// add takes a new segment and makes one segment of fanIn neighbours where these are all there.
func (b *textBuild) add(ctx context.Context, s segment, tell func(*BuildProgress)) error {
	if err := b.keep(s, nil, tell); err != nil {
		return err
	}
	return b.mergeDue(ctx)
}

// mergeDue makes one segment of each fanIn neighbours that are all there and that nobody else is at.
func (b *textBuild) mergeDue(ctx context.Context) error {
	for {
		of := b.due()
		if of == nil {
			return nil
		}
		level, number := of[0].Level+1, of[0].Number/fanIn
		s, err := b.merge(ctx, of, fmt.Sprintf("%d-%d", level, number))
		if err != nil {
			return err
		}
		s.Level, s.Number = level, number
		if err := b.keep(s, of, func(*BuildProgress) {}); err != nil {
			return err
		}
	}
}

// keep takes a segment, in place of those that it was made of, and keeps that on disk.
func (b *textBuild) keep(s segment, of []segment, tell func(*BuildProgress)) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.segments = append(slices.DeleteFunc(b.segments, func(x segment) bool {
		return slices.ContainsFunc(of, func(y segment) bool { return x.Level == y.Level && x.Number == y.Number })
	}), s)
	if err := b.build.Save(filesOf(b.segments), b.segments); err != nil {
		return err
	}
	b.build.Drop(filesOf(of))
	tell(&b.progress)
	if b.opts.Progress != nil {
		b.opts.Progress(b.progress)
	}
	return nil
}

// due returns segments that are to be merged, in order, which nobody else then is given.
func (b *textBuild) due() []segment {
	b.mu.Lock()
	defer b.mu.Unlock()
	groups := map[[2]uint64][]segment{}
	for _, s := range b.segments {
		g := [2]uint64{uint64(s.Level), s.Number / fanIn}
		if groups[g] = append(groups[g], s); len(groups[g]) == fanIn && !b.merging[g] {
			b.merging[g] = true
			inOrder(groups[g])
			return groups[g]
		}
	}
	return nil
}

// filesOf lists the files of segments.
func filesOf(list []segment) []sidecar.File {
	var files []sidecar.File
	for _, s := range list {
		if s.Detail.Docs > 0 {
			files = append(files, s.Terms, s.Docs)
		}
	}
	return files
}

// inOrder sorts segments by the items they are of.
func inOrder(list []segment) {
	slices.SortFunc(list, func(a, b segment) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
}

// merge makes one segment of several in a row.
func (b *textBuild) merge(ctx context.Context, of []segment, name string) (segment, error) {
	s := segment{From: of[0].From, To: of[len(of)-1].To}
	var names []string
	var docs []sidecar.File
	for _, x := range of {
		s.Detail.join(x.Detail)
		if x.Detail.Docs > 0 {
			names, docs = append(names, b.build.Path(x.Terms.Name)), append(docs, x.Docs)
		}
	}
	if len(names) == 0 {
		return s, nil
	}
	if err := terms.Merge(ctx, names, b.build.Path(name+".tmp")); err != nil {
		return s, err
	}
	var err error
	if s.Terms, err = b.build.Adopt(name+".tmp", name+".terms"); err != nil {
		return s, err
	}
	s.Docs, err = b.build.Write(name+".docs", func(to io.Writer) error {
		for _, f := range docs {
			if err := b.copy(to, f); err != nil {
				return err
			}
		}
		return nil
	})
	return s, err
}

// copy appends a file of the build.
func (b *textBuild) copy(to io.Writer, f sidecar.File) error {
	r, err := b.build.Reader(f)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(to, r)
	return err
}

// finish makes the sidecar of what is there.
func (b *textBuild) finish(ctx context.Context) (Built, error) {
	b.progress.Merging, b.progress.Clusters = true, b.progress.AllClusters
	if b.opts.Progress != nil {
		b.opts.Progress(b.progress)
	}
	inOrder(b.segments)
	if len(b.segments) == 0 {
		return Built{}, ErrNoText
	}
	s := b.segments[0]
	if len(b.segments) > 1 {
		var err error
		if s, err = b.merge(ctx, b.segments, "all"); err != nil {
			return Built{}, err
		}
	}
	if s.Detail.Docs == 0 {
		return Built{}, ErrNoText
	}
	s.Detail.Language = b.language
	var err error
	if s.Terms, err = b.build.Rename(s.Terms, sidecar.Named(termsFile, s.Terms, ".zap")); err != nil {
		return Built{}, err
	}
	if s.Docs, err = b.build.Rename(s.Docs, sidecar.Named(docsFile, s.Docs, ".bin")); err != nil {
		return Built{}, err
	}
	built := Built{Articles: s.Detail.Docs, Unreadable: s.Detail.Left, Language: b.language, Bytes: s.Terms.Size + s.Docs.Size, Resumed: b.build.Resumed()}
	return built, b.build.Finish([]sidecar.File{s.Terms, s.Docs}, s.Detail)
}

// Names of the files of a full-text sidecar begin so.
const (
	termsFile = "terms"
	docsFile  = "docs"
)
