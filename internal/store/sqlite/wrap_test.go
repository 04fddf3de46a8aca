package sqlite

import (
	"errors"
	"syscall"
	"testing"

	engine "github.com/mattn/go-sqlite3"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// A full disk shows itself in two ways: a write to the vault says so, but the memory
// that connections share beside it only fails for want of room.
func TestAFullDiskIsCalledOne(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		full bool
	}{
		"a write":              {engine.Error{Code: engine.ErrFull}, true},
		"the memory beside it": {engine.Error{Code: engine.ErrIoErr, SystemErrno: syscall.ENOSPC}, true},
		"a broken disk":        {engine.Error{Code: engine.ErrIoErr, SystemErrno: syscall.EIO}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got := cx.AsError(wrap(c.err, "open the vault"))
			if full := got.Code == cx.Unavailable && got.Remedy != ""; full != c.full || !errors.Is(got, c.err) {
				t.Errorf("%v (%v)", got, got.Code)
			}
		})
	}
}
