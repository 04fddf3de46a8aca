package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/cx"
)

// signInLasts is how long a sign-in link works, if nobody uses it first.
const signInLasts = 15 * time.Minute

// signIns are the one-time tokens of sign-in links. They live in memory: a
// restart makes them worthless, and only hashes are kept.
type signIns struct {
	now func() time.Time
	mu  sync.Mutex
	due map[[sha256.Size]byte]time.Time
}

// issue makes a token of 128 random bits or more.
func (s *signIns) issue() string {
	token := rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.due == nil {
		s.due = map[[sha256.Size]byte]time.Time{}
	}
	s.due[sha256.Sum256([]byte(token))] = s.now().Add(signInLasts)
	return token
}

// Redeem uses a token up; it reports whether it was good.
func (s *signIns) Redeem(token string) bool {
	hash := sha256.Sum256([]byte(token))
	s.mu.Lock()
	defer s.mu.Unlock()
	until, ok := s.due[hash]
	delete(s.due, hash)
	return ok && s.now().Before(until)
}

// exchange is Redeem for the sign-in page.
func (s *signIns) exchange(_ context.Context, token string) error {
	if s.Redeem(token) {
		return nil
	}
	return cx.Errorf(cx.Forbidden, "this link has been used, or is older than a quarter of an hour").
		WithRemedy("Restart the server: it prints a new one.")
}

// allowed reports whether a request carries the data folder's token or a
// signed-in session. The single role, owner, may do everything.
func (a *App) allowed(r *http.Request, _ api.Capability) bool {
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return subtle.ConstantTimeCompare([]byte(token), []byte(a.token)) == 1
	}
	return a.face.Load().site.SignedIn(r)
}
