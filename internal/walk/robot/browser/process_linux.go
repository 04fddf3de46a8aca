package browser

import (
	"os/exec"
	"syscall"
)

// apart puts a browser into a process group of its own, which can be ended as one,
// and has the kernel end it when we die.
func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
