package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
)

// client speaks the API: to the running server when there is one, else to the
// same handler in this process, over stores that it opens. A command never
// knows which.
type client struct {
	base  string
	token string
	lease string // of the walk that a worker holds; "" = none
	http  *http.Client
	close func() error
}

// connect finds the server that holds the data folder, or opens the folder itself.
func connect(ctx context.Context, config app.Config) (*client, error) {
	c, err := running(ctx, config.Dir)
	if err != nil || c != nil {
		return c, err
	}
	opened, err := app.Open(ctx, config)
	if err != nil {
		return nil, err
	}
	return &client{
		base:  "http://firsthand.invalid",
		token: opened.LocalToken(),
		http:  &http.Client{Transport: inProcess{opened.Handler()}},
		close: opened.Close,
	}, nil
}

// running returns a client of the server named in the folder's server.json, nil
// when nobody answers there.
func running(ctx context.Context, dir string) (*client, error) {
	raw, err := os.ReadFile(filepath.Join(dir, app.AddressFile))
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, nil // nobody serves it; opening it says what is wrong with the folder
	}
	if err != nil {
		return nil, cx.Errorf(cx.Forbidden, "the data folder's %s cannot be read: %w", app.AddressFile, err).
			WithRemedy("Use the account that the server runs under, or choose another folder with --data.")
	}
	var at app.Address
	if err := json.Unmarshal(raw, &at); err != nil {
		return nil, nil // half-written by a killed server: its lock is free, so open the folder
	}
	c := &client{base: at.URL, token: at.Token, http: &http.Client{}, close: func() error { return nil }}
	probe, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if err := c.get(probe, "/health", nil, nil); err != nil {
		return nil, nil
	}
	return c, nil
}

// get asks for a resource; out may be nil.
func (c *client) get(ctx context.Context, path string, query url.Values, out any) error {
	return c.do(ctx, http.MethodGet, path, query, nil, "", out)
}

// send sends a value as JSON; in and out may be nil.
func (c *client) send(ctx context.Context, method, path string, in, out any) error {
	if in == nil {
		return c.do(ctx, method, path, nil, nil, "", out)
	}
	raw, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return c.do(ctx, method, path, nil, bytes.NewReader(raw), "application/json", out)
}

func (c *client) do(ctx context.Context, method, path string, query url.Values, in io.Reader, kind string, out any) error {
	res, err := c.open(ctx, method, "/api/v1"+path, query, in, kind)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if out == nil {
		_, err = io.Copy(io.Discard, res.Body)
		return err
	}
	if raw, ok := out.(io.Writer); ok {
		_, err = io.Copy(raw, res.Body)
		return err
	}
	return json.NewDecoder(res.Body).Decode(out)
}

// open sends a request and returns the response when it is good, else the
// error that it carries.
func (c *client) open(ctx context.Context, method, path string, query url.Values, in io.Reader, kind string) (*http.Response, error) {
	target := c.base + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, target, in)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	if c.lease != "" {
		req.Header.Set("Firsthand-Lease", c.lease)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	res, err := c.http.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, cx.Errorf(cx.Unavailable, "the server did not answer: %w", err).
			WithRemedy("See whether it still runs; `firsthand doctor` looks the folder over.")
	}
	if res.StatusCode < 400 {
		return res, nil
	}
	defer res.Body.Close()
	var p struct {
		Code   cx.Code  `json:"code"`
		Detail string   `json:"detail"`
		Remedy string   `json:"remedy"`
		Place  cx.Place `json:"place"`
		Errors []struct{ Message, Location string }
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&p); err != nil || p.Detail == "" {
		return nil, cx.Errorf(cx.Internal, "the server answered %s", res.Status)
	}
	if p.Code == "" {
		p.Code = codeOf(res.StatusCode)
	}
	for _, e := range p.Errors {
		p.Detail += fmt.Sprintf("; %s: %s", e.Location, e.Message)
	}
	return nil, &cx.Error{Code: p.Code, Text: p.Detail, Remedy: p.Remedy, Place: p.Place}
}

func codeOf(status int) cx.Code {
	switch {
	case status == http.StatusNotFound:
		return cx.NotFound
	case status == http.StatusConflict:
		return cx.Conflict
	case status == http.StatusForbidden, status == http.StatusUnauthorized:
		return cx.Forbidden
	case status == http.StatusServiceUnavailable:
		return cx.Unavailable
	case status < 500:
		return cx.Invalid
	}
	return cx.Internal
}

// inProcess carries requests to a handler without a network: headers go over
// when the handler first writes, the body streams.
type inProcess struct{ handler http.Handler }

func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	body, write := io.Pipe()
	w := &pipeWriter{header: http.Header{}, body: write, ready: make(chan struct{})}
	go func() {
		defer func() {
			if p := recover(); p != nil {
				_ = write.CloseWithError(fmt.Errorf("the handler failed: %v", p))
			}
			w.WriteHeader(http.StatusOK)
			_ = write.Close()
		}()
		request := r.Clone(r.Context())
		if request.Body == nil {
			request.Body = http.NoBody
		}
		request.RequestURI = r.URL.RequestURI()
		request.RemoteAddr = "127.0.0.1:0"
		t.handler.ServeHTTP(w, request)
	}()
	select {
	case <-w.ready:
	case <-r.Context().Done():
		_ = body.CloseWithError(r.Context().Err())
		return nil, r.Context().Err()
	}
	return &http.Response{
		Status: http.StatusText(w.status), StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, Body: body, ContentLength: -1, Request: r,
	}, nil
}

// pipeWriter is the http.ResponseWriter of inProcess; one goroutine writes it.
type pipeWriter struct {
	header, sent http.Header
	status       int
	body         *io.PipeWriter
	ready        chan struct{}
}

func (w *pipeWriter) Header() http.Header { return w.header }

func (w *pipeWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status, w.sent = status, w.header.Clone()
		close(w.ready)
	}
}

func (w *pipeWriter) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

func (w *pipeWriter) Flush() { w.WriteHeader(http.StatusOK) }
