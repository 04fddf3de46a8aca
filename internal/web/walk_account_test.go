package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2/memstore"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/store/memory"
	"github.com/firsthand-cx/firsthand/internal/walk"
	"github.com/firsthand-cx/firsthand/internal/walk/evidence"
)

// A walker with an account finds their own open walks, agrees, and walks; those of
// others are not there for them, whatever their role.
func TestAWalkerWithAnAccountHasTheirOwnWalksOnly(t *testing.T) {
	ctx := context.Background()
	room := walk.New(memory.NewWalks(memory.NewFacts(nil), []byte("key"), time.UTC), evidence.New(t.TempDir(), 0), func(context.Context) ([]cx.Journey, error) { return nil, nil }, time.Now)
	s := &Site{Config: Config{Rooms: Rooms{Walking: room}, Zone: time.UTC, Now: time.Now, Log: slog.New(slog.DiscardHandler), Sessions: memstore.New()}}
	s.sessions = newSessions(s.Config)
	var err error
	if s.views, err = viewsByRole(); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	for _, route := range s.routes() {
		if strings.Contains(route.pattern, "/walk") {
			mux.HandleFunc(route.pattern, func(w http.ResponseWriter, r *http.Request) { _ = route.serve(w, r) })
		}
	}
	var ids []int64
	for _, name := range []string{"bea", "carl"} {
		w, err := room.SaveWalker(ctx, walk.Walker{Kind: walk.Account, Account: name, Name: name})
		if err != nil {
			t.Fatal(err)
		}
		a, err := room.Assign(ctx, walk.Ask{Scenario: "website-on-a-phone", Walker: w.ID, Values: map[string]string{"company": "Lumen", "product": "a lamp", "shop_url": "shop.test", "website": "shop.test"}, Place: "the shop of " + name}, "ann")
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, a.ID)
	}
	ask := func(walker int64, role cx.Role, method, path string, fields url.Values) (int, string) {
		r := httptest.NewRequest(method, path, strings.NewReader(fields.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		s.sessions.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mux.ServeHTTP(w, r.WithContext(withAccount(r.Context(), cx.Account{ID: 7, Role: role, Walker: walker})))
		})).ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	if status, body := ask(1, cx.RoleWalker, "GET", "/walks/mine", nil); status != 200 || !strings.Contains(body, "the shop of bea") || strings.Contains(body, "the shop of carl") {
		t.Errorf("their own walks are %d: %s", status, body)
	}
	mine, others := walkPath(ids[0]), walkPath(ids[1])
	for name, c := range map[string]struct {
		walker int64
		role   cx.Role
		path   string
		want   int
	}{
		"another's":                             {1, cx.RoleWalker, others, 403},
		"another's, by an owner":                {1, cx.RoleOwner, others, 403},
		"one's own, of somebody without a role": {1, "", mine, 403},
		"an owner who is no walker":             {0, cx.RoleOwner, mine, 403},
		"one that is not there, as another's":   {1, cx.RoleWalker, "/walk/4711/", 403},
		"one's own":                             {1, cx.RoleWalker, mine, 200},
	} {
		if status, _ := ask(c.walker, c.role, "GET", c.path, nil); status != c.want {
			t.Errorf("%s answers %d", name, status)
		}
	}
	if _, body := ask(1, cx.RoleWalker, "GET", mine, nil); !strings.Contains(body, "It is your choice.") || strings.Contains(body, "Your name</label>") {
		t.Error("consent is not asked for first, or a name that is known is")
	}
	if status, _ := ask(1, cx.RoleWalker, "POST", mine+"agree", nil); status != 400 {
		t.Errorf("without agreeing it answers %d", status)
	}
	if status, _ := ask(1, cx.RoleWalker, "POST", others+"agree", url.Values{"agree": {"yes"}, "version": {walk.ConsentVersion}}); status != 403 {
		t.Errorf("agreeing to another's walk answers %d", status)
	}
	if status, _ := ask(1, cx.RoleWalker, "POST", mine+"agree", url.Values{"agree": {"yes"}, "version": {walk.ConsentVersion}}); status != 303 {
		t.Errorf("agreeing answers %d", status)
	}
	if status, body := ask(1, cx.RoleWalker, "GET", mine, nil); status != 200 || !strings.Contains(body, `data-walk="1"`) {
		t.Errorf("the walk shows %d", status)
	}
}
