package synth

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"sync"
)

// blobs collects the blobs of one cluster with offsets of 4 bytes.
type blobs struct {
	data []byte
	ends []int
}

// end closes the blob that was appended to data.
func (b *blobs) end()   { b.ends = append(b.ends, len(b.data)) }
func (b *blobs) reset() { b.data, b.ends = b.data[:0], b.ends[:0] }

// table appends the offset table: N+1 offsets, counted from the table's own start.
func (b *blobs) table(dst []byte) []byte {
	size := 4 * (len(b.ends) + 1)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(size))
	for _, e := range b.ends {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(size+e))
	}
	return dst
}

func (b *blobs) payload() []byte { return append(b.table(nil), b.data...) }

// textClusters writes the compressed clusters: the distinct ones are made at once and then repeated in turn.
func (w *writer) textClusters() error {
	distinct := len(w.l.counts)
	frames, err := w.frames(distinct)
	if err != nil {
		return err
	}
	for c := range w.l.textClusters - 1 {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		w.beginCluster(infoZstd)
		w.write(frames[c%distinct])
	}
	w.beginCluster(infoZstd)
	w.write(frames[distinct])
	return w.buf.Flush()
}

// frames makes n distinct text clusters and, behind them, the last one, which may be shorter. As many
// workers share the work as there are processors; the first error ends it.
func (w *writer) frames(n int) ([][]byte, error) {
	var corpus []byte
	if w.l.o.Corpus != "" {
		var err error
		if corpus, err = readCorpus(w.l.o.Corpus); err != nil {
			return nil, err
		}
	}
	frames, errs := make([][]byte, n+1), make([]error, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for worker := range errs {
		wg.Go(func() { errs[worker] = w.makeFrames(frames, worker, len(errs), corpus) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("text cluster: %w", err)
		}
	}
	return frames, nil
}

// makeFrames fills frames[worker], frames[worker+step] and so on.
func (w *writer) makeFrames(frames [][]byte, worker, step int, corpus []byte) error {
	c, err := w.l.o.NewCompressor()
	if err != nil {
		return err
	}
	defer c.Close()
	for f := worker; f < len(frames); f += step {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		number, count := f, 0
		if f < len(frames)-1 {
			count = w.l.counts[f]
		} else {
			number, count = (w.l.textClusters-1)%len(w.l.counts), w.l.lastCount
		}
		if frames[f], err = c.Compress(w.l.textPayload(number, count, corpus)); err != nil {
			return err
		}
	}
	return nil
}

// textPayload returns the first count pages of distinct text cluster number, as a cluster's payload.
func (l *layout) textPayload(number, count int, corpus []byte) []byte {
	p := newPages(l.o, number, corpus)
	var b blobs
	for _, size := range l.pageSizes(number)[:count] {
		b.data = p.appendPage(b.data, size)
		b.end()
	}
	return b.payload()
}
