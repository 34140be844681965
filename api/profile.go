package api

import "strings"

// A Profile chooses the tools that clients see.
type Profile string

// Values of Profile.
const (
	DefaultProfile  Profile = "default"  // search, fetch, library
	ExtendedProfile Profile = "extended" // the same with more parameters, related and browse
	ChatGPTProfile  Profile = "chatgpt"  // search and fetch with one argument each
)

// Profiles returns all profiles, the default first.
func Profiles() []Profile { return []Profile{DefaultProfile, ExtendedProfile, ChatGPTProfile} }

// profileNames are the profiles as texts.
func profileNames() []string {
	var names []string
	for _, p := range Profiles() {
		names = append(names, string(p))
	}
	return names
}

// extended returns a schema of ours with more properties, written behind those that it has, and with those arguments required
// that are named.
func extended(input, properties string, required ...string) string {
	head, _, ok := strings.Cut(input, "},\n\"required\":")
	if !ok {
		panic("api: schema without required arguments") // a mistake in a tool: the first test that makes a Surface finds it
	}
	end := `"additionalProperties":false}`
	if len(required) > 0 {
		end = `"required":["` + strings.Join(required, `","`) + `"],` + end
	}
	return head + ",\n" + properties + "},\n" + end
}
