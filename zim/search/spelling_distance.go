package search

// An edits computes distances between one word and others that are given letter by letter, so that what others have in
// common at their beginning is computed once. A distance counts letters inserted, left out and replaced, and neighbours
// swapped, none of them touched twice: optimal string alignment. It is for one goroutine.
type edits struct {
	word  []rune
	most  int     // greater distances are not told apart
	other []rune  // letters pushed so far
	rows  [][]int // rows[n][i] is the distance of other[:n] to word[:i]
}

// newEdits prepares distances up to most from a word.
func newEdits(word string, most int) *edits {
	e := &edits{word: []rune(word), most: most}
	row := make([]int, len(e.word)+1)
	for i := range row {
		row[i] = i
	}
	e.rows = [][]int{row}
	return e
}

// keep forgets all letters but the first n.
func (e *edits) keep(n int) { e.other, e.rows = e.other[:n], e.rows[:n+1] }

// push adds a letter and reports whether a word that begins with those pushed may still be near.
func (e *edits) push(r rune) bool {
	n := len(e.other)
	e.other = append(e.other, r)
	if cap(e.rows) > n+1 {
		e.rows = e.rows[:n+2]
	} else {
		e.rows = append(e.rows, nil)
	}
	if e.rows[n+1] == nil {
		e.rows[n+1] = make([]int, len(e.word)+1)
	}
	return e.fill(n + 1)
}

// fill computes row n and reports whether anything in it is near enough to go on.
func (e *edits) fill(n int) bool {
	row, last := e.rows[n], e.rows[n-1]
	row[0] = n
	least := n
	for i := 1; i < len(row); i++ {
		cost := 1
		if e.word[i-1] == e.other[n-1] {
			cost = 0
		}
		d := min(last[i]+1, row[i-1]+1, last[i-1]+cost)
		if n > 1 && i > 1 && e.word[i-1] == e.other[n-2] && e.word[i-2] == e.other[n-1] {
			d = min(d, e.rows[n-2][i-2]+1)
			least = min(least, e.rows[n-2][i-2]+1)
		}
		row[i] = d
		least = min(least, d)
	}
	// A swap may be half done: the letter before the last then costs one, though two were needed so far.
	if n > 0 {
		least = min(least, e.half(n))
	}
	return least <= e.most
}

// half is the least distance that letters pushed can have if the last one is the first of two that are swapped.
func (e *edits) half(n int) int {
	least := e.most + 1
	for i := 1; i < len(e.word); i++ {
		if e.word[i] == e.other[n-1] {
			least = min(least, e.rows[n-1][i-1]+1)
		}
	}
	return least
}

// distance is that of the letters pushed.
func (e *edits) distance() int { return e.rows[len(e.other)][len(e.word)] }

// distance returns how many typing errors apart two texts are, most+1 if they are more than most.
func distance(a, b string, most int) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d > most || -d > most {
		return most + 1
	}
	e := &edits{word: x, most: most}
	row := make([]int, len(x)+1)
	for i := range row {
		row[i] = i
	}
	e.rows = [][]int{row}
	for _, r := range y {
		if !e.push(r) {
			return most + 1
		}
	}
	return min(e.distance(), most+1)
}
