package web

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk/evidence"
)

// walkEvidence sends one piece of a walk's evidence.
func (s *Site) walkEvidence(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id", "walk")
	if err != nil {
		return err
	}
	pieces, err := s.Rooms.Walks.Pieces(r.Context(), id)
	if err != nil {
		return err
	}
	for _, p := range pieces {
		if p.Key != r.PathValue("key") {
			continue
		}
		file, err := s.Rooms.Evidence(p.File)
		if err != nil {
			return err
		}
		defer file.Close()
		evidence.Serve(w, r, file, fmt.Sprintf("walk-%d-%s", id, p.Kind), p.Media, p.Received)
		return nil
	}
	return cx.Errorf(cx.NotFound, "the walk has no such evidence").WithRemedy("Its walker may have taken it back.")
}

func evidencePath(id int64, key string) string {
	return fmt.Sprintf("/walks/evidence/%d/%s", id, url.PathEscape(key))
}
