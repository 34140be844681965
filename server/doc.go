// Package server is the process: configuration, listeners, routes, health, telemetry, and the
// orderly end of it all.
//
// [Config] says what to do, [New] builds it, [Server.Serve] does it until its context ends, and
// [Run] adds signals. [Stdio] serves the same MCP surface over standard input and output.
package server
