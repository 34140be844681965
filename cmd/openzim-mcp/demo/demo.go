// Package demo holds the archive that is served when no other is named: the
// product's own manual, a ZIM archive with full-text and title indexes.
package demo

import _ "embed"

// Name is the archive name under which the manual is served. It equals the
// Name metadatum of [Archive].
const Name = "openzim-mcp-manual"

// Archive is a whole ZIM archive, made from docs/ by scripts/build-demo.sh.
// It is about 100 KB. Read it with [zim.NewReader] over a bytes.Reader; nobody may
// change it.
//
// [zim.NewReader]: https://pkg.go.dev/github.com/openzim-mcp/openzim-mcp/zim#NewReader
//
//go:embed demo.zim
var Archive []byte
