package evidence

import (
	"io"
	"net/http"
	"time"
)

// policy lets a piece of evidence do nothing at all, should a browser ever take it for a
// page.
const policy = "default-src 'none'; frame-ancestors 'none'; sandbox"

// Serve sends a kept file as what it is and as nothing else: pictures and sounds are
// shown, everything else is saved. name has no ending.
func Serve(w http.ResponseWriter, r *http.Request, file io.ReadSeeker, name, media string, kept time.Time) {
	disposition, ending := "inline", extensions[media]
	switch {
	case ending == "":
		disposition, media, ending = "attachment", "application/octet-stream", ".bin"
	case media == "application/json":
		disposition = "attachment"
	}
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Disposition", disposition+`; filename="`+name+ending+`"`)
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "private, max-age=300") // it never changes, but it may be forgotten
	http.ServeContent(w, r, "", kept, file)
}
