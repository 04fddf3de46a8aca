package web

// Needs is what each address needs, for the tests outside the package.
func Needs() map[string]Capability {
	needs := map[string]Capability{}
	for _, r := range (&Site{}).routes() {
		needs[r.pattern] = r.needs
	}
	return needs
}

// For the tests that run a whole server and a browser.
var (
	Browser = browser
	Widest  = widest
)
