package guard

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Ownership checks that a site is the company's own: whoever can put a token on
// it runs it. Any one of three places will do.
type Ownership struct {
	// Client fetches; give it a Transport that dials by a Policy.
	Client *http.Client
	// LookupTXT asks the DNS; nil asks the system's resolver.
	LookupTXT func(ctx context.Context, name string) ([]string, error)
	// Key makes the tokens of this installation; keep it.
	Key []byte
	// Scheme is https unless set.
	Scheme string
}

// Names of the places, as the user meets them.
const (
	metaName  = "firsthand-site"
	filePath  = "/.well-known/firsthand-site.txt"
	dnsPrefix = "firsthand-site="
	// maxPage is how much of the start page is read: a meta tag stands in its head.
	maxPage = 512 << 10
)

// Token is what has to stand on the site; it differs for each site and installation.
func (o Ownership) Token(site Site) string {
	mac := hmac.New(sha256.New, o.Key)
	mac.Write([]byte("site ownership\x00" + site))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(mac.Sum(nil)[:20]))
}

// Proof is a place where a token was found.
type Proof string

// The places.
const (
	ProofMeta Proof = "meta tag"
	ProofFile Proof = "file"
	ProofDNS  Proof = "DNS record"
)

// Instructions are the three ways to show that a site is one's own.
func (o Ownership) Instructions(site Site) map[Proof]string {
	return map[Proof]string{
		ProofMeta: `Put <meta name="` + metaName + `" content="` + o.Token(site) + `"> into the head of the start page.`,
		ProofFile: "Put a text file with " + o.Token(site) + " at " + filePath + ".",
		ProofDNS:  "Add a TXT record " + dnsPrefix + o.Token(site) + " for the name.",
	}
}

// Check looks for the token. It is a Forbidden error, saying what was looked at,
// where there is none.
func (o Ownership) Check(ctx context.Context, site Site) (Proof, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if len(o.Key) == 0 {
		return "", cx.Errorf(cx.Internal, "the tokens of sites have no key")
	}
	token := o.Token(site)
	var found []string
	for _, place := range []struct {
		proof Proof
		look  func(context.Context, Site, string) (bool, error)
	}{{ProofFile, o.inFile}, {ProofMeta, o.inMeta}, {ProofDNS, o.inDNS}} {
		ok, err := place.look(ctx, site, token)
		if ok {
			return place.proof, nil
		}
		what := "it is not there"
		if err != nil {
			what = err.Error()
		}
		found = append(found, string(place.proof)+": "+what)
	}
	return "", cx.Errorf(cx.Forbidden, "nothing shows yet that %s is yours (%s)", site, strings.Join(found, "; ")).
		WithRemedy("%s", o.Instructions(site)[ProofFile])
}

func (o Ownership) inFile(ctx context.Context, site Site, token string) (bool, error) {
	body, err := o.get(ctx, site, filePath)
	return strings.TrimSpace(body) == token, err
}

var (
	metaTag   = regexp.MustCompile(`(?is)<meta\s[^>]*>`)
	attribute = regexp.MustCompile(`(?is)([a-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))`)
	comment   = regexp.MustCompile(`(?s)<!--.*?(?:-->|$)`)
)

func (o Ownership) inMeta(ctx context.Context, site Site, token string) (bool, error) {
	body, err := o.get(ctx, site, "/")
	if err != nil {
		return false, err
	}
	// What visitors can write stands in the body; only the head counts.
	head, _, _ := strings.Cut(comment.ReplaceAllString(body, ""), "<body")
	for _, tag := range metaTag.FindAllString(head, -1) {
		values := map[string]string{}
		for _, m := range attribute.FindAllStringSubmatch(tag, -1) {
			values[strings.ToLower(m[1])] = m[2] + m[3] + m[4]
		}
		if values["name"] == metaName && values["content"] == token {
			return true, nil
		}
	}
	return false, nil
}

func (o Ownership) inDNS(ctx context.Context, site Site, token string) (bool, error) {
	lookup := o.LookupTXT
	if lookup == nil {
		lookup = net.DefaultResolver.LookupTXT
	}
	name := string(site)
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	records, err := lookup(ctx, name)
	for _, r := range records {
		if strings.TrimSpace(r) == dnsPrefix+token {
			return true, nil
		}
	}
	var missing *net.DNSError
	if errors.As(err, &missing) && missing.IsNotFound {
		err = nil
	}
	return false, err
}

// get fetches a page of the site itself: a redirect to elsewhere proves nothing.
func (o Ownership) get(ctx context.Context, site Site, path string) (string, error) {
	client := *o.Client
	client.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		if len(via) > 5 || !site.Holds(r.URL.Host) {
			return http.ErrUseLastResponse
		}
		return nil
	}
	scheme := o.Scheme
	if scheme == "" {
		scheme = "https"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+string(site)+path, nil)
	if err != nil {
		return "", err
	}
	answer, err := client.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return "", errors.New(path + " answers " + answer.Status)
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxPage))
	return string(body), err
}
