package web

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// problemPage says what went wrong, and what to do. It shows nothing of the
// inside: our own faults have a number that the log has too.
type problemPage struct {
	Frame
	Heading, Text, Remedy string
	Href, Action          string
	Reference             string
}

func (*problemPage) view() string { return "problem" }

var errForeignForm = cx.Errorf(cx.Forbidden, "this form was sent from another site").WithRemedy("Open the page here and send it again.")

// statusOf maps an error's code to its HTTP status.
func statusOf(code cx.Code) int {
	switch code {
	case cx.Invalid:
		return http.StatusBadRequest
	case cx.NotFound:
		return http.StatusNotFound
	case cx.Conflict:
		return http.StatusConflict
	case cx.Forbidden:
		return http.StatusForbidden
	case cx.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// fail turns an error into a page and logs our own faults, once.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		return // the reader has gone
	}
	p := problem(err)
	status := statusOf(cx.CodeOf(err))
	if status == http.StatusInternalServerError {
		s.logFault(r, p, err)
	}
	if failed := s.show(w, r, status, p); failed != nil {
		s.Log.ErrorContext(r.Context(), "error page failed", "error", failed)
		http.Error(w, "Something went wrong on our side.", http.StatusInternalServerError)
	}
}

// logFault gives a fault of ours a number and logs it.
func (s *Site) logFault(r *http.Request, p *problemPage, err error) {
	p.Reference = rand.Text()[:10]
	s.Log.ErrorContext(r.Context(), "page failed", "reference", p.Reference, "method", r.Method, "path", r.Pattern, "error", err)
}

func problem(err error) *problemPage {
	p := &problemPage{Href: "/", Action: "To Today"}
	var known *cx.Error
	if errors.As(err, &known) && known.Code != cx.Internal {
		p.Text, p.Remedy = sentence(known.Text), known.Remedy
	}
	switch cx.CodeOf(err) {
	case cx.Invalid:
		p.Heading = "That can't be read"
	case cx.NotFound:
		p.Heading = "There is nothing here"
	case cx.Conflict:
		p.Heading = "That doesn't fit what is there"
	case cx.Forbidden:
		p.Heading = "You can't do that"
	case cx.Unavailable:
		p.Heading = "Not just now"
	default:
		p.Heading = "Something went wrong on our side"
		p.Text = "Nothing you did caused it, and nothing was changed. Try again in a moment."
	}
	p.Title = p.Heading
	return p
}
