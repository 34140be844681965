// Package eval measures how well a server finds passages: it makes archives with known questions, asks a server over MCP,
// and scores the replies.
package eval
