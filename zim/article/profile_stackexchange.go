package article

// stackexchange is for the pages of sotoki: a question, its answers each a section, and comments that only views of one
// answer show. The second half of each list is the markup of 2017, which had names of its own.
var stackexchange = compile(&Profile{
	name:       "stackexchange",
	scrapers:   []string{"sotoki"},
	generators: []string{"https://github.com/kiwix/sotoki", "sotoki"},
	signs:      "[data-questionid] .question-page .question-hyperlink .postcell .answercell .js-post-body body.question",
	roots:      "#content #mainbar main",
	tex:        true,
	empties:    true,
	does: map[action]string{
		doDrop: ".s-topbar .js-top-bar .kiwix-topbar-fill .left-sidebar #left-sidebar .votecell .post-signature .s-user-card .user-info .-flair " +
			"#answers-header .site-footer .user-gravatar32 .js-menu-popup-container .vote-count-post #footer .post-menu .js-vote-count " +
			".question-meta .js-voting-container .author .navbar .glyphicon div.metadata .reputation-score",
		doTitle:    "h2.title",
		doQuestion: "#question",
		doAnswer:   ".answer",
		doAnswers:  "#answers",
		doReply:    "div.post",
		doAccepted: ".accepted .glyphicon-ok",
		doScore:    ".score",
		doTags:     ".post-taglist .js-post-tag-list-wrapper .tags",
		doDate:     "time .date",
		doComments: ".js-post-comments-component .comments",
		doComment:  ".comment",
		doRelated:  "#sidebar .linked",
		doLicense:  "#footer",
		doNote:     ".s-notice",
	},
	kinds: map[Kind]string{
		Question: "#question",
		List:     "#questions .question-summary",
	},
})
