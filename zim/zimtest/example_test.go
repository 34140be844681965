package zimtest_test

import (
	"bytes"
	"fmt"

	"github.com/openzim-mcp/openzim-mcp/zim/zimtest"
)

// An archive is a list of entries; the rest has defaults.
func ExampleArchive_Bytes() {
	b := zimtest.Archive{
		Minor:    1, // new namespaces
		MainPage: "C/index",
		Entries: []zimtest.Entry{
			zimtest.Page("C/index", "Welcome", "<h1>Welcome</h1>"),
			zimtest.Redirect("C/home", "C/index"),
			{Path: "C/logo.png", MIME: "image/png", Data: zimtest.Icon(16), Compression: zimtest.Stored},
		},
		Metadata: map[string]string{"Title": "Two pages", "Language": "eng"},
	}.Bytes()
	fmt.Printf("%q version %d.%d\n", b[:3], b[4], b[6])
	// Output: "ZIM" version 6.1
}

// A damaged copy has one fault, and with Seal no other.
func ExampleDamage() {
	b := zimtest.RedirectChain(1).Bytes()
	bad := zimtest.Damage(b, "redirect_to_itself")
	fmt.Println(zimtest.DamageDoc("redirect_to_itself"))
	fmt.Println(bytes.Equal(bad[len(b)-16:], b[len(b)-16:]), bytes.Equal(zimtest.Seal(bad), bad))
	// Output:
	// the first redirect leads to itself
	// true false
}

// A frame of one's own goes into Entry.Frame.
func ExamplePayload() {
	fmt.Printf("%x\n", zimtest.Payload(false, []byte("a"), nil, []byte("bc")))
	// Output: 10000000110000001100000013000000616263
}
