package guard_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/guard"
)

func TestOnlyThePublicInternetIsAllowedUnlessSaid(t *testing.T) {
	staging := guard.Policy{Allow: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}}
	for address, want := range map[string]bool{
		"93.184.216.34": true, "2606:2800:220:1::1": true, "10.1.2.3": true,
		"127.0.0.1": false, "::1": false, "10.2.0.1": false, "192.168.1.1": false, "172.16.0.1": false, "169.254.169.254": false, "0.0.0.0": false,
		"::ffff:127.0.0.1": false, "::ffff:10.1.2.3": true, "fd00::1": false, "fe80::1%eth0": false, "100.64.0.1": false, "64:ff9b::7f00:1": false,
		"2002:7f00:1::": false, "224.0.0.1": false, "255.255.255.255": false, "fd00:ec2::254": false,
	} {
		if got := staging.Allows(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is allowed: %v", address, got)
		}
	}
}

func TestASiteHoldsItselfAndTheNamesBelowIt(t *testing.T) {
	for _, c := range []struct {
		site, host string
		want       bool
	}{
		{"shop.example", "shop.example", true},
		{"shop.example", "www.Shop.example:443", true},
		{"shop.example", "shop.example.", true},
		{"shop.example", "evilshop.example", false},
		{"shop.example", "shop.example.evil.test", false},
		{"127.0.0.1:80", "127.0.0.1:80", true},
		{"127.0.0.1:80", "127.0.0.1:81", false},
		{"127.0.0.1", "127.0.0.1:81", true},
		{"0.0.1.com", "127.0.0.1", false},
	} {
		site, err := guard.ParseSite(c.site)
		if err != nil {
			t.Fatal(err)
		}
		if got := site.Holds(c.host); got != c.want {
			t.Errorf("%s holds %s: %v", c.site, c.host, got)
		}
	}
	for _, wrong := range []string{"", "com", "https://shop.example", "*.shop.example", "a@b.example"} {
		if _, err := guard.ParseSite(wrong); err == nil || cx.AsError(err).Remedy == "" {
			t.Errorf("%q is taken for a site", wrong)
		}
	}
}

func proxied(t *testing.T, policy guard.Policy) (*guard.Proxy, *http.Client) {
	t.Helper()
	p, err := guard.Start(policy)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	transport := &http.Transport{Proxy: http.ProxyURL(&url.URL{Scheme: "http", Host: p.Addr()})}
	t.Cleanup(transport.CloseIdleConnections)
	return p, &http.Client{Transport: transport}
}

func TestTheProxyRefusesInsideAddressesAndSaysWhy(t *testing.T) {
	hits := 0
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits++ }))
	defer inside.Close()
	port := inside.Listener.Addr().(*net.TCPAddr).Port
	proxy, client := proxied(t, guard.Policy{Hosts: map[string]netip.Addr{"rebound.example": netip.MustParseAddr("127.0.0.1")}})
	for _, host := range []string{"127.0.0.1", "localhost", "rebound.example", "[::ffff:127.0.0.1]", "0.0.0.0"} {
		at := fmt.Sprintf("%s:%d", host, port)
		if answer, err := client.Get("http://" + at); err == nil {
			answer.Body.Close()
			t.Errorf("%s answers %s", at, answer.Status)
		}
		var forbidden *guard.Forbidden
		if host != "localhost" && !errors.As(proxy.Why(at), &forbidden) {
			t.Errorf("%s: the reason is %v", at, proxy.Why(at))
		}
	}
	if hits > 0 {
		t.Errorf("%d requests came through", hits)
	}
}

func TestTheProxyForwardsWhatIsAllowedUnchanged(t *testing.T) {
	var seen http.Header
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header.Clone()
		fmt.Fprint(w, r.Host, r.URL)
	})
	site, secure := httptest.NewServer(handler), httptest.NewTLSServer(handler)
	defer site.Close()
	defer secure.Close()
	loopback := guard.Policy{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	proxy, client := proxied(t, loopback)
	client.Transport.(*http.Transport).TLSClientConfig = secure.Client().Transport.(*http.Transport).TLSClientConfig
	for _, at := range []string{site.URL, secure.URL} {
		answer, err := client.Get(at + "/a?b")
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if want := strings.SplitN(at, "://", 2)[1] + "/a?b"; string(body) != want {
			t.Errorf("%q is not %q", body, want)
		}
		if seen.Get("X-Forwarded-For") != "" || seen.Get("Via") != "" {
			t.Errorf("the proxy shows itself: %v", seen)
		}
	}
	c, err := net.Dial("tcp", proxy.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "CONNECT 10.0.0.1:443 HTTP/1.1\r\nHost: 10.0.0.1:443\r\n\r\n")
	if line, _ := bufio.NewReader(c).ReadString('\n'); !strings.Contains(line, "502") {
		t.Errorf("a tunnel inside: %s", line)
	}
}

func TestASiteIsShownToBeOnesOwnInAnyOfThreePlaces(t *testing.T) {
	o := guard.Ownership{Key: []byte("0123456789abcdef"), Scheme: "http", Client: http.DefaultClient}
	serve := func(pages map[string]string) *httptest.Server {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			text, ok := pages[r.URL.Path]
			switch {
			case !ok:
				http.NotFound(w, r)
			case strings.HasPrefix(text, "to "):
				http.Redirect(w, r, text[3:], http.StatusFound)
			default:
				fmt.Fprint(w, strings.ReplaceAll(text, "TOKEN", o.Token(guard.Site(r.Host))))
			}
		}))
		t.Cleanup(server.Close)
		return server
	}
	const file = "/.well-known/firsthand-site.txt"
	elsewhere := serve(map[string]string{file: "TOKEN"})
	for name, c := range map[string]struct {
		pages map[string]string
		dns   bool
		want  guard.Proof
	}{
		"a file":                            {map[string]string{file: "TOKEN\n"}, false, guard.ProofFile},
		"a meta tag":                        {map[string]string{"/": `<html><head><META content='TOKEN' Name=firsthand-site></head>`}, false, guard.ProofMeta},
		"a DNS record":                      {nil, true, guard.ProofDNS},
		"nothing":                           {nil, false, ""},
		"a token in a comment":              {map[string]string{"/": `<!-- <meta name="firsthand-site" content="TOKEN"> -->`}, false, ""},
		"a token that a visitor wrote":      {map[string]string{"/": `<html><body><meta name="firsthand-site" content="TOKEN">`}, false, ""},
		"a token among other text":          {map[string]string{file: "x TOKEN"}, false, ""},
		"a redirect to somebody else's":     {map[string]string{file: "to " + elsewhere.URL + file}, false, ""},
		"a redirect within the site itself": {map[string]string{file: "to /token", "/token": "TOKEN"}, false, guard.ProofFile},
	} {
		t.Run(name, func(t *testing.T) {
			site := guard.Site(strings.TrimPrefix(serve(c.pages).URL, "http://"))
			o := o
			o.LookupTXT = func(context.Context, string) ([]string, error) {
				if c.dns {
					return []string{"v=spf1 -all", "firsthand-site=" + o.Token(site)}, nil
				}
				return nil, &net.DNSError{IsNotFound: true}
			}
			got, err := o.Check(t.Context(), site)
			if got != c.want || (err == nil) != (c.want != "") {
				t.Fatalf("%q, %v", got, err)
			}
			if err != nil && (cx.CodeOf(err) != cx.Forbidden || !strings.Contains(err.Error(), o.Token(site))) {
				t.Errorf("the error does not tell what to do: %v", err)
			}
		})
	}
}
