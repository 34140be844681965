//go:build !conformance

package api

// addFixtures adds nothing: what the conformance suite asks of a test server is in builds with the tag "conformance" only.
func (*Surface) addFixtures() {}
