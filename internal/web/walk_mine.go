package web

import (
	"net/http"
)

// myWalksPage lists the open walks of a walker who signed in.
type myWalksPage struct {
	Frame
	Walks []myWalkRow
	Empty Empty
}

func (*myWalksPage) view() string { return "walk_mine" }

var noneWaiting = Empty{Title: "No walk is waiting for you", Text: "Once somebody plans a walk for you it stands here, with what to do and until when."}

type myWalkRow struct {
	Title, Href string
	About       []string
	Chip        *Chip
}

func (s *Site) myWalks(w http.ResponseWriter, r *http.Request) error {
	p := &myWalksPage{Frame: Frame{Title: "My walks", Section: "My walks"}, Empty: noneWaiting}
	walks, err := s.Rooms.Walking.OpenFor(r.Context(), who(r.Context()).Walker)
	if err != nil {
		return err
	}
	for _, a := range walks {
		d, err := s.Rooms.Walking.Assignment(r.Context(), a.ID)
		if err != nil {
			return err
		}
		row := myWalkRow{Title: d.Filled.Title, Href: walkPath(a.ID), About: append(about(d), s.due(a)...)}
		if c := walkChip(a.State); c.Text != "" {
			row.Chip = &c
		}
		p.Walks = append(p.Walks, row)
	}
	return s.show(w, r, http.StatusOK, p)
}
