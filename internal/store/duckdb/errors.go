package duckdb

import (
	"context"
	"errors"
	"strings"

	engine "github.com/duckdb/duckdb-go/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// wrap turns an engine's error into one that a user may read; doing says what
// was being done. Errors that are already readable pass unchanged.
func wrap(err error, doing string) error {
	if err == nil {
		return nil
	}
	var known *cx.Error
	if errors.As(err, &known) {
		return err
	}
	if errors.Is(err, context.Canceled) {
		return cx.Errorf(cx.Unavailable, "%s: stopped: %w", doing, err)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return cx.Errorf(cx.Unavailable, "%s: it took too long and was stopped: %w", doing, err).
			WithRemedy("Narrow the period or the filter.")
	}
	var duck *engine.Error
	if errors.As(err, &duck) {
		switch duck.Type {
		case engine.ErrorTypeOutOfMemory:
			return cx.Errorf(cx.Unavailable, "%s: it needs more memory than the facts may use: %w", doing, err).
				WithRemedy("Narrow the period or the filter, or raise the memory limit.")
		case engine.ErrorTypeIO:
			if diskFull(duck.Msg) {
				return cx.Errorf(cx.Unavailable, "%s: the disk is full: %w", doing, err).
					WithRemedy("Free some space; nothing was changed.")
			}
			return cx.Errorf(cx.Unavailable, "%s: the disk said no: %w", doing, err).
				WithRemedy("Look at the disk and at the data folder's permissions.")
		}
	}
	if diskFull(err.Error()) {
		return cx.Errorf(cx.Unavailable, "%s: the disk is full: %w", doing, err).
			WithRemedy("Free some space; nothing was changed.")
	}
	return cx.Errorf(cx.Internal, "%s: %w", doing, err)
}

func diskFull(msg string) bool {
	m := strings.ToLower(msg)
	return strings.Contains(m, "no space left") || strings.Contains(m, "disk full") || strings.Contains(m, "out of disk")
}

// openError says why a facts file cannot be opened.
func openError(path string, err error) error {
	msg := err.Error()
	place := cx.Place{File: path}
	switch {
	case strings.Contains(msg, "Could not set lock"), strings.Contains(msg, "Conflicting lock"):
		return (&cx.Error{
			Code: cx.Conflict, Text: "another program has the facts open", Cause: err,
			Remedy: "Stop it, or use another data folder.",
		}).At(place)
	case strings.Contains(msg, "WAL"), strings.Contains(msg, "replaying"), strings.Contains(msg, "checksum"):
		return (&cx.Error{
			Code: cx.Internal, Text: "the facts' log is damaged", Cause: err,
			Remedy: "Run: firsthand doctor --repair (it works on a copy).",
		}).At(place)
	case strings.Contains(msg, "not a valid DuckDB database"):
		return (&cx.Error{
			Code: cx.Invalid, Text: "this is not a facts file", Cause: err,
			Remedy: "Restore a backup, or use another data folder.",
		}).At(place)
	}
	var known *cx.Error
	if errors.As(wrap(err, "open the facts"), &known) {
		return known.At(place)
	}
	return err
}
