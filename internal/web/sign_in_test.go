package web_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/pquerna/otp/totp"

	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
)

func TestASecondStepIsSetUpAskedForAndRecoveredFrom(t *testing.T) {
	c := newCompany(t).signIn()
	jana := c.member("jana@example.org", cx.RoleWalker)
	setUp := jana.get("/account/second-step")
	shown := regexp.MustCompile(`<code>([A-Z2-7 ]+)</code>`).FindStringSubmatch(setUp.body)
	if shown == nil || !strings.Contains(setUp.body, `<svg class="qr"`) {
		t.Fatalf("setting it up shows %d: %s", setUp.status, setUp.body)
	}
	secret := strings.ReplaceAll(shown[1], " ", "")
	if again := jana.get("/account/second-step"); !strings.Contains(again.body, shown[1]) {
		t.Error("a reload shows another secret, after the app has scanned this one")
	}
	// A code of the step before is as good, and leaves the present one for the next sign-in.
	code, _ := totp.GenerateCode(secret, time.Now().Add(-30*time.Second))
	on := jana.post("/account/second-step", url.Values{"code": {code}, "password": {goodPassword}})
	codes := regexp.MustCompile(`<code>([A-Z2-7]{6}(?:-[A-Z2-7]{6}){3})</code>`).FindAllStringSubmatch(on.body, -1)
	if len(codes) != 10 {
		t.Fatalf("turning it on shows %d with %d codes: %s", on.status, len(codes), on.body)
	}
	jana.post("/sign-out", nil)
	if got := jana.post("/sign-in", url.Values{"email": {"jana@example.org"}, "password": {goodPassword}, "next": {"/account"}}); got.at != "/sign-in/code" {
		t.Fatalf("the password alone leads to %s", got.at)
	}
	if got := jana.get("/account"); got.at != "/sign-in" {
		t.Errorf("before the second step the account is at %s", got.at)
	}
	if got := jana.post("/sign-in/code", url.Values{"code": {"000000"}}); got.status != http.StatusForbidden || !strings.Contains(got.body, "is not right") {
		t.Errorf("a wrong code shows %d", got.status)
	}
	if got := jana.post("/sign-in/code", url.Values{"code": {codes[4][1]}, "next": {"/account"}}); got.at != "/account" {
		t.Fatalf("a recovery code leads to %s: %s", got.at, got.body)
	}
	if got := jana.post("/account/second-step/off", url.Values{"password": {"wrong"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("turning it off with a wrong password shows %d", got.status)
	}
	if got := jana.post("/account/second-step/off", url.Values{"password": {goodPassword}}); !strings.Contains(got.body, "The second step is off") {
		t.Errorf("turning it off shows %d", got.status)
	}
	if got := c.stranger().post("/sign-in/code", url.Values{"code": {"000000"}}); got.status != http.StatusForbidden || !strings.Contains(got.body, "Begin again") {
		t.Errorf("a code that nobody asked for shows %d", got.status)
	}
}

// vouching is a provider that vouches for jana@example.org, whoever comes; the people
// room's tests hold ours against one that lies.
func vouching(t *testing.T) *httptest.Server {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", "one"))
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]string{"issuer": s.URL, "authorization_endpoint": s.URL + "/authorize", "token_endpoint": s.URL + "/token", "jwks_uri": s.URL + "/keys"})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "one", Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("GET /authorize", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		http.Redirect(w, r, q.Get("redirect_uri")+"?"+url.Values{"state": {q.Get("state")}, "code": {q.Get("nonce")}}.Encode(), http.StatusFound)
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		token, err := jwt.Signed(signer).Claims(map[string]any{
			"iss": s.URL, "aud": "firsthand", "sub": "4711", "email": "jana@example.org", "email_verified": true,
			"nonce": r.PostFormValue("code"), "iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix(),
		}).Serialize()
		if err != nil {
			t.Error(err)
		}
		answer(w, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": token})
	})
	return s
}

func TestTheCompanysSignInLeadsThereAndBack(t *testing.T) {
	c := openCompany(t, app.Config{Dir: t.TempDir(), Log: slog.New(slog.DiscardHandler), OIDC: people.OIDC{Issuer: vouching(t).URL, ClientID: "firsthand", ClientSecret: "hush"}}).signIn()
	jana := c.stranger()
	if got := jana.get("/sign-in"); !strings.Contains(got.body, `href="/sign-in/company"`) {
		t.Fatalf("the way is not offered: %s", got.body)
	}
	if got := jana.get("/sign-in/company"); got.status != http.StatusForbidden || !strings.Contains(got.body, "is not invited here") {
		t.Fatalf("somebody who is not invited sees %d: %s", got.status, got.body)
	}
	c.invited("jana@example.org", cx.RoleAnalyst)
	if got := jana.get("/sign-in/company"); got.at != "/" || got.status != http.StatusOK {
		t.Fatalf("the way leads to %s: %s", got.at, got.body)
	}
	if got := jana.get("/account"); !strings.Contains(got.body, "come by the company") {
		t.Errorf("the account shows %s", got.body)
	}
	if got := c.stranger().get("/sign-in/company/callback?state=x&code=y"); got.status != http.StatusForbidden {
		t.Errorf("an answer that nobody asked for shows %d", got.status)
	}
}
