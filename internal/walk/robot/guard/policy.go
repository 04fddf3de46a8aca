package guard

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Policy says which addresses a robot may dial. The zero Policy allows the public
// internet only: no loopback, private, link-local or metadata address, however
// a name, a redirect or an IPv6 spelling leads there.
type Policy struct {
	// Allow are ranges that are allowed besides, such as a staging network.
	Allow []netip.Prefix
	// Hosts gives a name an address of its own, as /etc/hosts would: staging sites.
	Hosts map[string]netip.Addr
}

// Forbidden is the error of an address that the policy refuses.
type Forbidden struct{ Addr netip.Addr }

func (f *Forbidden) Error() string {
	return f.Addr.String() + " is an address inside a private network, which robots may not visit"
}

// public reports whether an address is one of the internet at large. What the
// standard library has no name for is listed: shared address space (RFC 6598),
// protocol assignments (6890), documentation (5737, 3849), benchmarking (2544),
// reserved (1112), NAT64 (6052, 8215), 6to4 (3056) and Teredo (4380), which could
// carry an inner address past the check.
func public(a netip.Addr) bool {
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsUnspecified() {
		return false
	}
	for _, p := range notPublic {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

var notPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2001::/32"), netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("fec0::/10"), netip.MustParsePrefix("100::/64"),
}

// Allows reports whether the address may be dialled.
func (p Policy) Allows(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	for _, allowed := range p.Allow {
		if allowed.Contains(a) {
			return true
		}
	}
	return public(a)
}

// control refuses an address after names are resolved and before anything is
// sent, so that no name can lead inside, whatever it resolved to before.
func (p Policy) control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if !p.Allows(to.Addr()) {
		return &Forbidden{Addr: to.Addr().Unmap()}
	}
	return nil
}

// Dial opens a connection that the policy allows.
func (p Policy) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	if host, port, err := net.SplitHostPort(address); err == nil {
		if a, ok := p.Hosts[strings.ToLower(strings.TrimSuffix(host, "."))]; ok {
			address = net.JoinHostPort(a.String(), port)
		}
	}
	d := net.Dialer{Timeout: 20 * time.Second, Control: p.control}
	return d.DialContext(ctx, network, address)
}

// ParseSite reads one of the company's own sites: a name, with all names below
// it, or an address with its port: "shop.example", "127.0.0.1:8080".
func ParseSite(text string) (Site, error) {
	s := Site(strings.ToLower(strings.TrimSpace(text)))
	host := string(s)
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	_, ipErr := netip.ParseAddr(strings.Trim(host, "[]"))
	if host == "" || strings.ContainsAny(host, "/*?@ ") || ipErr != nil && host != "localhost" && !strings.Contains(strings.Trim(host, "."), ".") {
		return "", cx.Errorf(cx.Invalid, "%q is no site", text).WithRemedy("Write its name alone, such as shop.example; names below it are included.")
	}
	return s, nil
}

// Site is one that the company has shown to be its own.
type Site string

// Holds reports whether a host, with its port where the address gave one, belongs to the site.
func (s Site) Holds(hostport string) bool {
	hostport = strings.ToLower(strings.TrimSuffix(hostport, "."))
	if hostport == string(s) {
		return true
	}
	if _, _, err := net.SplitHostPort(string(s)); err == nil {
		return false // a site with a port is that port alone
	}
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = strings.TrimSuffix(h, ".")
	}
	if host == string(s) {
		return true
	}
	_, err := netip.ParseAddr(string(s))
	return err != nil && strings.HasSuffix(host, "."+string(s))
}
