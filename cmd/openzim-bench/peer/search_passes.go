package peer

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// inParallel asks every query c.Number times, by as many threads, and writes how long each took to c.File.
func inParallel(threads int, queries []string, c Command, ask func(text string) (Answer, error)) (Answer, error) {
	took := make([]int64, len(queries)*int(max(c.Number, 0)))
	sums := make([]Answer, threads)
	var next atomic.Int64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	for id := range threads {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(took) || failed.Load() != nil {
					return
				}
				start := time.Now()
				a, err := ask(queries[i%len(queries)])
				took[i] = time.Since(start).Nanoseconds()
				if err != nil {
					failed.CompareAndSwap(nil, &err) // the first one says it for all
					return
				}
				sums[id].Count += a.Count
				sums[id].Check += a.Check
			}
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		return Answer{}, *err
	}
	var sum Answer
	for _, a := range sums {
		sum.Count += a.Count
		sum.Check += a.Check
	}
	return sum, writeFigures(c.File, took)
}

// writeFigures writes numbers, a line each: most are nanoseconds. An empty name writes nothing.
func writeFigures(name string, list []int64) error {
	if name == "" {
		return nil
	}
	var b []byte
	for _, n := range list {
		b = append(strconv.AppendInt(b, n, 10), '\n')
	}
	return os.WriteFile(name, b, 0o600)
}

// ReadFigures reads what a command wrote of each query: nanoseconds, blocks or bytes.
func ReadFigures(name string) ([]int64, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var list []int64
	for f := range strings.FieldsSeq(string(b)) {
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("peer: %s: %w", name, err)
		}
		list = append(list, n)
	}
	return list, nil
}

// appendHits writes the hits of one query.
func appendHits(b []byte, paths []string) []byte {
	for _, p := range paths {
		b = append(append(b, p...), '\n')
	}
	return append(b, 0)
}

// ReadHits reads the hits of each query, as hits-full, hits-suggest and frequencies write them.
func ReadHits(name string) ([][]string, error) {
	texts, err := readPaths(name)
	if err != nil {
		return nil, err
	}
	list := make([][]string, len(texts))
	for i, t := range texts {
		if t != "" {
			list[i] = strings.Split(strings.TrimSuffix(t, "\n"), "\n")
		}
	}
	return list, nil
}
