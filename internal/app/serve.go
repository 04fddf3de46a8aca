package app

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// AddressFile lies in the data folder while a server runs, readable by its owner
// only: commands find the server and its token there.
const AddressFile = "server.json"

// Address is what AddressFile holds.
type Address struct {
	URL   string `json:"url"`
	Token string `json:"token"`
	PID   int    `json:"pid"`
}

// Listen opens the address, or says why not and what to do.
func Listen(addr string) (net.Listener, error) {
	listener, err := net.Listen("tcp", addr)
	switch {
	case err == nil:
		return listener, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, cx.Errorf(cx.Conflict, "%s is taken by another program", addr).
			WithRemedy("Stop it, or choose another address: firsthand serve --addr 127.0.0.1:8471")
	case errors.Is(err, syscall.EACCES):
		return nil, cx.Errorf(cx.Forbidden, "this user may not listen on %s", addr).WithRemedy("Choose a port above 1023.")
	}
	return nil, cx.Errorf(cx.Invalid, "%s is not an address to listen on: %w", addr, err).WithRemedy("Write it like 127.0.0.1:8470.")
}

// Serve answers requests until ctx ends, then lets those under way finish. ready
// is told the address and a one-time sign-in link.
func (a *App) Serve(ctx context.Context, listener net.Listener, ready func(at Address, signIn string)) error {
	at := Address{URL: "http://" + listener.Addr().String(), Token: a.token, PID: os.Getpid()}
	a.origin.Store(&at.URL)
	if err := a.announce(at); err != nil {
		_ = listener.Close()
		return err
	}
	defer func() { _ = os.Remove(filepath.Join(a.config.Dir, AddressFile)) }()

	server := &http.Server{
		Handler:           a.Handler(),
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       2 * time.Minute,
		BaseContext:       func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	a.beginJobs(ctx)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	ready(at, at.URL+a.SignInPath())
	select {
	case err := <-failed:
		return cx.Errorf(cx.Internal, "the server stopped: %w", err)
	case <-ctx.Done():
	}
	a.runs.Stop()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		return errors.Join(err, server.Close())
	}
	return nil
}

// announce writes the address file, whole or not at all.
func (a *App) announce(at Address) error {
	raw, err := json.Marshal(at)
	if err != nil {
		return err
	}
	path := filepath.Join(a.config.Dir, AddressFile)
	temporary := path + "." + rand.Text()
	if err := os.WriteFile(temporary, raw, 0o600); err != nil {
		return cx.Errorf(cx.Unavailable, "%s cannot be written: %w", path, err).WithRemedy("See that the data folder is writable and has room.")
	}
	return os.Rename(temporary, path)
}
