// Package terms writes and reads inverted indexes in the segment format of bleve, which is called zap.
//
// Of bleve it takes the segments alone: a segment is written once, merged with others into a new one, and read through a
// memory mapping. There is no database around them, no lock on what is read and no goroutine: what an index consists of
// stands in the manifest of a sidecar, and any number of processes can read it. Words come in analysed, as terms with how
// often a document holds them. Positions are not kept.
//
// A mapping shows a file as it is at the moment. A file that is cut short while it is read would end the process, and
// bytes that change can make the decoder panic: both become an [Error] of the call that met them.
package terms
