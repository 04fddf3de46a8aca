package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// lockFolder makes this process the folder's only user until the file is closed;
// the kernel lets go of it when the process dies, however it dies.
func lockFolder(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		if errors.Is(err, os.ErrPermission) {
			return nil, cx.Errorf(cx.Forbidden, "the data folder %s may not be written: %w", dir, err).
				WithRemedy("Give this user the right to write there, or choose another folder.")
		}
		return nil, cx.Errorf(cx.Unavailable, "the data folder %s cannot be used: %w", dir, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		var holder string
		if b, readErr := os.ReadFile(f.Name()); readErr == nil && len(b) > 0 {
			holder = " (process " + string(b) + ")"
		}
		f.Close()
		return nil, cx.Errorf(cx.Conflict, "the data folder %s is in use by another firsthand%s", dir, holder).
			WithRemedy("Stop the other one, or choose another folder.")
	}
	if err := f.Truncate(0); err == nil {
		_, err = f.WriteAt(fmt.Append(nil, os.Getpid()), 0)
		if err != nil {
			f.Close()
			return nil, cx.Errorf(cx.Unavailable, "the data folder %s cannot be written: %w", dir, err).WithRemedy("See that its disk has room.")
		}
	}
	return f, nil
}
