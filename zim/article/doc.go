// Package article turns the HTML of an archive's entries into text that can be read, searched and cited.
//
// It knows neither archives nor MCP. Pages come from strangers: what a reader of the page would not see (scripts,
// styles, comments, hidden elements, invisible characters) never appears in a [Document], every loop is bounded, and
// no regular expression runs over content. All functions may be called at once; a Document never changes once made.
package article
