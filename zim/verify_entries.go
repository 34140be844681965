package zim

import "slices"

// verifyClusters is how many clusters are checked in one go: 4 bytes each for their number
// of blobs and 8 for their place.
const verifyClusters = 4 << 20

// clustersAndEntries checks the clusters, then the entries, which need to know how many
// blobs each cluster has. Archives of more clusters than fit at once take several rounds.
func (v *verifier) clustersAndEntries() {
	const clusters = CheckClusterPointers | CheckClusterHeaders | CheckDecode | CheckBlobs
	if !v.wants(clusters | ofEntries) {
		return
	}
	n := uint64(v.a.head.clusters)
	for first := uint64(0); !v.stopped && (first == 0 || first < n); first += verifyClusters {
		round := clusterRound{first: uint32(first), blobs: make([]uint32, min(verifyClusters, n-first))}
		if v.wants(clusters) {
			v.clusters(&round)
		}
		if v.wants(CheckBlobs) || first == 0 && v.wants(ofEntries) {
			v.entries(&round)
		}
	}
}

// ofEntries are the checks that go over all dirents.
const ofEntries = CheckPathPointers | CheckPathOrder | CheckMIME | CheckRedirects | CheckBlobs

// A clusterRound is what is known of the clusters of one round.
type clusterRound struct {
	first uint32
	blobs []uint32 // in each cluster; none32 where it could not be told
}

// has reports whether the cluster can hold blob i, as far as that is known.
func (r *clusterRound) has(cluster, i uint32) bool {
	if cluster < r.first || cluster-r.first >= uint32(len(r.blobs)) {
		return true // in another round, or reported as missing
	}
	return i < r.blobs[cluster-r.first]
}

// entries goes over all dirents once: those of the first round look at everything, those of
// the others at blobs alone.
func (v *verifier) entries(r *clusterRound) {
	all, n := r.first == 0, uint64(v.a.head.entries)
	var before []byte
	v.a.scan(v.ctx, 0, v.a.head.entries, func(i uint32, d *rawDirent, err error) bool {
		if i%(1<<14) == 0 {
			v.tick(ofEntries, uint64(i), n)
		}
		if err != nil {
			if before = before[:0]; all || !lasting(err) {
				v.report(CheckPathPointers, err)
			}
			return !v.stopped
		}
		if all {
			before = v.order(i, d, before)
			v.entry(i, d)
		}
		if d.kind < kindDeleted && !r.has(d.cluster, d.blob) {
			v.report(CheckBlobs, v.a.blame(ErrCorrupt, "dirent", i, "cluster %d has no blob %d", d.cluster, d.blob))
		}
		return !v.stopped
	})
	v.tick(ofEntries, n, n)
}

// order compares the entry's key with the one before, and returns it in the same memory.
func (v *verifier) order(i uint32, d *rawDirent, before []byte) []byte {
	if len(before) > 0 {
		switch order := compareKey(d.ns, d.path, before); {
		case order < 0:
			v.report(CheckPathOrder, v.a.blame(ErrCorrupt, "dirent", i, "its path belongs in front of the one before"))
		case order == 0 && v.a.head.minor == 0:
			v.note(CheckPathOrder, v.a.blame(ErrCorrupt, "dirent", i, "has the same path as the one before"))
		case order == 0:
			v.report(CheckPathOrder, v.a.blame(ErrCorrupt, "dirent", i, "has the same path as the one before"))
		}
	}
	return appendKey(before[:0], d.ns, d.path)
}

// entry checks what one dirent says for itself.
func (v *verifier) entry(i uint32, d *rawDirent) {
	switch {
	case d.kind == kindRedirect:
		if v.wants(CheckRedirects) {
			_, err := v.a.follow(v.ctx, Entry{v.a, i, d.own()})
			v.redirect(err)
		}
	case d.kind < kindDeleted:
		if int(d.kind) >= len(v.a.mime) {
			v.report(CheckMIME, v.a.blame(ErrCorrupt, "MIME type", i, "MIME type %d of %d", d.kind, len(v.a.mime)))
		}
		if d.cluster >= v.a.head.clusters {
			v.report(CheckBlobs, v.a.blame(ErrCorrupt, "dirent", i, "cluster %d of %d", d.cluster, v.a.head.clusters))
		}
	}
}

