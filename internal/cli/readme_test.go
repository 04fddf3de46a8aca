package cli

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// readme is the README's command blocks, in order.
func readme(t *testing.T) (root string, commands []string) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		for line := range strings.Lines(block[1]) {
			if line = strings.TrimSpace(line); line != "" {
				commands = append(commands, line)
			}
		}
	}
	return root, commands
}

// TestTheReadmesCommandsWork runs what the README tells a newcomer, as it stands
// there, with files of the names that it uses.
func TestTheReadmesCommandsWork(t *testing.T) {
	root, commands := readme(t)
	if len(commands) < 5 {
		t.Fatalf("the README has only %d commands", len(commands))
	}
	bin, work := t.TempDir(), t.TempDir()
	program := filepath.Join(bin, "firsthand")
	// The test binary is the program, as in TestCommands.
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, []byte("#!/bin/sh\nFIRSTHAND_AS_PROGRAM=1 exec "+self+" \"$@\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	demo := filepath.Join(root, "examples", "demo")
	for as, from := range map[string]string{
		"tickets.csv": "zendesk_tickets.csv", "survey.csv": "qualtrics_nps.csv", "orders.csv": "shopify_orders.csv", "calls.csv": "calls.csv",
	} {
		raw, err := os.ReadFile(filepath.Join(demo, from))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(work, as), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	gzip := exec.Command("sh", "-c", "gzip -c "+filepath.Join(demo, "segment_events.jsonl")+" > events.jsonl.gz")
	gzip.Dir = work
	if out, err := gzip.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, line := range commands {
		if strings.HasPrefix(line, "make ") {
			continue // TestMakeRunServesTheDemo
		}
		command := exec.Command("sh", "-c", line)
		command.Dir = work
		command.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "FIRSTHAND_DATA="+filepath.Join(work, "data"), "FIRSTHAND_MEMORY=256MiB")
		out, err := command.CombinedOutput()
		if err != nil {
			t.Errorf("%s\n%v\n%s", line, err, out)
		}
	}
}

// TestMakeRunServesTheDemo builds with the README's first command, follows it to
// the sign-in link, and stops it as Ctrl-C does.
func TestMakeRunServesTheDemo(t *testing.T) {
	root, commands := readme(t)
	if commands[0] != "make run" {
		t.Fatalf("the README begins with %q", commands[0])
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	data := filepath.Join(t.TempDir(), "data")
	command := exec.CommandContext(ctx, "make", "-C", root, "run", "DATA="+data, "ADDR=127.0.0.1:0")
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	said := ""
	for lines := bufio.NewScanner(out); lines.Scan(); {
		said += lines.Text() + "\n"
		if strings.HasPrefix(lines.Text(), "Stop with") {
			break
		}
	}
	for _, want := range []string{"demo company", "/sign-in/", "Next steps"} {
		if !strings.Contains(said, want) {
			t.Errorf("make run does not say %q:\n%s", want, said)
		}
	}
	// A second server on the same folder is refused in a sentence.
	second := exec.CommandContext(ctx, filepath.Join(root, "firsthand"), "serve", "--data", data, "--addr", "127.0.0.1:0")
	if refusal, err := second.CombinedOutput(); err == nil || !strings.Contains(string(refusal), data) {
		t.Errorf("a second server on the same folder says %v: %s", err, refusal)
	}
	// The running server answers commands.
	asked, err := exec.CommandContext(ctx, filepath.Join(root, "firsthand"), "--data", data, "sources").CombinedOutput()
	if err != nil || !strings.Contains(string(asked), "zendesk") {
		t.Errorf("a command beside the server says %v: %s", err, asked)
	}
	if err := syscall.Kill(-command.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait() // make reports the interrupt as its own
	if _, err := os.Stat(filepath.Join(data, "server.json")); !os.IsNotExist(err) {
		t.Errorf("the stopped server leaves its address behind: %v", err)
	}
}
