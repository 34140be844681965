package glass

// ReadAll is for the tests that know archives, which stand outside of the package.
var ReadAll = readAll
