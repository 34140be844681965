module github.com/openzim-mcp/openzim-mcp/cmd/openzim-bench

go 1.26.0

toolchain go1.26.8

require (
	github.com/klauspost/compress v1.20.3
	github.com/openzim-mcp/openzim-mcp v0.0.0
	golang.org/x/sys v0.49.0
)

require github.com/hashicorp/golang-lru/v2 v2.0.7 // indirect

replace github.com/openzim-mcp/openzim-mcp => ../..
