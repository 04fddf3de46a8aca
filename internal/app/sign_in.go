package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
	"github.com/firsthand-cx/firsthand/internal/walk"
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

// who sends a request: the holder of the data folder's token, a program with a token
// of its own, or somebody signed in.
func (a *App) who(r *http.Request) (cx.Account, bool) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case !ok:
		return a.face.Load().site.SignedIn(r)
	case subtle.ConstantTimeCompare([]byte(token), []byte(a.token)) == 1:
		return cx.Account{Role: cx.RoleOwner}, true
	}
	who, err := a.people.Bearer(r.Context(), token)
	return who, err == nil
}

// walkerOf is who an account is among the walkers; 0 = they are none.
func (a *App) walkerOf(ctx context.Context, who cx.Account) (int64, error) {
	w, err := a.walks.WalkerOf(ctx, who.Email)
	if cx.CodeOf(err) == cx.NotFound {
		return 0, nil
	}
	return w.ID, err
}

// greet makes whoever gets the role walker known among the walkers.
func (a *App) greet(ctx context.Context, who cx.Account) error {
	if who.Role != cx.RoleWalker {
		return nil
	}
	if id, err := a.walkerOf(ctx, who); err != nil || id != 0 {
		return err
	}
	_, err := a.walks.SaveWalker(ctx, walk.Walker{Kind: walk.Account, Account: who.Email, Name: who.Name})
	return err
}

// reachedAt is where the server is reached, "" while none runs and nobody said so.
func (a *App) reachedAt() string {
	if at := a.origin.Load(); at != nil {
		return *at
	}
	return a.config.Reach.origin()
}

// mayJudge lets a step owner judge what was found at the steps that they own.
func (a *App) mayJudge(ctx context.Context, who cx.Account, id int64) error {
	if people.May(who.Role, people.Edit) {
		return nil
	}
	found, _, err := a.findings.Finding(ctx, id)
	if err != nil {
		return err
	}
	all, err := a.journeys.List(ctx)
	if err != nil {
		return err
	}
	for _, j := range all {
		for _, step := range j.Steps() {
			if j.Name == found.Key.Journey && step.Name == found.Key.Step && slices.Contains(who.Owns, step.Owner) {
				return nil
			}
		}
	}
	return cx.Errorf(cx.Forbidden, "this finding is at a step that is not yours").WithRemedy("Whoever owns the step can judge it, or an analyst.")
}

// mayReview lets a step owner read and judge the walks that touch the steps that they
// own, once those are handed in, and nobody a walk of their own.
func (a *App) mayReview(ctx context.Context, who cx.Account, id int64) error {
	d, err := a.walks.Shown(ctx, id)
	if err != nil {
		return err
	}
	if people.May(who.Role, people.Plan) {
		return nil
	}
	if who.Walker != 0 && who.Walker == d.Walker {
		return cx.Errorf(cx.Forbidden, "nobody judges a walk of their own").WithRemedy("Ask somebody else to look at it.")
	}
	journeys, err := a.journeys.List(ctx)
	if err != nil {
		return err
	}
	mapping, err := a.walks.Mapping(ctx)
	if err != nil {
		return err
	}
	for _, touch := range walk.Locate(d.Filled, journeys, mapping) {
		for _, j := range journeys {
			if step, ok := j.Step(touch.Step); ok && j.Name == touch.Journey && !d.Submitted.IsZero() && slices.Contains(who.Owns, step.Owner) {
				return nil
			}
		}
	}
	return cx.Errorf(cx.Forbidden, "this walk touches no step of yours").WithRemedy("Whoever owns the steps can read it, or an analyst.")
}
