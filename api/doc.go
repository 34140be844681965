// Package api is what an MCP client sees: tools, their arguments and replies, and the errors that teach.
//
// Bytes from clients are validated once against the schema that is published, then parsed by policy. Bytes from
// archives are cleaned before they are shown. Errors of every other package become one of a closed list of codes in
// errors.go; nothing else that leaves this package describes a failure. The package knows MCP but neither HTTP nor the
// operating system.
package api
