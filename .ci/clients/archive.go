// Writes the archive that the clients read: an edition of it, given by a year.
//
// Usage: go run .ci/clients/archive.go FILE YEAR
package main

import (
	"log"
	"os"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

func main() {
	if len(os.Args) != 3 || len(os.Args[2]) != 4 {
		log.Fatal("usage: archive FILE YEAR")
	}
	year := os.Args[2]
	meta := zimtest.Metadata()
	meta["Name"], meta["Title"], meta["Date"] = "towns", "Towns of "+year, year+"-02-01"
	a := zimtest.Archive{Minor: 3, Metadata: meta, MainPage: "C/Łódź", UUID: [16]byte{year[0], year[1], year[2], year[3]}, Entries: []zimtest.Entry{
		zimtest.Page("C/Łódź", "Łódź", "<h1>Łódź</h1><p>A town on no coast, in "+year+".</p>"),
		zimtest.Page("C/Port", "Port", "<h1>Port</h1><p>Ships lie here.</p>"),
	}}
	if err := os.WriteFile(os.Args[1], a.Bytes(), 0o600); err != nil {
		log.Fatal(err)
	}
}
