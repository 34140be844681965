package article

// devdocs is for the pages of devdocs2zim, which are manuals of many sites stripped to their content.
var devdocs = compile(&Profile{
	name:     "devdocs",
	scrapers: []string{"devdocs2zim"},
	signs:    "main._content ._page",
	roots:    "main._content ._page main",
	does: map[action]string{
		doDrop:      ".headerlink ._links .viewcode-link",
		doLicense:   "._attribution",
		doSignature: "dt.sig",
		doNote:      ".admonition",
		doNoteTitle: ".admonition-title",
	},
})
