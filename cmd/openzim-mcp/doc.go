// Command openzim-mcp gives language models read access to ZIM archives over MCP, and people
// the same from the shell. It is the only reader of flags and environment.
package main
