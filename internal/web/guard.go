package web

import (
	"io/fs"
	"net/http"
)

// contentPolicy lets nothing in that is not our own file: no inline script, no
// inline style, no other origin, no framing.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// hardened sets the headers that every answer carries.
func hardened(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		if h.Get("Cache-Control") == "" {
			h.Set("Cache-Control", "private, no-store") // pages name customers
		}
		next.ServeHTTP(w, r)
	})
}

// static serves the files of static/. They change with the binary only.
func static() http.Handler {
	files, err := fs.Sub(staticFiles, "static")
	if err != nil { // the folder is compiled in
		return http.NotFoundHandler()
	}
	server := http.StripPrefix("/static/", http.FileServerFS(files))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=3600")
		server.ServeHTTP(w, r)
	})
}
