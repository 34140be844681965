// Package fidelity measures how much of an HTML page survives its conversion to Markdown.
//
// It is a judge and shares no code with what it judges: it has its own notion of what a reader of the page sees
// ([Extract]), its own reading of Markdown ([Read]), and its own list of what a converter may leave out ([Profiles]). A
// judge that had borrowed the converter's list of things to drop would find nothing wrong with that list.
//
// [Compare] counts, for each promise a converter makes, how often it was kept:
//
//	recall, precision  words of the page in the text, and of the text in the page
//	cell, row          cells of tables that occur; rows that stand on one line, cells in order
//	math               formulas whose TeX stands between dollars, as often as on the page and in no second form
//	code               preformatted text that stands verbatim in one fence
//	heading, anchor    headings with text and level; of those with an id, how many carry it
//	link               links into the archive that are printed so that they lead to the same entry
//	alt, list, pair    descriptions of images; depth of list items; infobox rows as "- key: value"
//
// and how many runs of furniture came through, which should be none. The zero values of all types are empty; values may
// be read by many goroutines at once and are not changed after they are made.
package fidelity
