package article

// crawl is for pages of any site, as zimit and warc2zim store them: navigation by its role, banners, and blocks that are
// mostly links are furniture. A crawled site of a known kind is read by that kind's profile instead.
var crawl = compile(&Profile{
	name:     "crawl",
	scrapers: []string{"warc2zim", "zimit"},
	signs:    "script[src^=../_zim_static] script[src^=../../_zim_static]",
	density:  true,
	does: map[action]string{
		doDrop: "header footer nav aside [role=navigation] [role=banner] [role=contentinfo] [role=complementary] [role=search] " +
			"#cookie-banner #cookie-notice #onetrust-consent-sdk .cookie-banner .cookie-consent .cookie-notice .social-share .share-buttons " +
			".sharedaddy .addtoany_share_save_container .skip-link .headerlink",
	},
})

// plainProfile is for pages of no known family: it drops as little as can be, since any class may mean anything.
var plainProfile = compile(&Profile{
	name:  "plain",
	roots: "#content main #main #main-content [role=main]",
})
