package article

// gutenberg is for books and cover pages of gutenberg2zim. The notices of Project Gutenberg at both ends of a book tell its
// source and licence, and are no text of it.
var gutenberg = compile(&Profile{
	name:     "gutenberg",
	scrapers: []string{"gutenberg", "gutengerg"},
	signs:    "#pg-header #pg-footer .pgheader #pg-machine-header .zim_info body.pure-skin-gutenberg .l10nselector",
	roots:    "body", // a shelf has its title outside of main
	does: map[action]string{
		doDrop:    "header .l10nselector #spinner .sort .filter .pagenum .pageno #downloadArea .book-detail-switch",
		doLicense: "#pg-footer #pg-header .pgheader .pgfooter .zim_info",
	},
})
