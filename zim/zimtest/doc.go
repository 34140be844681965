// Package zimtest builds tiny ZIM archives in memory and damages them, for tests.
//
// [Archive] describes an archive of any flavour: both namespace schemes, versions 5.0 to
// 6.3, every compression, either order of sections. [Archive.Bytes] lays it out, always to
// the same bytes. [Damage] makes one named change to such bytes (or to those of a real
// archive), [Samples] and [Hostiles] list an archive of every shape, [Split], [Embed] and
// [EmbedParts] put one into several parts or inside another file, and [Faulty] is a reader
// that fails as told.
//
// Nothing here is meant for production: what cannot be built is a mistake in the test, so
// Bytes panics where [Archive.Build] returns an error.
package zimtest
