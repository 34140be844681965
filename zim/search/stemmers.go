package search

import (
	"sync"

	"github.com/openzim-mcp/openzim-mcp/zim/internal/stem"
)

// stemmers holds stemmers that no query uses at the moment, by what [stem.Language] says,
// which has few answers: *sync.Pool of *stem.Stemmer.
var stemmers sync.Map

// takeStemmer returns the stemmer of an index, for one query; nil if it was written without.
func takeStemmer(metadata string) *stem.Stemmer {
	pool, ok := stemmers.Load(stem.Language(metadata))
	if ok {
		if st, ok := pool.(*sync.Pool).Get().(*stem.Stemmer); ok {
			return st
		}
	}
	return stem.New(metadata)
}

// giveStemmer takes it back. Nothing may use it then.
func giveStemmer(st *stem.Stemmer) {
	if st == nil {
		return
	}
	pool, ok := stemmers.Load(st.Language())
	if !ok {
		pool, _ = stemmers.LoadOrStore(st.Language(), new(sync.Pool))
	}
	pool.(*sync.Pool).Put(st)
}
