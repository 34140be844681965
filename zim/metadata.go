package zim

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
)

// Metadata returns the value of a key such as "Title" or "Language", as stored. Redirects
// are followed. It fails with [ErrNotFound] when the archive has no such key, and with
// [ErrTooLarge] above Options.MaxMetadata.
func (a *Archive) Metadata(ctx context.Context, key string) ([]byte, error) {
	e, err := a.LookupNS(ctx, 'M', key)
	if err != nil {
		return nil, err
	}
	it, err := e.Resolve(ctx)
	if err != nil {
		return nil, err
	}
	limit := a.opts.MaxMetadata
	if strings.HasPrefix(key, illustrationPrefix) {
		limit *= illustrationFactor
	}
	return it.atMost(ctx, limit)
}

// MetadataKeys returns the archive's keys in byte order, at most Options.MaxMetaKeys.
// Entries that cannot be read are left out.
func (a *Archive) MetadataKeys(ctx context.Context) ([]string, error) {
	var list []string
	for e, err := range a.Entries(ctx, 'M') {
		if err != nil && !lasting(err) {
			return nil, err
		}
		if len(list) == a.opts.MaxMetaKeys {
			break
		}
		if err == nil {
			list = append(list, e.Path())
		}
	}
	return list, nil
}

const (
	illustrationPrefix = "Illustration_"
	illustrationFactor = 16 // an illustration may take so many times Options.MaxMetadata
	faviconSize        = 48
)

// An Illustration says what a picture of the archive is for.
type Illustration struct {
	Width, Height uint32  // CSS pixels
	Scale         float64 // device pixels for each of them
	Attributes    map[string]string
}

// path is the key of the illustration, from which parseIllustration makes it again. A name
// from a file may have thousands of attributes, so it is built in one piece.
func (i Illustration) path() string {
	b := strconv.AppendUint([]byte(illustrationPrefix), uint64(i.Width), 10)
	b = strconv.AppendUint(append(b, 'x'), uint64(i.Height), 10)
	b = strconv.AppendFloat(append(b, '@'), i.Scale, 'f', -1, 64)
	for _, k := range slices.Sorted(mapKeys(i.Attributes)) {
		b = append(append(append(append(b, ';'), k...), '='), i.Attributes[k]...)
	}
	return string(b)
}

func mapKeys(m map[string]string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// parseIllustration reads "Illustration_{W}x{H}@{scale}[;attr=value...]". As in libzim a
// name counts only if the parsed values give the same name again: no sign, no leading zero,
// attributes in order.
func parseIllustration(key string) (i Illustration, ok bool) {
	s, ok := strings.CutPrefix(key, illustrationPrefix)
	if !ok {
		return i, false
	}
	size, attributes, _ := strings.Cut(s, ";")
	w, rest, _ := strings.Cut(size, "x")
	h, scale, _ := strings.Cut(rest, "@")
	width, err1 := strconv.ParseUint(w, 10, 32)
	height, err2 := strconv.ParseUint(h, 10, 32)
	if err1 != nil || err2 != nil || strings.Trim(scale, "0123456789.") != "" {
		return i, false
	}
	f, err := strconv.ParseFloat(scale, 64)
	if err != nil || f <= 0 {
		return i, false
	}
	i = Illustration{Width: uint32(width), Height: uint32(height), Scale: f, Attributes: make(map[string]string)}
	for attributes != "" {
		var pair string
		pair, attributes, _ = strings.Cut(attributes, ";")
		k, v, _ := strings.Cut(pair, "=")
		i.Attributes[k] = v
	}
	return i, i.path() == key
}

// Illustrations returns the pictures the archive has, by width, height, scale and name. An
// old archive's favicon stands for one of 48x48@1.
func (a *Archive) Illustrations(ctx context.Context) ([]Illustration, error) {
	var list []Illustration
	for e, err := range a.PathPrefix(ctx, 'M', illustrationPrefix) {
		if err != nil && !lasting(err) {
			return nil, err
		}
		if len(list) == a.opts.MaxMetaKeys {
			break
		}
		if err != nil {
			continue
		}
		if i, ok := parseIllustration(e.Path()); ok {
			list = append(list, i)
		}
	}
	if !slices.ContainsFunc(list, func(i Illustration) bool { return i.path() == faviconPath }) {
		if _, err := a.favicon(ctx); err == nil {
			list = append(list, Illustration{Width: faviconSize, Height: faviconSize, Scale: 1, Attributes: map[string]string{}})
		} else if !isNotFound(err) && !lasting(err) {
			return nil, err
		}
	}
	slices.SortFunc(list, func(x, y Illustration) int {
		return cmp.Or(cmp.Compare(x.Width, y.Width), cmp.Compare(x.Height, y.Height), cmp.Compare(x.Scale, y.Scale), cmp.Compare(x.path(), y.path()))
	})
	return list, nil
}

const faviconPath = illustrationPrefix + "48x48@1"

// Illustration returns the picture of this size without attributes. For 48x48@1 an old
// archive's favicon does. It fails with [ErrNotFound]. Its data may be up to 16 MiB.
func (a *Archive) Illustration(ctx context.Context, w, h uint32, scale float64) (Item, error) {
	path := Illustration{Width: w, Height: h, Scale: scale}.path()
	e, err := a.LookupNS(ctx, 'M', path)
	if err == nil {
		return e.Resolve(ctx)
	}
	if !errors.Is(err, ErrNotFound) || path != faviconPath {
		return Item{}, err
	}
	return a.favicon(ctx)
}

// favicon returns what stands for 48x48@1 in old archives. The first of the new scheme, of
// 2020, still have it in the old namespaces.
func (a *Archive) favicon(ctx context.Context) (Item, error) {
	for _, p := range []string{"-/favicon", "-/favicon.png", "I/favicon", "I/favicon.png"} {
		e, err := a.LookupNS(ctx, p[0], p[2:])
		if err == nil {
			return e.Resolve(ctx)
		}
		if !isNotFound(err) {
			return Item{}, err
		}
	}
	return Item{}, ErrNotFound
}
