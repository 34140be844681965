package terms

import (
	"context"
	"runtime/debug"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	zap "github.com/blevesearch/zapx/v16"
)

// Merge makes one file of several: the documents of the first, then those of the second, and so on. It reads them through
// mappings and holds the words, but no list, in memory. It ends early with ctx's error, and then leaves no file.
func Merge(ctx context.Context, names []string, to string) (err error) {
	defer debug.SetPanicOnFault(faults())
	defer contain(&err)
	var list []segment.Segment
	defer func() {
		for _, s := range list {
			s.Close()
		}
	}()
	for _, name := range names {
		s, err := new(zap.ZapPlugin).Open(name)
		if err != nil {
			return err
		}
		list = append(list, s)
	}
	stop := make(chan struct{})
	end := context.AfterFunc(ctx, func() { close(stop) })
	defer end()
	_, _, err = new(zap.ZapPlugin).Merge(list, make([]*roaring.Bitmap, len(list)), to, stop, nil)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}
