package app

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
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
	if err := a.config.Reach.Allows(listener.Addr()); err != nil {
		_ = listener.Close()
		return err
	}
	secure, err := a.config.Reach.tls(a.config.Dir, a.config.Log)
	if err != nil {
		_ = listener.Close()
		return err
	}
	servers := []*http.Server{a.server(ctx, a.Handler(), secure)}
	listeners := []net.Listener{listener}
	if secure != nil {
		// Commands of this machine speak to a door of their own, without certificates: the
		// API alone, and from this machine only.
		local, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			_ = listener.Close()
			return cx.Errorf(cx.Unavailable, "commands of this machine get no door: %w", err)
		}
		servers, listeners = append(servers, a.server(ctx, apiOnly(a.Handler()), nil)), append(listeners, local)
	}
	at := Address{URL: "http://" + hereOf(listeners[len(listeners)-1].Addr()), Token: a.token, PID: os.Getpid()}
	origin := a.config.Reach.origin()
	if origin == "" {
		origin = at.URL
	}
	a.origin.Store(&origin)
	if err := a.announce(at); err != nil {
		for _, l := range listeners {
			_ = l.Close()
		}
		return err
	}
	defer func() { _ = os.Remove(filepath.Join(a.config.Dir, AddressFile)) }()
	a.beginJobs(ctx)
	failed := make(chan error, len(servers))
	for i, server := range servers {
		go func() {
			if server.TLSConfig != nil {
				failed <- server.ServeTLS(listeners[i], "", "")
				return
			}
			failed <- server.Serve(listeners[i])
		}()
	}
	ready(at, origin+a.SignInPath())
	select {
	case err := <-failed:
		return cx.Errorf(cx.Internal, "the server stopped: %w", err)
	case <-ctx.Done():
	}
	a.runs.Stop()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	for _, server := range servers {
		if failed := server.Shutdown(grace); failed != nil {
			err = errors.Join(err, failed, server.Close())
		}
	}
	return err
}

func (a *App) server(ctx context.Context, handler http.Handler, secure *tls.Config) *http.Server {
	return &http.Server{
		Handler:           handler,
		TLSConfig:         secure,
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       2 * time.Minute,
		BaseContext:       func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
		ErrorLog:          slog.NewLogLogger(a.config.Log.Handler(), slog.LevelInfo), // whoever scans the port is no news
	}
}

// apiOnly lets through what commands need.
func apiOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/api/") {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// hereOf is an address as this machine reaches it.
func hereOf(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
	}
	return addr.String()
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
