// Package api is what an MCP client sees: tools, their arguments and replies, and the errors that teach.
//
// A call passes these stations: the middleware of receive.go, which measures it, contains panics and bounds its time; the
// tool's schema, which refuses what is not published and fills in defaults; the tool, which asks the library, the search
// engine and the article reader; and [Surface.Server]'s SDK, which sends the reply. A reply is made once, as a value, and
// takes two forms with the same facts: a text for people and models, and data for programs.
//
// Every line of a text that begins with "-- ", and every line "[n] title (id)", is ours: what archives hold is written
// so that it cannot look like one. Ids in replies open what they name.
//
// Bytes from clients are validated once against the schema that is published, then parsed by policy. Bytes from
// archives are cleaned before they are shown. Errors of every other package become one of a closed list of codes in
// errors.go; nothing else that leaves this package describes a failure. The package knows MCP but neither HTTP nor the
// operating system.
package api
