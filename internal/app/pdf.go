package app

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// printer prints pages on A4 with a Chromium of this machine; nil when there is
// none. The browser may reach nothing: the page brings its styles along.
func printer() func(ctx context.Context, html []byte) ([]byte, error) {
	chromium := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			chromium = found
			break
		}
	}
	if chromium == "" {
		return nil
	}
	return func(ctx context.Context, html []byte) ([]byte, error) {
		dir, err := os.MkdirTemp("", "firsthand-print-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		page, out := filepath.Join(dir, "report.html"), filepath.Join(dir, "report.pdf")
		if err := os.WriteFile(page, html, 0o600); err != nil {
			return nil, err
		}
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		args := []string{
			"--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync",
			"--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND", "--user-data-dir=" + filepath.Join(dir, "profile"),
			"--no-pdf-header-footer", "--print-to-pdf=" + out,
		}
		if os.Geteuid() == 0 {
			args = append(args, "--no-sandbox") // Chromium refuses a sandbox to root
		}
		command := exec.CommandContext(ctx, chromium, append(args, "file://"+page)...)
		// The whole group goes when we go: a browser is several processes.
		command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
		command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
		if said, err := command.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("chromium: %w: %.300s", err, said)
		}
		return os.ReadFile(out)
	}
}
