package zim

import (
	"context"
	"math"
	"strconv"
	"strings"
)

// Counter returns M/Counter: how many items of namespace C, or of the old content namespaces, have
// each MIME type, as the writer counted them. It fails with [ErrNotFound] when the archive
// has none, and with [ErrTooLarge] as Metadata.
func (a *Archive) Counter(ctx context.Context) (map[string]uint64, error) {
	b, err := a.Metadata(ctx, "Counter")
	if err != nil {
		return nil, err
	}
	return parseCounter(string(b)), nil
}

// parseCounter reads "type=count;type=count;...". A type can itself hold ";key=value", so a
// piece without '=' is joined with those that follow, up to one with exactly two. What cannot
// be read is left out, and the first of two equal types counts.
func parseCounter(s string) map[string]uint64 {
	counts := make(map[string]uint64)
	for s != "" {
		piece, rest, _ := strings.Cut(s, ";")
		for !strings.Contains(piece, "=") {
			end := nextWithTwo(rest)
			if end < 0 {
				return counts
			}
			piece, rest = s[:len(s)-len(rest)+end], strings.TrimPrefix(rest[end:], ";")
		}
		s = rest
		addCount(counts, piece)
	}
	return counts
}

// nextWithTwo returns where the first piece of s with exactly two '=' ends, or -1.
func nextWithTwo(s string) int {
	for at := 0; at <= len(s); {
		piece, _, more := strings.Cut(s[at:], ";")
		if strings.Count(piece, "=") == 2 {
			return at + len(piece)
		}
		if !more {
			break
		}
		at += len(piece) + 1
	}
	return -1
}

func addCount(counts map[string]uint64, piece string) {
	i := strings.LastIndexByte(piece, '=')
	mime, digits := piece[:i], piece[i+1:]
	n, err := strconv.ParseUint(digits, 10, 64)
	if _, seen := counts[mime]; err != nil || seen || mime == "" {
		return
	}
	counts[mime] = n
}

// sumTypes adds the counts of types that start with one of the prefixes. It saturates.
func sumTypes(counts map[string]uint64, prefixes ...string) (sum uint64) {
	for mime, n := range counts {
		for _, p := range prefixes {
			if strings.HasPrefix(mime, p) {
				if n > math.MaxUint64-sum {
					return math.MaxUint64
				}
				sum += n
			}
		}
	}
	return sum
}
