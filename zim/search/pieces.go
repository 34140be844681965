package search

import (
	"math"
	"unicode/utf8"
)

// A pieceScan reads the pieces of a word with a mark at each end; a short word is one piece.
type pieceScan struct {
	room   [66]byte
	marked []byte
	at     [pieceLetters + 1]int // where the last letters begin, and where the next one does
	n      int                   // letters read
}

// start begins with a word.
func (s *pieceScan) start(word string) {
	s.marked = append(append(append(s.room[:0], pieceMark), word...), pieceMark)
	s.at, s.n = [pieceLetters + 1]int{}, 0
}

// next returns one piece after the other, nil behind the last. It is good until the next call of start.
func (s *pieceScan) next() []byte {
	for s.at[pieceLetters] < len(s.marked) {
		copy(s.at[:], s.at[1:])
		i := s.at[pieceLetters]
		if s.marked[i] < utf8.RuneSelf {
			i++
		} else {
			_, size := utf8.DecodeRune(s.marked[i:])
			i += size
		}
		s.at[pieceLetters] = i
		if s.n++; s.n >= pieceLetters || i == len(s.marked) {
			return s.marked[s.at[0]:i]
		}
	}
	return nil
}

// pieceMark stands before and behind a word; it is in none.
const pieceMark = '\x01'

// A pieceSet numbers the pieces of a question. Most pieces of texts are not in it, which a few bits tell at once. One is for
// one goroutine.
type pieceSet struct {
	ids  map[string]int16
	bits [64]uint64
	scan pieceScan
}

// add gives the pieces of a word their numbers, unless there are too many.
func (s *pieceSet) add(word string) {
	s.scan.start(word)
	for p := s.scan.next(); p != nil; p = s.scan.next() {
		s.addPiece(p)
	}
}

func (s *pieceSet) addPiece(piece []byte) {
	if _, ok := s.ids[string(piece)]; ok || len(s.ids) == math.MaxInt16 {
		return
	}
	if s.ids == nil {
		s.ids = map[string]int16{}
	}
	s.ids[string(piece)] = int16(len(s.ids))
	h := pieceHash(piece)
	s.bits[h/64] |= 1 << (h % 64)
}

// of appends the numbers of those pieces of a word that are in the set.
func (s *pieceSet) of(word string, to []int16) []int16 {
	s.scan.start(word)
	for p := s.scan.next(); p != nil; p = s.scan.next() {
		if h := pieceHash(p); s.bits[h/64]&(1<<(h%64)) == 0 {
			continue
		}
		if i, ok := s.ids[string(p)]; ok {
			to = append(to, i)
		}
	}
	return to
}

// pieceHash is a number below 4,096.
func pieceHash(piece []byte) uint32 {
	h := uint32(2166136261) // FNV-1a
	for _, c := range piece {
		h = (h ^ uint32(c)) * 16777619
	}
	return (h ^ h>>12) % 4096
}
