package guard

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"strings"
	"sync"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Proxy is a forward proxy on loopback that dials as its policy allows. A browser
// that is given nothing else cannot reach inside, whatever a page asks of it.
type Proxy struct {
	policy Policy
	server *http.Server
	addr   string
	done   chan struct{}

	mu   sync.Mutex
	why  map[string]error // by host:port, why the last dial failed
	open map[net.Conn]bool
}

// Start listens on a free port of loopback.
func Start(policy Policy) (*Proxy, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, cx.Errorf(cx.Unavailable, "the robot's proxy cannot listen: %w", err).WithRemedy("Free a port on 127.0.0.1.")
	}
	p := &Proxy{policy: policy, addr: listener.Addr().String(), done: make(chan struct{}), why: map[string]error{}, open: map[net.Conn]bool{}}
	transport := &http.Transport{DialContext: p.dial, DisableCompression: true, MaxIdleConnsPerHost: 32, IdleConnTimeout: 30 * time.Second}
	forward := &httputil.ReverseProxy{
		// The request goes on as the browser made it: no Forwarded headers.
		Rewrite:       func(r *httputil.ProxyRequest) { r.Out.Host = r.In.Host },
		Transport:     transport,
		FlushInterval: -1,
		ErrorLog:      slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
		// An answer of ours would look like the site's own: hang up instead.
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	p.server = &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Method == http.MethodConnect:
				p.tunnel(w, r)
			case r.URL.Host == "":
				http.Error(w, "this is a proxy", http.StatusBadRequest)
			default:
				forward.ServeHTTP(w, r)
			}
		}),
		ReadHeaderTimeout: 30 * time.Second,
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
	}
	go func() {
		defer close(p.done)
		_ = p.server.Serve(listener)
		transport.CloseIdleConnections()
	}()
	return p, nil
}

// Addr is host:port of the proxy.
func (p *Proxy) Addr() string { return p.addr }

// Close stops the proxy and everything that goes through it.
func (p *Proxy) Close() error {
	err := p.server.Close()
	p.mu.Lock()
	for c := range p.open {
		c.Close()
	}
	p.mu.Unlock()
	<-p.done
	return err
}

// Why tells why the last dial to host:port failed; nil if it did not.
func (p *Proxy) Why(hostport string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.why[strings.ToLower(hostport)]
}

// maxRemembered bounds what Why remembers.
const maxRemembered = 4096

func (p *Proxy) dial(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := p.policy.Dial(ctx, network, address)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil {
		delete(p.why, strings.ToLower(address))
		return c, nil
	}
	if len(p.why) >= maxRemembered {
		clear(p.why)
	}
	if ctx.Err() == nil || !errors.Is(err, context.Canceled) {
		p.why[strings.ToLower(address)] = err
	}
	return nil, err
}

func (p *Proxy) tunnel(w http.ResponseWriter, r *http.Request) {
	there, err := p.dial(r.Context(), "tcp", r.Host)
	if err != nil {
		http.Error(w, "not reached", http.StatusBadGateway)
		return
	}
	defer there.Close()
	here, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer here.Close()
	p.hold(here, there)
	defer p.release(here, there)
	if _, err := io.WriteString(here, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	go func() {
		_, _ = io.Copy(there, buffered)
		closeWrite(there)
	}()
	_, _ = io.Copy(here, there)
}

func (p *Proxy) hold(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		p.open[c] = true
	}
}

func (p *Proxy) release(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		delete(p.open, c)
	}
}

func closeWrite(c net.Conn) {
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}
