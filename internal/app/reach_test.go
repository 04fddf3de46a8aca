package app_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
)

func TestOthersComeInOverHTTPSOnly(t *testing.T) {
	everywhere := &net.TCPAddr{IP: net.IPv4zero, Port: 8470}
	for name, c := range map[string]struct {
		reach app.Reach
		addr  net.Addr
		fine  bool
	}{
		"this machine alone":                    {app.Reach{}, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}, true},
		"this machine alone, IPv6":              {app.Reach{}, &net.TCPAddr{IP: net.IPv6loopback}, true},
		"everywhere":                            {app.Reach{}, everywhere, false},
		"everywhere, IPv6":                      {app.Reach{}, &net.TCPAddr{IP: net.IPv6unspecified}, false},
		"a neighbour's network":                 {app.Reach{}, &net.TCPAddr{IP: net.IPv4(192, 168, 1, 4)}, false},
		"everywhere under the name localhost":   {app.Reach{PublicURL: "http://localhost:8470"}, everywhere, false},
		"this machine under the name localhost": {app.Reach{PublicURL: "http://localhost:8470"}, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}, true},
		"behind a proxy":                        {app.Reach{PublicURL: "https://cx.example.org", BehindProxy: true}, everywhere, true},
		"a certificate by ACME":                 {app.Reach{PublicURL: "https://cx.example.org/", ACME: true}, everywhere, true},
		"a public address without HTTPS":        {app.Reach{PublicURL: "http://cx.example.org", BehindProxy: true}, everywhere, false},
		"HTTPS that nobody speaks":              {app.Reach{PublicURL: "https://cx.example.org"}, everywhere, false},
		"two ways at once":                      {app.Reach{PublicURL: "https://cx.example.org", BehindProxy: true, ACME: true}, everywhere, false},
		"a certificate without its key":         {app.Reach{PublicURL: "https://cx.example.org", Cert: "cert.pem"}, everywhere, false},
		"a proxy before nothing that is public": {app.Reach{BehindProxy: true}, everywhere, false},
		"a public address with a path":          {app.Reach{PublicURL: "https://example.org/cx", BehindProxy: true}, everywhere, false},
		"a certificate by ACME for a number":    {app.Reach{PublicURL: "https://192.0.2.1", ACME: true}, everywhere, false},
		"a public address that is no address":   {app.Reach{PublicURL: "cx.example.org", BehindProxy: true}, everywhere, false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := app.Open(context.Background(), app.Config{Dir: filepath.Join(t.TempDir(), "data"), Log: slog.New(slog.DiscardHandler), Reach: c.reach, Memory: "none of it"})
			// The memory is a mistake, so that nothing is opened: what is refused before it is the reach.
			if fits := err != nil && strings.Contains(err.Error(), "none of it"); fits {
				err = c.reach.Allows(c.addr)
			}
			if c.fine != (err == nil) {
				t.Errorf("%v", err)
			}
			var known *cx.Error
			if err != nil && (!errors.As(err, &known) || known.Remedy == "") {
				t.Errorf("it says no remedy: %v", err)
			}
		})
	}
}

// certificate writes a self-signed pair and returns what trusts it.
func certificate(t *testing.T, cert, key string, serial int64) *x509.CertPool {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "cx.example.org"}, DNSNames: []string{"cx.example.org"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{key: {Type: "PRIVATE KEY", Bytes: secret}, cert: {Type: "CERTIFICATE", Bytes: raw}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	at := time.Unix(1_800_000_000+serial, 0) // a renewed file is a newer one
	if err := os.Chtimes(cert, at, at); err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	leaf, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	pool.AddCert(leaf)
	return pool
}

// serve runs a server and stops it with the test.
func serve(t *testing.T, reach app.Reach) (dir string, at app.Address, signIn string, listener net.Listener) {
	t.Helper()
	dir = t.TempDir()
	a, err := app.Open(context.Background(), app.Config{Dir: dir, Log: slog.New(slog.DiscardHandler), Reach: reach})
	if err != nil {
		t.Fatal(err)
	}
	listener, err = reach.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ready, stopped := make(chan struct{}), make(chan error, 1)
	go func() {
		stopped <- a.Serve(ctx, listener, func(where app.Address, link string) {
			at, signIn = where, link
			close(ready)
		})
	}()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-stopped, a.Close()); err != nil {
			t.Error(err)
		}
	})
	select {
	case <-ready:
	case err := <-stopped:
		stopped <- err
		t.Fatalf("the server did not start: %v", err)
	}
	return dir, at, signIn, listener
}

// browser reaches cx.example.org at a listener, and trusts a certificate.
func browser(listener net.Listener, trusted *x509.CertPool) *http.Client {
	jar, _ := cookiejar.New(nil)
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Transport: &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: trusted},
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, listener.Addr().String())
		},
	}}
}

