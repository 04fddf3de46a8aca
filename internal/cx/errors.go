package cx

import (
	"errors"
	"fmt"
)

// Code classifies an error once, where it is made; the edges (api, web, cli)
// map it to an HTTP status or an exit code once, where it is shown.
type Code string

const (
	Invalid     Code = "invalid"     // the input is wrong; the text says where and what to do
	NotFound    Code = "not_found"   // the thing asked for is not there
	Conflict    Code = "conflict"    // it clashes with the present state: port taken, folder in use, name exists
	Forbidden   Code = "forbidden"   // signed in, but not allowed; or not signed in
	Unavailable Code = "unavailable" // try again: disk full, server stopping, store busy
	Internal    Code = "internal"    // our fault
)

// Error is an error that a user may read: what happened, where, and what to do.
type Error struct {
	Code   Code
	Text   string // what happened, in plain words, without a trailing full stop
	Remedy string // what to do about it; may be empty
	Place  Place  // where in the input, if anywhere
	Cause  error  // the technical cause, for the log
}

// Place is a position in something the user gave us. Zero fields are unknown.
type Place struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"` // 1-based, counting header lines
	Column string `json:"column,omitempty"`
}

func (p Place) String() string {
	s := p.File
	if p.Line > 0 {
		if s != "" {
			s += ":"
		} else {
			s = "line "
		}
		s += fmt.Sprint(p.Line)
	}
	if p.Column != "" {
		if s != "" {
			s += ", "
		}
		s += "column " + p.Column
	}
	return s
}

func (e *Error) Error() string {
	s := e.Text
	if where := e.Place.String(); where != "" {
		s = where + ": " + s
	}
	if e.Remedy != "" {
		s += ". " + e.Remedy
	}
	return s
}

func (e *Error) Unwrap() error { return e.Cause }

// Errorf makes an Error of a code. A %w argument becomes its cause.
func Errorf(code Code, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Code: code, Text: err.Error(), Cause: errors.Unwrap(err)}
}

// WithRemedy adds what the user can do about it.
func (e *Error) WithRemedy(format string, args ...any) *Error {
	e.Remedy = fmt.Sprintf(format, args...)
	return e
}

// At adds where in the input it happened.
func (e *Error) At(p Place) *Error { e.Place = p; return e }

// CodeOf is the code of the outermost Error in err's chain, Internal if none.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// AsError is the outermost Error in err's chain; one that is none becomes our fault.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return Errorf(Internal, "%w", err)
}