// redirect reports what is wrong on an entry's way. A damaged dirent at the end of it is another
// check's finding.
func (v *verifier) redirect(err error) {
	if e := (*FormatError)(nil); asFormatError(err, &e) && e.Part != "redirect" {
		return
	}
	v.report(CheckRedirects, err)
}

// redirects checks the main page, which the header and the entry W/mainPage name.
func (v *verifier) redirects() {
	if !v.wants(CheckRedirects) {
		return
	}
	if page := v.a.head.mainPage; page != none32 && page >= v.a.head.entries {
		v.report(CheckRedirects, formatError(ErrCorrupt, "header", 64, "main page %d of %d entries", page, v.a.head.entries))
	}
	e, err := v.a.LookupNS(v.ctx, 'W', "mainPage")
	if isNotFound(err) || !v.a.head.newNamespaces() {
		return
	}
	if err != nil {
		v.fail(err)
		return
	}
	_, err = e.Resolve(v.ctx)
	if isNotFound(err) {
		err = v.a.blame(ErrCorrupt, "main page", e.index, "the main page has no data")
	}
	v.report(CheckRedirects, err)
}

// clusters checks every cluster of a round and notes how many blobs it has.
func (v *verifier) clusters(r *clusterRound) {
	of := CheckClusterPointers | CheckClusterHeaders | CheckDecode
	total := uint64(v.a.head.clusters)
	for i := range r.blobs {
		if v.stopped {
			return
		}
		number := r.first + uint32(i)
		v.tick(of, uint64(number), total)
		r.blobs[i] = none32
		if n, ok := v.cluster(number); ok {
			r.blobs[i] = n
		}
	}
	v.tick(of, total, total)
	v.duplicateClusters(r)
}

// cluster checks one cluster and returns how many blobs it has.
func (v *verifier) cluster(number uint32) (blobs uint32, ok bool) {
	c, err := v.a.cluster(v.ctx, number)
	switch {
	case err != nil && c.pos >= headerSize && c.pos < v.a.head.end:
		v.report(CheckClusterHeaders, err)
		return 0, false
	case err != nil:
		v.report(CheckClusterPointers, err)
		return 0, false
	case c.compression == compressionNone:
		n, err := v.a.checkRawTable(v.ctx, c)
		v.report(CheckClusterHeaders, err)
		return uint32(n), err == nil
	}
	return v.compressed(c)
}

// compressed decodes the table of a cluster, and the rest of it if that was asked for.
func (v *verifier) compressed(c clusterHead) (blobs uint32, ok bool) {
	if err := v.a.cache.acquire(v.ctx); err != nil {
		v.fail(err)
		return 0, false
	}
	defer v.a.cache.release()
	if v.wants(CheckDecode) {
		if p, err := v.a.decodeOn(v.ctx, c, v.bench.tidy(), v.a.opts.MaxClusterMem); err == nil && p != nil {
			v.a.cache.decoded.Add(uint64(len(p.data)))
			return uint32(min(p.n, none32)), true
		}
	}
	return v.streamed(c)
}

// streamed decodes a cluster as a stream, which also tells a bad table from bad data behind it.
func (v *verifier) streamed(c clusterHead) (blobs uint32, ok bool) {
	o, err := v.a.openPayload(v.ctx, c)
	if err != nil {
		v.report(CheckClusterHeaders, err)
		return 0, false
	}
	defer o.close()
	switch {
	case v.wants(CheckDecode):
		err := o.skip(v.ctx, o.total-uint64(len(o.table)))
		if err == nil {
			err = o.finish(v.ctx, o.total)
			v.a.cache.decoded.Add(o.total)
		}
		v.report(CheckDecode, err)
	case c.compression == compressionZstd:
		v.report(CheckClusterHeaders, v.a.walkFrame(v.ctx, c, o.total))
	}
	return uint32(min(o.blobs, none32)), true
}

// duplicateClusters notes clusters of this round at the same place.
func (v *verifier) duplicateClusters(r *clusterRound) {
	if !v.wants(CheckClusterPointers) {
		return
	}
	places := make([]uint64, len(r.blobs))
	for i := range places {
		var err error
		if places[i], err = v.a.clusterPointer(v.ctx, r.first+uint32(i)); err != nil {
			v.fail(err)
			return
		}
	}
	slices.Sort(places)
	for i := 1; i < len(places) && !v.stopped; i++ {
		if places[i] == places[i-1] {
			v.note(CheckClusterPointers, formatError(ErrCorrupt, "cluster", places[i], "two pointers lead to it"))
		}
	}
}
