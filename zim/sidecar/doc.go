// Package sidecar keeps beside an archive what was computed from it, and tells when that no longer fits the archive.
//
// A sidecar is a directory with a manifest and the files that the manifest lists. The manifest names the archive by its
// UUID, its stored checksum and its size, what the sidecar is for, and the version of its form. Whoever opens one gets
// either all of that as expected, or an [Error] that says what is wrong and which command makes it right.
//
//	wikipedia.zim
//	wikipedia.zim.sidecar/text/manifest.json   written last, by a rename: what it lists is there
//	wikipedia.zim.sidecar/text/terms-….zap
//	wikipedia.zim.sidecar/text/building/       what a build that has not ended keeps; nobody else reads it
//
// The archive is never written to. What the files hold is the business of the packages that make them.
package sidecar
