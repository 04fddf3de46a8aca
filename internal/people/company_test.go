package people_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
)

const callback = "https://cx.example.org/sign-in/company/callback"

// provider is a small OpenID Connect provider that signs real tokens. says is what it
// answers about whoever comes; a test bends it.
type provider struct {
	*httptest.Server
	t      *testing.T
	key    *rsa.PrivateKey
	signer *rsa.PrivateKey // who really signs; another one is a forger
	now    func() time.Time
	says   map[string]any
	codes  map[string]url.Values // what the browser brought, by the code given for it
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{t: t, key: key, signer: key, says: map[string]any{}, codes: map[string]url.Values{}}
	mux := http.NewServeMux()
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{
			"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "one", Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		asked, ok := p.codes[r.PostFormValue("code")]
		delete(p.codes, r.PostFormValue("code"))
		id, secret, _ := r.BasicAuth()
		if id == "" {
			id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
		}
		proof := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
		if !ok || id != "firsthand" || secret != "hush" || r.PostFormValue("redirect_uri") != callback ||
			base64.RawURLEncoding.EncodeToString(proof[:]) != asked.Get("code_challenge") {
			w.WriteHeader(http.StatusBadRequest)
			answer(w, map[string]string{"error": "invalid_grant"})
			return
		}
		answer(w, map[string]any{"access_token": rand.Text(), "token_type": "Bearer", "expires_in": 60, "id_token": p.token(asked)})
	})
	return p
}

func (p *provider) token(asked url.Values) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: p.signer}, (&jose.SignerOptions{}).WithHeader("kid", "one"))
	if err != nil {
		p.t.Error(err)
		return ""
	}
	said := map[string]any{
		"iss": p.URL, "aud": "firsthand", "sub": "4711", "email": "jana@example.org", "email_verified": true,
		"nonce": asked.Get("nonce"), "iat": p.now().Unix(), "exp": p.now().Add(time.Minute).Unix(),
	}
	maps.Copy(said, p.says)
	raw, err := jwt.Signed(signer).Claims(said).Serialize()
	if err != nil {
		p.t.Error(err)
	}
	return raw
}

// visit is what a browser does at the provider: it is sent back with a code.
func (p *provider) visit(at string) url.Values {
	p.t.Helper()
	asked, err := url.Parse(at)
	if err != nil {
		p.t.Fatal(err)
	}
	q := asked.Query()
	if q.Get("code_challenge_method") != "S256" || q.Get("nonce") == "" || q.Get("state") == "" || q.Get("redirect_uri") != callback || q.Get("response_type") != "code" {
		p.t.Fatalf("the browser is sent to %s", at)
	}
	code := rand.Text()
	p.codes[code] = q
	return url.Values{"code": {code}, "state": {q.Get("state")}}
}

