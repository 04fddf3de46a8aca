//go:build !linux

package browser

import (
	"os/exec"
	"syscall"
)

// apart puts a browser into a process group of its own, which can be ended as one.
// Where the kernel does not tell it that we died, the closed pipe does.
func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}
