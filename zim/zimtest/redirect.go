package zimtest

import "fmt"

// RedirectRing returns an archive of n redirects C/r0 to C/r<n-1> that lead round to the
// first (n ≥ 1; of 1, it leads to itself), and a page C/page.
func RedirectRing(n int) Archive {
	a := Archive{Minor: 1, MainPage: "C/page", Entries: []Entry{Page("C/page", "Page", "<p>page")}}
	for i := range n {
		a.Entries = append(a.Entries, Redirect(fmt.Sprint("C/r", i), fmt.Sprint("C/r", (i+1)%n)))
	}
	return a
}

// RedirectChain returns an archive whose entry C/r0 leads to the page C/r<n> in n hops.
func RedirectChain(n int) Archive {
	last := fmt.Sprint("C/r", n)
	a := Archive{Minor: 1, MainPage: last, Entries: []Entry{Page(last, "Last", "<p>last")}}
	for i := range n {
		a.Entries = append(a.Entries, Redirect(fmt.Sprint("C/r", i), fmt.Sprint("C/r", i+1)))
	}
	return a
}
