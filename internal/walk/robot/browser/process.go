package browser

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// findChromium is the first of the names that browsers are installed by.
func findChromium(given string) (string, error) {
	names := []string{"chromium", "chromium-browser", "chromium-headless-shell", "google-chrome", "google-chrome-stable"}
	if given != "" {
		names = []string{given}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", cx.Errorf(cx.Unavailable, "there is no Chromium on this machine").
		WithRemedy("Install it: apt-get install -y chromium, or chromium-headless-shell, which is smaller.")
}

// profileFolder is a Chromium's folder that can be told from one left behind: the
// kernel lets go of its lock when this process dies, however it dies.
type profileFolder struct {
	path string
	lock *os.File
}

const (
	folderPrefix = "profile-"
	lockName     = "in-use"
)

// newProfileFolder removes what dead robots left in parent, then makes a folder there.
func newProfileFolder(parent string) (*profileFolder, error) {
	if parent == "" {
		// A folder of our own user's: nobody else can have put one in its place.
		parent = filepath.Join(os.TempDir(), "firsthand-robot-"+strconv.Itoa(os.Getuid()))
	}
	trouble := func(err error) error {
		return cx.Errorf(cx.Unavailable, "the robot's folder %s cannot be used: %w", parent, err).WithRemedy("Make room there, or give the robot another folder.")
	}
	// Chromium puts a socket inside, and a socket's path has at most 107 bytes.
	if len(parent)+len("/profile-1234567890/org.chromium.Chromium.123456/SingletonSocket") > 107 {
		return nil, cx.Errorf(cx.Invalid, "the path of the robot's folder is too long: %s", parent).WithRemedy("Give it a folder with a path of at most 40 characters.")
	}
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return nil, trouble(err)
	}
	sweep(parent)
	path, err := os.MkdirTemp(parent, folderPrefix)
	if err != nil {
		return nil, trouble(err)
	}
	lock, err := lockFile(filepath.Join(path, lockName))
	if err != nil {
		_ = os.RemoveAll(path)
		return nil, trouble(err)
	}
	return &profileFolder{path: path, lock: lock}, nil
}

func (f *profileFolder) remove() {
	// Chromium's last writes may still be under way.
	for range 5 {
		if os.RemoveAll(f.path) == nil {
			break
		}
	}
	f.lock.Close()
}

// sweep removes the folders whose robot is gone.
func sweep(parent string) {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !e.IsDir() || !strings.HasPrefix(e.Name(), folderPrefix) {
			continue
		}
		path := filepath.Join(parent, e.Name())
		lock, err := os.OpenFile(filepath.Join(path, lockName), os.O_RDWR, 0)
		if err != nil {
			continue // being made just now, or not ours
		}
		if syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			_ = os.RemoveAll(path)
		}
		lock.Close()
	}
}

func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// killGroup ends a browser with all the processes that it started.
func killGroup(pid int) {
	if pid > 1 {
		if err := syscall.Kill(-pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}
