// Package article turns the HTML of an archive's entries into text that can be read, searched and cited.
//
// [Parse] makes a [Document] of a page: blocks of Markdown in sections with anchors, and beside them links, pictures,
// references and tables. [Document.Markdown] writes any part of it as a [View] says, [Document.MarkdownPage] cuts that to a
// budget of tokens, [Document.Locate] finds what an anchor leads to, and [Document.Outline] lists the sections. Other views
// are small documents made of the same value, such as [Document.LinksDocument]: no page is converted twice. [Text] reads
// headings and visible text only, at a fraction of the cost. [Sanitize] keeps the HTML of a page instead, as far as it is
// harmless. [FromText], [FromCode] and [FromSource] make documents of what is not HTML, so that one way of paging
// serves all. [PlainLine], [VisibleText], [Clean], [Clip] and [Guard] are for single texts of strangers, such as titles.
//
// A page is read in this order: its bytes become UTF-8; a tree is built, or, when that would cost too much, the tags are read
// one by one; a survey finds the [Profile] and the content element, and ends as soon as both are known; the walk renders each
// node once. Profiles are data: what a class or an id means on the pages of one family of sites, one file each.
//
// What is written is Markdown that reads well as it stands, without addresses unless a view asks for them: links are their
// text and images their description, since whoever reads the text should not be led out of the archive by it.
//
// It knows neither archives nor MCP. Pages come from strangers: what a reader of the page would not see (scripts,
// styles, comments, hidden elements, invisible characters) never appears in a [Document], every loop is bounded, and
// no regular expression runs over content. All functions may be called at once; a Document never changes once made.
package article
