package eval

import (
	"cmp"
	"hash/fnv"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
)

// A World is what a server is started with, and how the ids it prints are documents.
type World struct {
	Files []string          // archives
	Docs  map[string]string // document by "archive/path"; nil when Label tells
	Label string            // the only archive: its documents are Label/path
}

// DocOf returns the document of an id as printed; the id itself when it belongs to none.
func (w World) DocOf(id string) string {
	p := ParseID(id)
	if d, ok := w.Docs[p.Archive+"/"+p.Path]; ok {
		return d
	}
	if w.Label != "" && p.Path != "" {
		return w.Label + "/" + p.Path
	}
	return id
}

// WorldOf is the world of archives that were made.
func WorldOf(files []string, archives ...Archive) World {
	w := World{Files: files, Docs: map[string]string{}}
	for _, a := range archives {
		for _, d := range a.Pages {
			w.Docs[a.Name+"/"+PathOf(d.ID)] = d.ID
		}
	}
	return w
}

// WorldOfFile is the world of one archive file.
func WorldOfFile(file string) World {
	return World{Files: []string{file}, Label: labelOf(file)}
}

func labelOf(file string) string {
	base := filepath.Base(file)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// A Set is questions for a world.
type Set struct {
	Name      string // E1, E2-de, …
	About     string // one line
	World     World
	Questions []Question
	Gold      Gold
	Readers   bool    // follow readers to the answer, and open every citation
	Probes    []Probe // in place of questions
	ByKind    bool    // the figures are also given for each kind of question
}

// sample draws at most n of list with a fixed seed, and keeps their order. Each name draws on its own.
func sample[T any](list []T, n int, name string) []T {
	if len(list) <= n {
		return list
	}
	pick := rand.New(rand.NewPCG(1, hashOf(name))).Perm(len(list))[:n]
	slices.Sort(pick)
	out := make([]T, n)
	for i, k := range pick {
		out[i] = list[k]
	}
	return out
}

func hashOf(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return h.Sum64()
}

// sortedKeys lists the keys of a map in order.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
