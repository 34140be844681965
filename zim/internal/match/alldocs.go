package match

// allDocs is the list of a term that every document holds once, as titles hold the word that
// marks their beginning. It is known without being read.
type allDocs struct{ doc, last uint32 }

// everywhere reports whether a term is in every document, once in each, and docids have no
// gaps.
func everywhere(st TermStats, size Size) bool {
	return st.TF > 0 && st.TF == size.Docs && st.CF == uint64(st.TF) && size.LastDoc == size.Docs
}

func (a *allDocs) Next() bool {
	a.doc = min(a.doc, a.last) + 1
	return a.doc <= a.last
}

func (a *allDocs) Seek(doc uint32) bool {
	a.doc = max(a.doc, doc, 1)
	return a.doc <= a.last
}

func (a *allDocs) Read(docs, wdfs []uint32) (n int) {
	for n < len(docs) && a.Next() {
		docs[n], wdfs[n] = a.doc, 1
		n++
	}
	return n
}

func (a *allDocs) Meet(docs, at, wdfs []uint32) (n int) {
	for n < len(docs) && a.Seek(docs[n]) {
		at[n], wdfs[n] = uint32(n), 1
		n++
	}
	return n
}

func (a *allDocs) Add(first uint32, sums []uint32, set []uint64) (next uint32) {
	for ok := a.Seek(first); ok; ok = a.Next() {
		i := a.doc - first
		if i >= uint32(len(sums)) {
			return a.doc
		}
		sums[i]++
		set[i/64] |= 1 << (i % 64)
	}
	return end
}

func (a *allDocs) DocID() uint32 { return a.doc }
func (a *allDocs) WDF() uint32   { return 1 }
func (a *allDocs) Err() error    { return nil }
