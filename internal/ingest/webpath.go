package ingest

import (
	"net/url"
	"strings"
)

// webPath is the path of a web address, such as it can name a touchpoint: without
// host, query and fragment, and with ":id" for each part that stands for one thing, so
// that /order/1017 and /order/1018 are one step. What is no address stays as it is.
func webPath(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Path == "" && u.Host == "" {
		return address
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	for i, p := range parts {
		if standsForOne(p) {
			parts[i] = ":id"
		}
	}
	return "/" + strings.Join(parts, "/")
}

// standsForOne reports whether a part of a path is a number, a code with digits or a
// long random text rather than a word.
func standsForOne(part string) bool {
	digits := 0
	for _, c := range part {
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	return digits > 0 && (digits*2 >= len(part) || len(part) >= 16) || len(part) > 64
}