func TestTheCompanysSignInLetsInWhomAnOwnerInvited(t *testing.T) {
	for name, c := range map[string]struct {
		bend func(h *house, p *provider, answer url.Values, kept *people.Handshake)
		want cx.Code // "" = let in
	}{
		"whoever is invited":              {func(*house, *provider, url.Values, *people.Handshake) {}, ""},
		"an address in capitals":          {func(_ *house, p *provider, _ url.Values, _ *people.Handshake) { p.says["email"] = "Jana@Example.org" }, ""},
		"the issuer names itself":         {func(_ *house, p *provider, a url.Values, _ *people.Handshake) { a.Set("iss", p.URL) }, ""},
		"somebody who is not invited":     {func(_ *house, p *provider, _ url.Values, _ *people.Handshake) { p.says["email"] = "petr@example.org" }, cx.Forbidden},
		"an address that is not verified": {func(_ *house, p *provider, _ url.Values, _ *people.Handshake) { p.says["email_verified"] = false }, cx.Forbidden},
		"no address":                      {func(_ *house, p *provider, _ url.Values, _ *people.Handshake) { p.says["email"] = "" }, cx.Forbidden},
		"a token for another program":     {func(_ *house, p *provider, _ url.Values, _ *people.Handshake) { p.says["aud"] = "another" }, cx.Forbidden},
		"a token of another issuer":       {func(_ *house, p *provider, _ url.Values, _ *people.Handshake) { p.says["iss"] = "https://evil.example" }, cx.Forbidden},
		"a token that has ended": {func(h *house, p *provider, _ url.Values, _ *people.Handshake) {
			p.says["exp"] = h.clock.Add(-time.Hour).Unix()
		}, cx.Forbidden},
		"a token of another try":   {func(_ *house, p *provider, _ url.Values, _ *people.Handshake) { p.says["nonce"] = "replayed" }, cx.Forbidden},
		"another browser's answer": {func(_ *house, _ *provider, a url.Values, _ *people.Handshake) { a.Set("state", "theirs") }, cx.Forbidden},
		"an answer that nobody asked for": {func(_ *house, _ *provider, a url.Values, k *people.Handshake) {
			*k = people.Handshake{}
			a.Set("state", "")
		}, cx.Forbidden},
		"an answer after a quarter hour": {func(h *house, _ *provider, _ url.Values, _ *people.Handshake) {
			h.clock = h.clock.Add(15 * time.Minute)
		}, cx.Forbidden},
		"a code without its verifier":        {func(_ *house, _ *provider, _ url.Values, k *people.Handshake) { k.Verifier = "guessed" }, cx.Forbidden},
		"a code that was stolen elsewhere":   {func(_ *house, _ *provider, a url.Values, _ *people.Handshake) { a.Set("code", "made up") }, cx.Forbidden},
		"a refusal":                          {func(_ *house, _ *provider, a url.Values, _ *people.Handshake) { a.Set("error", "access_denied") }, cx.Forbidden},
		"an answer in another issuer's name": {func(_ *house, _ *provider, a url.Values, _ *people.Handshake) { a.Set("iss", "https://evil.example") }, cx.Forbidden},
		"a forged signature": {func(_ *house, p *provider, _ url.Values, _ *people.Handshake) {
			p.signer, _ = rsa.GenerateKey(rand.Reader, 2048)
		}, cx.Forbidden},
		"somebody who is disabled": {func(h *house, _ *provider, _ url.Values, _ *people.Handshake) {
			all, _ := h.People(ctx)
			if _, err := h.Disable(ctx, all[0].ID, owner); err != nil {
				h.t.Fatal(err)
			}
		}, cx.Forbidden},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProvider(t)
			h := newHouse(t, people.OIDC{Issuer: p.URL, ClientID: "firsthand", ClientSecret: "hush"})
			p.now = func() time.Time { return h.clock }
			h.invited("jana@example.org", cx.RoleAnalyst)
			at, kept, err := h.BeginCompany(ctx, callback)
			if err != nil {
				t.Fatal(err)
			}
			answer := p.visit(at)
			c.bend(h, p, answer, &kept)
			entry, err := h.EndCompany(ctx, kept, answer, callback, desk)
			if c.want == "" {
				if err != nil || !h.in(entry.Session) || entry.Account.Email != "jana@example.org" {
					t.Fatalf("%+v, %v", entry, err)
				}
				return
			}
			if code(t, err) != c.want || entry.Session != "" {
				t.Errorf("%+v, %v", entry, err)
			}
		})
	}
}

func TestAnAddressThatTheCompanyGaveToSomebodyElseOpensNothing(t *testing.T) {
	p := newProvider(t)
	h := newHouse(t, people.OIDC{Issuer: p.URL, ClientID: "firsthand", ClientSecret: "hush"})
	p.now = func() time.Time { return h.clock }
	person, _ := h.invited("jana@example.org", cx.RoleAnalyst)
	come := func() error {
		at, kept, err := h.BeginCompany(ctx, callback)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.EndCompany(ctx, kept, p.visit(at), callback, desk)
		return err
	}
	if err := come(); err != nil {
		t.Fatal(err)
	}
	p.says["sub"] = "4712"
	if err := come(); code(t, err) != cx.Forbidden {
		t.Errorf("another person with the address: %v", err)
	}
	if _, _, err := h.Reset(ctx, person.ID, owner); err != nil {
		t.Fatal(err)
	}
	if err := come(); err != nil {
		t.Errorf("after an owner reset the account: %v", err)
	}
}

func TestACompanySignInThatDoesNotAnswerSaysSo(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	h := newHouse(t, people.OIDC{Issuer: gone.URL, ClientID: "firsthand"})
	if _, _, err := h.BeginCompany(ctx, callback); code(t, err) != cx.Unavailable {
		t.Errorf("it says %v", err)
	}
}
