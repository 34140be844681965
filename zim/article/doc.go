// Package article turns the HTML of an archive's entries into text that can be read, searched and cited.
//
// [Parse] makes a [Document] of a page: blocks of Markdown in sections with anchors. [Document.Page] cuts it to a budget of
// tokens, [Document.Find] and [Document.Outline] lead to its sections. [Sanitize] keeps the HTML of a page instead, as far
// as it is harmless. [FromText], [FromCode] and [FromSource] make documents of what is not HTML, so that one way of paging
// serves all. [PlainLine], [VisibleText], [Clean], [Clip] and [Guard] are for single texts of strangers, such as titles.
//
// A page is read in this order: its bytes become UTF-8; a tree is built, or, when that would cost too much, the tags are read
// one by one; a profile is chosen by the class names of well-known sites; the walk renders each node once.
//
// What is written is Markdown that reads well as it stands, without addresses: links are their text and images their
// description, since whoever reads the text should not be led out of the archive by it.
//
// It knows neither archives nor MCP. Pages come from strangers: what a reader of the page would not see (scripts,
// styles, comments, hidden elements, invisible characters) never appears in a [Document], every loop is bounded, and
// no regular expression runs over content. All functions may be called at once; a Document never changes once made.
package article
