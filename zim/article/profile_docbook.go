package article

// docbook is for manuals made from DocBook, such as that of PostgreSQL, and from man pages by the same tools.
var docbook = compile(&Profile{
	name:       "docbook",
	generators: []string{"docbook"},
	signs:      ".refentry .refentrytitle .navheader .titlepage div.sect1 div.refnamediv",
	roots:      "#docContent main",
	does: map[action]string{
		doDrop: ".navheader .navfooter table[summary^=Navigation] .id_link",
		doNote: "div.note div.warning div.caution div.tip div.important",
	},
})
