package article

// asciidoc is for manuals made by AsciiDoc and Asciidoctor, such as that of git. Title and first section stand in #header, before
// what is called the content.
var asciidoc = compile(&Profile{
	name:       "asciidoc",
	generators: []string{"asciidoc"},
	signs:      ".sectionbody",
	roots:      "body",
	does: map[action]string{
		doDrop: "#footer #toc .toc",
	},
})
