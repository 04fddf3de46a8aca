package web

import (
	"net/http"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// walkClosedPage says what became of a walk that takes nothing more, or why a link or
// an address of a walk leads nowhere.
type walkClosedPage struct {
	Frame
	ID            int64 // 0 = it is not known which walk
	Version       string
	Heading, Text string
	Remedy        string
	Kept          bool // the phone may still hold what was never sent
	Forget        string
	Reference     string
}

func (*walkClosedPage) view() string { return "walk_closed" }

func (s *Site) showClosed(w http.ResponseWriter, r *http.Request, a walk.Assignment) error {
	return s.show(w, r, http.StatusOK, closedWalk(a))
}

func closedWalk(a walk.Assignment) *walkClosedPage {
	p := &walkClosedPage{ID: a.ID, Version: walkFiles(), Kept: true}
	switch a.State {
	case cx.WalkSubmitted, cx.WalkInReview:
		p.Heading = "Handed in. Thank you."
		p.Text = "Somebody else reads it now. If they have a question, it comes back to you on this same page."
	case cx.WalkApproved, cx.WalkAppealed, cx.WalkDecided:
		p.Heading = "Your walk has been read. Thank you."
		p.Text = "What you lived through stands beside what customers meet at the same step."
	case cx.WalkRejected:
		p.Heading = "Your walk has been read"
		p.Text = "It was not taken into the figures. That is no judgement of you."
		if a.Review != nil {
			p.Remedy = a.Review.Words
		}
	case cx.WalkStopped:
		p.Heading = "You stopped this walk"
		p.Text = "That is all right, and nobody asks why."
	case cx.WalkExpired:
		p.Heading = "The time for this walk has passed"
		p.Text = "It ended by itself."
		p.Remedy = "If you would still like to do it, ask whoever invited you for a new link."
	default:
		p.Heading = "This walk was called off"
		p.Text = "You need not do anything."
	}
	switch a.State {
	case cx.WalkSubmitted, cx.WalkInReview, cx.WalkApproved, cx.WalkRejected, cx.WalkAppealed, cx.WalkDecided:
		p.Forget = walkPath(a.ID) + "stop"
	}
	p.Title = p.Heading
	return p
}

// stopWalk ends a walk at its walker's wish.
func (s *Site) stopWalk(w http.ResponseWriter, r *http.Request) error {
	id, _, err := s.myWalk(r)
	if err != nil {
		return err
	}
	v, err := form(w, r)
	if err != nil {
		return err
	}
	forget := v.Get("forget") == "yes"
	a, err := s.Rooms.Walking.Stop(r.Context(), id, forget)
	if d, failed := s.Rooms.Walking.Assignment(r.Context(), id); err != nil && failed == nil && d.State == cx.WalkStopped {
		a, err = d.Assignment, nil // stopped already: the phone asks again because it did not hear so
	}
	if err != nil {
		return err
	}
	p := closedWalk(a)
	p.Text = "That is all right, and nobody asks why. What you wrote so far is kept, and says only how far you came."
	if forget {
		s.givePass(w, id, "") // it opens nothing any more
		p.Kept = false
		p.Text = "All that you wrote and recorded has been removed, here and on this phone."
	}
	return s.show(w, r, http.StatusOK, p)
}

// onPhone makes the answers of the walker's pages: with a camera and a microphone,
// and with errors that lead nowhere else.
func (s *Site) onPhone(serve func(w http.ResponseWriter, r *http.Request) error) func(w http.ResponseWriter, r *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		onPhoneHeaders(w.Header())
		err := serve(w, r)
		if err == nil || r.Context().Err() != nil {
			return err
		}
		problem := problemOf(err)
		status := statusOf(cx.CodeOf(err))
		if status == http.StatusInternalServerError {
			s.logFault(r, problem, err)
		}
		return s.show(w, r, status, &walkClosedPage{
			Frame: problem.Frame, Heading: problem.Heading, Text: problem.Text, Remedy: problem.Remedy, Reference: problem.Reference, Kept: true,
		})
	}
}

// onPhoneHeaders let this page, and no other, use the camera, the microphone, a worker
// that keeps it for when there is no network, and the pictures and sounds made on it.
func onPhoneHeaders(h http.Header) {
	h.Set("Content-Security-Policy", phonePolicy)
	h.Set("Permissions-Policy", "camera=(self), microphone=(self), geolocation=()")
}

const phonePolicy = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src blob:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// problemOf is a problem in words for somebody who knows this page only.
func problemOf(err error) *problemPage {
	p := problem(err)
	if cx.CodeOf(err) == cx.Forbidden {
		p.Heading = "This link does not open a walk"
		p.Title = p.Heading
	}
	return p
}
