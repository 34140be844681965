package article

// wikihow is for the pages of wikihow2zim. Methods are headings and steps are ordered lists.
var wikihow = compile(&Profile{
	name:     "wikihow",
	scrapers: []string{"wikihow2zim"},
	signs:    "#content_wrapper body.wikihow",
	replaces: "mediawiki",
	roots:    "#content_wrapper #bodycontents main",
	does: map[action]string{
		doDrop: "#header_container #footer .related_articles .relatedwikihows #rwh_toc .breadcrumbs #breadcrumb #subcats .sp_box #method_toc " +
			".step_num .stepanchor .mwe-editsection .editsection .wh_ad_inner .ad_container #footer_outer #end_content .qa_ignored " +
			".show_editable #social_proof_box .sp_intro_user .m-video-wrapper .video",
		doReferences: ".references ol.firstref #references",
		doCitation:   "sup.reference",
	},
	kinds: map[Kind]string{
		Category: "#cat_all #catlist #cat_container",
	},
})
