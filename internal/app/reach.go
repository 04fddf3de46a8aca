package app

import (
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Reach says how browsers on other machines reach the server. Its zero value: not at
// all, only this machine does.
type Reach struct {
	PublicURL string // https://cx.example.org: what people type
	// One of these makes it HTTPS.
	Cert, Key     string // certificate files (PEM); they are read again when they change
	ACME          bool   // a certificate by ACME, kept in the data folder
	ACMEDirectory string // of another authority than Let's Encrypt
	BehindProxy   bool   // a proxy before us ends TLS and says who asks in X-Forwarded-For
}

// check refuses what would let others in without HTTPS, or does not fit together.
func (r Reach) check() error {
	ways := 0
	for _, chosen := range []bool{r.Cert != "" || r.Key != "", r.ACME, r.BehindProxy} {
		if chosen {
			ways++
		}
	}
	if r.PublicURL == "" {
		if ways > 0 {
			return cx.Errorf(cx.Invalid, "it is not said where people reach Firsthand").WithRemedy("Add --public-url https://…")
		}
		return nil
	}
	at, err := url.Parse(r.PublicURL)
	if err != nil || at.Host == "" || at.Path != "" && at.Path != "/" || at.RawQuery != "" || at.User != nil || at.Fragment != "" {
		return cx.Errorf(cx.Invalid, "%q is not an address where people reach Firsthand", r.PublicURL).WithRemedy("Write it like https://cx.example.org, without a path.")
	}
	switch {
	case at.Scheme == "http" && isLocal(at.Hostname()) && ways == 0:
		return nil // browsers count localhost as secure
	case at.Scheme != "https":
		return cx.Errorf(cx.Invalid, "%s is not HTTPS: passwords and customers' words would travel in the open", r.PublicURL).
			WithRemedy("Use https://… with --cert and --key, --acme, or --behind-proxy.")
	case ways != 1 || (r.Cert == "") != (r.Key == ""):
		return cx.Errorf(cx.Invalid, "it is not said how %s becomes HTTPS", r.PublicURL).
			WithRemedy("Give exactly one of: --cert and --key (files), --acme (a free certificate, needs port 443), --behind-proxy (a proxy ends TLS).")
	}
	if _, err := netip.ParseAddr(at.Hostname()); err == nil && r.ACME {
		return cx.Errorf(cx.Invalid, "a certificate by ACME is for a name, and %s is a number", at.Hostname()).WithRemedy("Use the name that people type.")
	}
	return nil
}

// Allows refuses to listen where others can come in without HTTPS.
func (r Reach) Allows(addr net.Addr) error {
	tcp, ok := addr.(*net.TCPAddr)
	if ok && tcp.IP.IsLoopback() || r.secure() {
		return nil
	}
	return cx.Errorf(cx.Forbidden, "%s can be reached from other machines, and without HTTPS their passwords and your customers' words would travel in the open", addr).
		WithRemedy("Keep --addr on 127.0.0.1, or say where people reach it: --public-url https://… with --cert and --key, --acme or --behind-proxy (docs/people.md).")
}

// Listen opens an address, unless others could come in there without HTTPS.
func (r Reach) Listen(addr string) (net.Listener, error) {
	if at, err := net.ResolveTCPAddr("tcp", addr); err == nil {
		if err := r.Allows(at); err != nil {
			return nil, err
		}
	}
	return Listen(addr) // says what is wrong with an address that is none
}

// secure reports whether browsers reach us by HTTPS.
func (r Reach) secure() bool { return strings.HasPrefix(r.PublicURL, "https://") }

// origin is the public address without a slash at its end.
func (r Reach) origin() string { return strings.TrimSuffix(r.PublicURL, "/") }

func isLocal(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// tls is how the server itself speaks HTTPS; nil = it does not.
func (r Reach) tls(dir string, log *slog.Logger) (*tls.Config, error) {
	switch {
	case r.Cert != "":
		files := &certFiles{cert: r.Cert, key: r.Key, log: log}
		if err := files.load(); err != nil {
			return nil, cx.Errorf(cx.Invalid, "the certificate cannot be used: %w", err).
				WithRemedy("--cert names a PEM file with the certificate and those above it, --key one with its key.").At(cx.Place{File: r.Cert})
		}
		return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: files.get}, nil
	case r.ACME:
		at, err := url.Parse(r.PublicURL)
		if err != nil {
			return nil, err
		}
		manager := &autocert.Manager{Prompt: autocert.AcceptTOS, HostPolicy: autocert.HostWhitelist(at.Hostname()), Cache: autocert.DirCache(filepath.Join(dir, "acme"))}
		if r.ACMEDirectory != "" {
			manager.Client = &acme.Client{DirectoryURL: r.ACMEDirectory}
		}
		config := manager.TLSConfig()
		config.MinVersion = tls.VersionTLS12
		return config, nil
	}
	return nil, nil
}

// certFiles are certificate files; a renewed one is taken without a restart.
type certFiles struct {
	cert, key string
	log       *slog.Logger

	mu      sync.Mutex
	current *tls.Certificate
	changed time.Time // of the certificate's file
}

func (c *certFiles) load() error {
	info, err := os.Stat(c.cert)
	if err != nil {
		return err
	}
	if c.current != nil && info.ModTime().Equal(c.changed) {
		return nil
	}
	read, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return err
	}
	c.current, c.changed = &read, info.ModTime()
	return nil
}

func (c *certFiles) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.load(); err != nil { // half-written, or its key is not there yet: the old one still holds
		c.log.Warn("the certificate could not be read again", "file", c.cert, "error", err)
	}
	return c.current, nil
}

// outward prepares what comes from other machines: who asks is what a declared proxy
// says, and browsers are told to come by HTTPS only.
func (r Reach) outward(next http.Handler) http.Handler {
	if !r.secure() {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		if r.BehindProxy {
			// The proxy appends; what stands before its own word anybody can write.
			said := strings.Split(strings.Join(req.Header.Values("X-Forwarded-For"), ","), ",")
			if ip, err := netip.ParseAddr(strings.TrimSpace(said[len(said)-1])); err == nil {
				req.RemoteAddr = netip.AddrPortFrom(ip, 0).String()
			}
			if req.Header.Get("X-Forwarded-Proto") == "http" {
				http.Redirect(w, req, r.origin()+req.URL.RequestURI(), http.StatusPermanentRedirect)
				return
			}
		}
		next.ServeHTTP(w, req)
	})
}