func TestCertificateFilesGiveHTTPSWithCookiesThatStayThere(t *testing.T) {
	folder := t.TempDir()
	cert, key := filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	trusted := certificate(t, cert, key, 1)
	dir, at, signIn, listener := serve(t, app.Reach{PublicURL: "https://cx.example.org", Cert: cert, Key: key})
	if !strings.HasPrefix(signIn, "https://cx.example.org/sign-in/") {
		t.Errorf("the sign-in link is %s", signIn)
	}
	client := browser(listener, trusted)
	answer, err := client.Post(signIn, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther || answer.TLS == nil || answer.TLS.Version < tls.VersionTLS12 {
		t.Fatalf("signing in answers %s over %+v", answer.Status, answer.TLS)
	}
	if got := answer.Header.Get("Strict-Transport-Security"); got == "" {
		t.Error("browsers are not told to come by HTTPS")
	}
	for _, c := range answer.Cookies() {
		if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" {
			t.Errorf("the cookie is %+v", c)
		}
	}
	if answer, err = client.Get("https://cx.example.org/people"); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("the owner's page answers %v, %v", answer, err)
	}
	answer.Body.Close()

	// A renewed certificate is taken without a restart.
	renewed := browser(listener, certificate(t, cert, key, 2))
	if answer, err = renewed.Get("https://cx.example.org/sign-in"); err != nil || answer.TLS.PeerCertificates[0].SerialNumber.Int64() != 2 {
		t.Fatalf("after renewing: %v", err)
	}
	answer.Body.Close()
	if err := os.WriteFile(cert, []byte("half-wri"), 0o600); err != nil {
		t.Fatal(err)
	}
	if answer, err = renewed.Get("https://cx.example.org/sign-in"); err != nil {
		t.Fatalf("while the file is being written: %v", err)
	}
	answer.Body.Close()

	// Commands of this machine have a door of their own, to the API alone.
	raw, err := os.ReadFile(filepath.Join(dir, app.AddressFile))
	if err != nil {
		t.Fatal(err)
	}
	var said app.Address
	if err := json.Unmarshal(raw, &said); err != nil || said != at {
		t.Errorf("the address file says %+v, %v", said, err)
	}
	for path, want := range map[string]int{"/api/v1/health": 200, "/sign-in": 404, "/": 404} {
		answer, err := http.Get(at.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s answers %d at the commands' door", path, answer.StatusCode)
		}
	}
}

func TestACertificateThatCannotBeReadStopsTheStart(t *testing.T) {
	a, err := app.Open(context.Background(), app.Config{Dir: t.TempDir(), Log: slog.New(slog.DiscardHandler), Reach: app.Reach{PublicURL: "https://cx.example.org", Cert: "/nowhere/cert.pem", Key: "/nowhere/key.pem"}})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	listener, err := app.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	err = a.Serve(context.Background(), listener, func(app.Address, string) { t.Error("it serves") })
	if cx.CodeOf(err) != cx.Invalid || !strings.Contains(err.Error(), "/nowhere/cert.pem") {
		t.Errorf("it says %v", err)
	}
}

func TestOnlyADeclaredProxyIsBelieved(t *testing.T) {
	for name, c := range map[string]struct {
		reach app.Reach
		from  string // what the sign-in is noted from
	}{
		"a declared one":    {app.Reach{PublicURL: "https://cx.example.org", BehindProxy: true}, "from 203.0.113.5"},
		"one that is not":   {app.Reach{}, "from 127.0.0.1"},
		"another way to us": {app.Reach{PublicURL: "http://localhost:8470"}, "from 127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := app.Open(context.Background(), app.Config{Dir: t.TempDir(), Log: slog.New(slog.DiscardHandler), Reach: c.reach})
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			s := httptest.NewServer(a.Handler())
			defer s.Close()
			var cookies []*http.Cookie
			ask := func(method, path string, form url.Values, header map[string]string) (*http.Response, string) {
				r, _ := http.NewRequest(method, s.URL+path, strings.NewReader(form.Encode()))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.Header.Set("X-Forwarded-For", "6.6.6.6, 203.0.113.5") // the first is what the client made up
				for name, value := range header {
					r.Header.Set(name, value)
				}
				for _, c := range cookies {
					r.AddCookie(c)
				}
				answer, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(r)
				if err != nil {
					t.Fatal(err)
				}
				defer answer.Body.Close()
				body, _ := io.ReadAll(answer.Body)
				if set := answer.Cookies(); len(set) > 0 {
					cookies = set
				}
				return answer, string(body)
			}
			ask("POST", a.SignInPath(), nil, nil)
			_, body := ask("POST", "/people", url.Values{"name": {"Jana"}, "email": {"jana@example.org"}, "role": {"analyst"}}, nil)
			link := regexp.MustCompile(`/invitation/[A-Z2-7]+`).FindString(body)
			cookies = nil
			ask("POST", link, url.Values{"password": {"four teapots beside a river"}, "again": {"four teapots beside a river"}}, nil)
			if _, body := ask("GET", "/account", nil, nil); !strings.Contains(body, c.from) {
				t.Errorf("the account does not say %q: %s", c.from, body)
			}
			answer, _ := ask("GET", "/account?x=1", nil, map[string]string{"X-Forwarded-Proto": "http"})
			if moved := answer.Header.Get("Location") == "https://cx.example.org/account?x=1"; moved != c.reach.BehindProxy {
				t.Errorf("plain HTTP answers %s to %q", answer.Status, answer.Header.Get("Location"))
			}
			if told := answer.Header.Get("Strict-Transport-Security") != ""; told != c.reach.BehindProxy {
				t.Errorf("HSTS: %v", told)
			}
		})
	}
}

func TestACMEIsAskedForOurNameAndForNoOther(t *testing.T) {
	var asked atomic.Int64
	authority := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		http.Error(w, "not today", http.StatusNotFound)
	}))
	defer authority.Close()
	_, _, _, listener := serve(t, app.Reach{PublicURL: "https://cx.example.org", ACME: true, ACMEDirectory: authority.URL})
	hello := func(name string) error {
		conn, err := tls.Dial("tcp", listener.Addr().String(), &tls.Config{ServerName: name})
		if err == nil {
			conn.Close()
		}
		return err
	}
	if err := hello("elsewhere.example.org"); err == nil || asked.Load() != 0 {
		t.Errorf("for another name: %v, the authority was asked %d times", err, asked.Load())
	}
	if err := hello("cx.example.org"); err == nil || asked.Load() == 0 {
		t.Errorf("for our name: %v, the authority was asked %d times", err, asked.Load())
	}
}
