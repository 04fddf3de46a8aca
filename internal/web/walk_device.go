package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"sync"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// Here a walker's phone sends what it kept: messages and evidence, each under the key
// that it gave them, as often as it takes. The answer says what is here.

// Bounds of one request of a phone. One message is at most 64 KiB, a piece 40 MiB: the
// room says so in words, these only keep anything larger from being read.
const (
	maxMessagesBody = 4 << 20
	maxPieceBody    = 41 << 20
)

// deviceProblem is why something was not taken; the phone shows it as it is.
type deviceProblem struct {
	Code   cx.Code `json:"code"`
	Text   string  `json:"text"`
	Remedy string  `json:"remedy,omitempty"`
}

// onDevice answers a phone in JSON, for the walk that it has the pass of.
func (s *Site) onDevice(take func(w http.ResponseWriter, r *http.Request, id int64) (walk.Ack, error)) func(w http.ResponseWriter, r *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, _, err := s.myWalk(r)
		var ack walk.Ack
		if err == nil {
			ack, err = take(w, r, id)
		}
		if err == nil {
			writeDevice(w, http.StatusOK, ack)
			return nil
		}
		if r.Context().Err() != nil {
			return err
		}
		problem := problemOf(err)
		status := statusOf(cx.CodeOf(err))
		if status == http.StatusInternalServerError {
			s.logFault(r, problem, err)
		}
		writeDevice(w, status, deviceProblem{cx.CodeOf(err), problem.Text, problem.Remedy})
		return nil
	}
}

func writeDevice(w http.ResponseWriter, status int, what any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(what) // the phone has gone: it asks again
}

func (s *Site) takeMessages(w http.ResponseWriter, r *http.Request, id int64) (walk.Ack, error) {
	var sent struct {
		Messages []walk.Message `json:"messages"`
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxMessagesBody))
	if err != nil {
		return walk.Ack{}, notWhole(err)
	}
	if err := json.Unmarshal(raw, &sent); err != nil {
		return walk.Ack{}, cx.Errorf(cx.Invalid, "the notes cannot be read: %w", err).WithRemedy("Reload the page and send them again.")
	}
	return s.Rooms.Walking.Send(r.Context(), id, sent.Messages)
}

func (s *Site) takeEvidence(w http.ResponseWriter, r *http.Request, id int64) (walk.Ack, error) {
	q := r.URL.Query()
	body := http.MaxBytesReader(w, r.Body, maxPieceBody)
	return s.Rooms.Walking.KeepEvidence(r.Context(), id, q.Get("key"), cx.EvidenceKind(q.Get("kind")), q.Get("step"), body)
}

func notWhole(err error) error {
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return cx.Errorf(cx.Invalid, "the notes are larger than %d MiB together", tooLarge.Limit>>20)
	}
	return cx.Errorf(cx.Unavailable, "the notes did not come whole: %w", err).WithRemedy("They are sent again.")
}

// walkAddress leads from a walk's address to its folder, beyond which its worker does
// not reach: /walk/1 would begin /walk/12 too.
func (s *Site) walkAddress(w http.ResponseWriter, r *http.Request) error {
	id, _, err := s.myWalk(r)
	if err != nil {
		return err
	}
	http.Redirect(w, r, walkPath(id), http.StatusSeeOther)
	return nil
}

// walkFiles is the version of the files that the walker's page is made of.
var walkFiles = sync.OnceValue(func() string {
	sum := sha256.New()
	for _, name := range []string{"app.css", "walk.css", "walk.js", "walk-worker.js"} {
		content, err := fs.ReadFile(staticFiles, "static/"+name)
		if err != nil { // the folder is compiled in
			return "0"
		}
		sum.Write(content)
	}
	return hex.EncodeToString(sum.Sum(nil)[:6])
})

// walkWorker is the service worker of one walk: static/walk-worker.js with the version
// of the files that it keeps. Its place limits it to this walk's page.
func (s *Site) walkWorker(w http.ResponseWriter, r *http.Request) error {
	script, err := fs.ReadFile(staticFiles, "static/walk-worker.js")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = io.Copy(w, strings.NewReader(strings.Replace(string(script), "VERSION", walkFiles(), 1)))
	return nil
}
