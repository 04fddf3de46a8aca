package web_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/store"
	"github.com/firsthand-cx/firsthand/internal/walk"
	"github.com/firsthand-cx/firsthand/internal/walk/evidence"
)

// A walk must survive a server that is killed: it runs in a process of its own here,
// which is this test binary called with a folder and an address.
const serveFolder, serveAddress, serveLossy = "FIRSTHAND_TEST_FOLDER", "FIRSTHAND_TEST_ADDRESS", "FIRSTHAND_TEST_LOSSY"

func TestMain(m *testing.M) {
	if dir := os.Getenv(serveFolder); dir != "" {
		if err := serve(dir, os.Getenv(serveAddress), os.Getenv(serveLossy) != ""); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func serve(dir, address string, lossy bool) error {
	a, err := app.Open(context.Background(), app.Config{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	handler := a.Handler()
	if lossy {
		handler = losing(handler)
	}
	return (&http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}).Serve(listener)
}

// losing does what it is asked, and loses its first answer to each sort of thing that a
// phone sends: the phone cannot know that it arrived.
func losing(next http.Handler) http.Handler {
	var mu sync.Mutex
	lost := map[string]bool{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		key := filepath.Base(r.URL.Path) + r.URL.Query().Get("kind")
		loses := r.Method == http.MethodPost && (strings.HasPrefix(key, "messages") || strings.HasPrefix(key, "evidence")) && !lost[key]
		lost[key] = lost[key] || loses
		mu.Unlock()
		if loses {
			next.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		next.ServeHTTP(w, r)
	})
}

// killable is a server that can be killed and started again at the same address.
type killable struct {
	t       *testing.T
	dir     string
	address string
	process *exec.Cmd
}

func (k *killable) url() string { return "http://" + k.address }

func (k *killable) start(lossy bool) {
	k.t.Helper()
	if k.address == "" {
		free, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			k.t.Fatal(err)
		}
		k.address = free.Addr().String()
		free.Close()
	}
	k.process = exec.Command(os.Args[0])
	k.process.Env = append(os.Environ(), serveFolder+"="+k.dir, serveAddress+"="+k.address)
	if lossy {
		k.process.Env = append(k.process.Env, serveLossy+"=1")
	}
	k.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	k.process.Stderr = os.Stderr
	out, err := k.process.StdoutPipe()
	if err != nil {
		k.t.Fatal(err)
	}
	if err := k.process.Start(); err != nil {
		k.t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
		k.t.Fatalf("the server did not start: %q, %v", line, err)
	}
}

// freeze stops the server in the middle of whatever it does; kill ends it.
func (k *killable) freeze() { _ = k.process.Process.Signal(syscall.SIGSTOP) }

func (k *killable) kill() {
	if k.process != nil {
		_ = k.process.Process.Kill()
		_ = k.process.Wait()
		k.process = nil
	}
}

// inRoom does something in the walks' room of a folder that no server holds.
func inRoom(t *testing.T, dir string, do func(room *walk.Room)) {
	t.Helper()
	inStore(t, dir, func(s walk.Store) {
		do(walk.New(s, evidence.New(filepath.Join(dir, "evidence"), 0), func(context.Context) ([]cx.Journey, error) { return nil, nil }, time.Now))
	})
}

func inStore(t *testing.T, dir string, do func(s walk.Store)) {
	t.Helper()
	s, err := store.Open(context.Background(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	do(s.Vault)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// invited makes a walk of a scenario file, and gives the path of its invitation.
func invited(t *testing.T, dir, scenario string) (path string) {
	t.Helper()
	inRoom(t, dir, func(room *walk.Room) {
		s, err := room.SaveScenario(context.Background(), "test.yaml", []byte(scenario), "ann")
		if err != nil {
			t.Fatal(err)
		}
		_, secret, err := room.InviteFriend(context.Background(), walk.Ask{Scenario: s.ID, Place: "Hotline"}, "ann")
		if err != nil {
			t.Fatal(err)
		}
		path = "/w/" + secret
	})
	return path
}

// lived is walk 1 of a folder, as the server has it.
func lived(t *testing.T, dir string) (d walk.Detail) {
	t.Helper()
	inRoom(t, dir, func(room *walk.Room) {
		var err error
		if d, err = room.Assignment(context.Background(), 1); err != nil {
			t.Fatal(err)
		}
	})
	return d
}

const phoneScenario = `
id: phone-test
title: Ask about the kettle
kind: everyday
channel: phone
brief: |
  You have a kettle that whistles in a
  wrong key. Ask what can be done.

  Be friendly.
bring: [a phone]
never: [Do not shout.]
time_limit: 20 minutes
cost_limit: 5 EUR
script:
  - name: call
    do: Call them and count the seconds until somebody answers.
    say: My kettle whistles in a wrong key.
    promises:
      - {name: quick, text: We answer within a minute., within: 1 minute}
  - name: ask
    do: Ask how long the guarantee is.
    ask: {question: "How long is the guarantee?", right: [24 months], partly: [2 winters], wrong: [12 months], source: the terms}
    objections:
      - {if: They ask for a receipt, say: "It was a present."}
    branches:
      - {if: They are sure, go: thank}
    evidence:
      - {kind: photo, of: the kettle}
  - name: press
    do: Press a little.
  - name: thank
    do: Read the note aloud and thank them.
    ask: {question: "What does the note say?", by: walker, right: [marmalade]}
    promises:
      - {name: free, text: It costs no more than 2 EUR., at_most: 2.00 EUR}
criteria:
  - {name: name, kind: treatment, text: They said their name.}
  - {name: solved, kind: outcome, text: I know how long the guarantee is.}
`
