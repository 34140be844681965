package article

// mediawiki is for the pages of mwoffliner, whose markup has three generations: mobile sections of Parsoid (1.8 to 1.13),
// several renderers side by side (1.14 to 1.17), and action=parse (from 1.16); before them, pages of 2014 and 2015. The
// selectors of all stand side by side, since none means something else in another. It fits other pages of MediaWiki too.
var mediawiki = compile(&Profile{
	name:       "mediawiki",
	scrapers:   []string{"mwoffliner"},
	generators: []string{"mediawiki"},
	signs: "#mw-content-text .mw-parser-output body.mediawiki .mw-body-content .mw-body .mw-headline .mw-redirect #bodyContent " +
		"#mwUQ .mw-empty-elt .mwo-no-js",
	roots:   "#content main #bodyContent #mw-content-text",
	empties: true,
	ids:     "mw",
	does: map[action]string{
		doDrop: ".navbox .navbox-styles .vertical-navbox table.sidebar .mw-editsection .editsection .noprint #toc .toc .metadata .ambox " +
			".mbox-small .sistersitebox .portalbox .authority-control .mw-jump-link #jump-to-nav .mw-cite-backlink .mw-empty-elt " +
			".Z3988 #siteSub .printfooter .mw-indicators #mw-navigation #mw-head #mw-panel #mw-page-base #mw-head-base " +
			".mwo-no-js .mwo-cat-pagination .mwo-external-video-card .Inline-Template .topicon .stub .magnify .navbar " +
			".mw-kartographer-container .mw-dismissable-notice .navigation-only .listing-sister-icons .owid-frame .vector-menu " +
			".mw-navigation .js-top-bar #siteNotice #footer #p-lang-btn .vector-page-toolbar .vector-column-start .mw-ref-follow " +
			"#contentSub #mw-content-subtitle .mw-portlet .t-navbar .t-example-live-link .pcs-collapse-table-collapsed-container",
		doReferences:  ".reflist ol.references .mw-references-wrap .refbegin",
		doCitation:    "sup.reference #cite_ref*",
		doHatnote:     ".hatnote .dablink .rellink [role=note]",
		doData:        "table.wikitable",
		doCaption:     ".thumbcaption .gallerytext",
		doLicense:     ".zim-footer div[style*=dashed]",
		doDescription: ".shortdescription",
		doCategories:  "#catlinks .catlinks",
		doCoordinates: "#coordinates .geo-default .geo-nondefault .geo-multi-punct",
		doTitle:       "#firstHeading #titleHeading",
	},
	kinds: map[Kind]string{
		Disambiguation: "a.mw-disambig-page #disambigbox .dmbox-disambig .dmbox .disambiguation #disambig",
		Category:       ".mw-category-generated #mw-pages #mw-subcategories",
		Placeholder:    "section.advice",
	},
})
