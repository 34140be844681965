package article

// Text of PDF files is not extracted. The pure Go readers at hand take sizes, counts and references from the file as they stand: files
// of less than a kilobyte, such as a page that is its own parent, a cross-reference stream of a thousand million entries or a
// hexadecimal string without an end, hang them or end the process by a failure that no recover catches. A reader that runs
// compiled code in a virtual machine needs memory that is writable and executable, which the service forbids itself.
//
// What a reader is told instead names the way that is left.
const pdfNote = "text of PDF files is not extracted; the file itself can be opened outside"
