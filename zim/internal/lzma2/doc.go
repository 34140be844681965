// Package lzma2 decodes xz streams that hold one LZMA2 filter, straight into the caller's slice.
//
// The slice is the dictionary: a cluster ends up whole in one slice anyway, so a match is a
// copy inside it, and the 64 MiB window that real archives declare is never allocated. The
// decoder stops at any length asked for and goes on from there later.
//
// It reads what ZIM archives hold and refuses the rest: one stream, any number of blocks,
// the filter LZMA2 alone, and as check none, CRC32 or CRC64. The stream's index and footer
// are not read, because they tell nothing that the blocks have not told.
//
// The container is described in https://tukaani.org/xz/xz-file-format.txt.
package lzma2
