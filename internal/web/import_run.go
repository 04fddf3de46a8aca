package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// importRunPage watches an import under way.
type importRunPage struct {
	Frame
	Heading, Href string
	Events        string // where progress comes from; "" = it is over
	Share         string
	Rows          string
	Rate          string
	Left          string
	State, Detail string
	Kind          string
}

func (*importRunPage) view() string { return "import_run" }

func (s *Site) importRun(w http.ResponseWriter, r *http.Request) error {
	run, _, err := s.Rooms.Imports.Run(r.PathValue("id"))
	if err != nil {
		return err
	}
	if run.State == ingest.RunDone && run.Summary != nil {
		said := count(run.Summary.Applied.New) + " new interactions"
		if people := run.Summary.People; people > 0 {
			said = plural(int(people), "person", "people") + ", " + count(run.Summary.NewPeople) + " of them new customers"
		}
		s.say(r.Context(), "good", "Imported. "+said+".")
		http.Redirect(w, r, importHref(run.Summary.Import), http.StatusSeeOther)
		return nil
	}
	return s.show(w, r, http.StatusOK, newImportRun(run))
}

func newImportRun(run ingest.Run) *importRunPage {
	p := &importRunPage{Frame: Frame{Title: run.File, Section: "Sources"}, Heading: "Importing " + run.File, Href: "/sources/running/" + run.ID}
	at := progressOf(run)
	switch run.State {
	case ingest.RunFailed:
		p.Heading, p.Kind, p.State, p.Detail = run.File, "bad", "It was not imported", sentence(run.Error)
	case ingest.RunCancelled:
		p.Heading, p.State, p.Detail = run.File, "Cancelled", "Nothing of it was kept."
	default:
		p.Events, p.Share, p.Rows, p.Rate, p.Left = p.Href+"/events", plain(at.Share), at.Rows, at.Rate, at.Left
	}
	return p
}

// progress is how far an import is, in words; the page's script writes them as
// they come.
type progress struct {
	Share float64 `json:"share"`
	Rows  string  `json:"rows"`
	Rate  string  `json:"rate"`
	Left  string  `json:"left"`
}

func progressOf(run ingest.Run) progress {
	p := progress{Rows: count(run.Rows), Rate: count(int64(run.Rate)), Left: "not known yet"}
	if run.Total > 0 {
		p.Share = min(1, float64(run.Bytes)/float64(run.Total))
	}
	switch {
	case run.State == ingest.RunWaiting:
		p.Left = "waits for another import"
	case run.Left > 0:
		p.Left = question.Duration(max(1, run.Left))
	case run.Phase != "":
		p.Left = run.Phase
	}
	return p
}

// importEvents streams an import's progress (server-sent events) until it is over.
func (s *Site) importEvents(w http.ResponseWriter, r *http.Request) error {
	run, changed, err := s.Rooms.Imports.Run(r.PathValue("id"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // a proxy that waits would show nothing
	out := http.NewResponseController(w)
	_ = out.SetWriteDeadline(time.Time{}) // an import may take longer than a page; where unsupported, there is none
	for {
		text, err := json.Marshal(progressOf(run))
		if err != nil {
			return err
		}
		event := "progress"
		if run.State.Over() {
			event = "done"
		}
		if _, err := fmt.Fprintf(w, "event: %s\ndata: %s\n\n", event, text); err != nil {
			return nil // the reader has gone
		}
		if err := out.Flush(); err != nil || event == "done" {
			return nil
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return nil
		}
		if run, changed, err = s.Rooms.Imports.Run(r.PathValue("id")); err != nil {
			return nil
		}
	}
}

func (s *Site) cancelImport(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := s.Rooms.Imports.Cancel(id); err != nil && cx.CodeOf(err) != cx.NotFound {
		return err
	}
	s.say(r.Context(), "", "Cancelled. Nothing of the file was kept.")
	http.Redirect(w, r, "/sources", http.StatusSeeOther)
	return nil
}
