package browser_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image/jpeg"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/walk/robot/browser"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/guard"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/recorder"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/shop"
)

const secret = "corr3ct horse"

// errand is one of the shop's walks in a shop with these faults.
func errand(t *testing.T, name string, faults ...shop.Fault) (*shop.Shop, browser.Walk) {
	t.Helper()
	s := shop.New(faults...)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	f, err := recorder.Parse(name, shop.Recording(name))
	if err != nil {
		t.Fatal(err)
	}
	f, err = f.Bind(map[string]recorder.Variable{"site": {Value: server.URL}, "code": {Value: shop.Code}, "password": {Value: secret, Secret: true}})
	if err != nil {
		t.Fatal(err)
	}
	return s, browser.Walk{
		Flow: f, Profile: browser.Phone, Sites: []guard.Site{guard.Site(strings.TrimPrefix(server.URL, "http://"))},
		MayOrder: func(context.Context) error { return nil }, Marker: "walk-1",
	}
}

func kinds(r browser.Recording) map[browser.Kind]browser.Finding {
	all := map[browser.Kind]browser.Finding{}
	for _, f := range r.Findings {
		if !f.Minor {
			all[f.Kind] = f
		}
	}
	return all
}

func TestAShopWithoutFaultsIsWalkedFromEndToEnd(t *testing.T) {
	for _, name := range []string{shop.OpenOnPhone, shop.Promo, shop.Buy, shop.Return} {
		for _, profile := range []browser.Profile{browser.Phone, browser.Desk} {
			t.Run(name+" with a "+profile.Name, func(t *testing.T) {
				s, w := errand(t, name)
				w.Profile, w.Audit, w.Film = profile, true, true
				evidence := map[string][]byte{}
				w.Evidence = func(name string, picture []byte) error { evidence[name] = picture; return nil }
				r := walked(t, w)
				if r.Outcome != browser.Completed || len(kinds(r)) > 0 {
					t.Fatalf("%s", shown(r))
				}
				if want := map[bool]int{true: 1}[name == shop.Buy]; s.Orders() != want {
					t.Errorf("%d orders were taken", s.Orders())
				}
				if s.Marked() == 0 {
					t.Error("no request is marked as a walk's")
				}
				for _, step := range r.Steps {
					if step.Result == browser.StepSkipped {
						continue
					}
					if _, err := jpeg.DecodeConfig(bytes.NewReader(evidence[step.Picture])); err != nil {
						t.Errorf("step %d has no picture: %v", step.Number, err)
					}
				}
				for _, frame := range r.Film {
					if _, err := jpeg.DecodeConfig(bytes.NewReader(evidence[frame.Name])); err != nil {
						t.Errorf("%s is no picture: %v", frame.Name, err)
					}
				}
				for _, p := range r.Pages {
					if p.Vitals["TTFB"].Rating == "" || p.Vitals["FCP"].Rating == "" || p.Accessibility == nil && !strings.Contains(p.URL, "basket") && !strings.HasSuffix(p.URL, "/return") {
						t.Errorf("%s was not judged: %+v", p.URL, p)
					}
					if (p.Mobile != nil) != (profile.Name == "phone") {
						t.Errorf("%s: judged for phones: %v", p.URL, p.Mobile != nil)
					}
				}
				if len(r.Film) == 0 || len(r.Pages) == 0 {
					t.Errorf("%d pictures in the film, %d pages", len(r.Film), len(r.Pages))
				}
			})
		}
	}
}

func TestEachPlantedFaultIsFound(t *testing.T) {
	for _, c := range []struct {
		walk    string
		fault   shop.Fault
		profile browser.Profile
		kind    browser.Kind
		says    string
		outcome browser.Outcome
		blame   browser.Fault
	}{
		{shop.Buy, shop.CoveredButton, browser.Phone, browser.Covered, `is covered by <div id="cookies"> “We value your privacy.”`, browser.Failed, browser.TheirSite},
		{shop.Promo, shop.PromoFailsOnPhone, browser.Phone, browser.NotAsExpected, "“is yours” is not shown", browser.Failed, browser.TheirSite},
		{shop.Promo, shop.PromoFailsOnPhone, browser.Desk, "", "", browser.Completed, ""},
		{shop.Promo, shop.PromoChargesFull, browser.Phone, browser.NotAsExpected, "the price is 24.00, not 21.60", browser.Failed, browser.TheirSite},
		{shop.OpenOnPhone, shop.SlowPage, browser.Phone, browser.Slow, "the server's first word comes only after 2", browser.Completed, ""},
		{shop.Buy, shop.CheckoutError, browser.Phone, browser.HTTPError, "500 for the page", browser.Failed, browser.TheirSite},
		{shop.OpenOnPhone, shop.ConsoleError, browser.Phone, browser.ConsoleError, "stock service said no", browser.Completed, ""},
		{shop.OpenOnPhone, shop.Exception, browser.Phone, browser.Exception, "TypeError", browser.Completed, ""},
		{shop.OpenOnPhone, shop.MissingImage, browser.Phone, browser.HTTPError, "404 for image", browser.Completed, ""},
		{shop.OpenOnPhone, shop.TinyTargets, browser.Phone, browser.TinyTargets, "3 of", browser.Completed, ""},
		{shop.OpenOnPhone, shop.Overflow, browser.Phone, browser.Overflow, "Sizes, colours", browser.Completed, ""},
		{shop.OpenOnPhone, shop.NoViewport, browser.Phone, browser.NoViewport, "it has no viewport for phones", browser.Completed, ""},
		{shop.OpenOnPhone, shop.ZoomBlocked, browser.Phone, browser.ZoomBlocked, "forbids to zoom", browser.Completed, ""},
		{shop.OpenOnPhone, shop.SmallText, browser.Phone, browser.SmallText, "smaller than 12", browser.Completed, ""},
		{shop.Return, shop.DeadButton, browser.Phone, browser.NoNavigation, "should have come did not come", browser.Failed, browser.TheirSite},
		{shop.Buy, shop.WrongPage, browser.Phone, browser.WrongPage, "/thanks", browser.Failed, browser.TheirSite},
		{shop.Buy, shop.LeavesSite, browser.Phone, browser.ForeignSite, "http://pay.example/start", browser.Refused, ""},
		{shop.Buy, shop.MissingLabel, browser.Desk, browser.Inaccessible, "label", browser.Completed, ""},
	} {
		t.Run(string(c.fault)+" on a "+c.profile.Name, func(t *testing.T) {
			_, w := errand(t, c.walk, c.fault)
			w.Profile, w.Audit = c.profile, c.fault == shop.MissingLabel
			w.Flow.Timeout = time.Second // what is wrong stays wrong
			if c.fault == shop.SlowPage {
				w.Flow.Timeout = 2 * shop.Delay
			}
			r := walked(t, w)
			for range 2 { // a machine that has other things to do is no fault of the shop's
				if !strings.Contains(r.Reason, "did not answer in time") {
					break
				}
				w.Flow.Timeout *= 3
				r = walked(t, w)
			}
			if r.Outcome != c.outcome || r.Fault != c.blame {
				t.Errorf("the walk is %s, by %s: %s", r.Outcome, r.Fault, shown(r))
			}
			found := kinds(r)
			if c.kind == "" && len(found) > 0 || c.kind != "" && !strings.Contains(found[c.kind].Text, c.says) {
				t.Errorf("%q is not found: %s", c.says, shown(r))
			}
		})
	}
}

func TestALaterSelectorHelpsAndIsReported(t *testing.T) {
	_, w := errand(t, shop.Buy, shop.RenamedButton)
	r := walked(t, w)
	if r.Outcome != browser.Completed || len(kinds(r)) > 0 {
		t.Fatal(shown(r))
	}
	if len(r.Findings) != 1 || r.Findings[0].Kind != browser.Healed || !strings.Contains(r.Findings[0].Text, "#add; aria/Add to basket no longer leads to it") {
		t.Errorf("%+v", r.Findings)
	}
	if got := r.Steps[3]; got.Selector != 2 {
		t.Errorf("the step was done by selector %d", got.Selector)
	}
}

func TestNoSecretIsWrittenDown(t *testing.T) {
	_, w := errand(t, shop.Buy)
	r := walked(t, w)
	if text, _ := json.Marshal(r); r.Outcome != browser.Completed || strings.Contains(string(text), secret) {
		t.Errorf("the secret is in %s", text)
	}
}

func TestNothingIsOrderedBeyondWhatIsAllowed(t *testing.T) {
	for name, c := range map[string]struct {
		dry   bool
		order func(context.Context) error
		want  browser.Outcome
	}{
		"a dry run ends before it orders":            {true, func(context.Context) error { return nil }, browser.StoppedDry},
		"without leave nothing is ordered":           {false, nil, browser.Refused},
		"an order cap that is reached ends the walk": {false, func(context.Context) error { return errors.New("two orders a day are the most") }, browser.Refused},
	} {
		t.Run(name, func(t *testing.T) {
			s, w := errand(t, shop.Buy)
			w.DryRun, w.MayOrder = c.dry, c.order
			if r := walked(t, w); r.Outcome != c.want || s.Orders() != 0 {
				t.Errorf("%d orders: %s", s.Orders(), shown(r))
			}
		})
	}
}

func TestASiteThatIsNotOnesOwnIsNotVisited(t *testing.T) {
	_, w := errand(t, shop.OpenOnPhone)
	w.Sites = []guard.Site{"somewhere.example"}
	if r := walked(t, w); r.Outcome != browser.Refused || r.FailedStep != 2 {
		t.Error(shown(r))
	}
	w.Sites = nil
	b := chromium(t)
	if _, err := b.Walk(t.Context(), w); err == nil {
		t.Error("a walk without any site began")
	}
}

func TestASiteThatDoesNotAnswerIsTheirs(t *testing.T) {
	_, w := errand(t, shop.OpenOnPhone)
	closed := httptest.NewServer(nil)
	address := closed.URL
	closed.Close()
	w.Flow.Steps[1].URL = address
	w.Sites = []guard.Site{"127.0.0.1"}
	if r := walked(t, w); r.Outcome != browser.Failed || r.Fault != browser.TheirSite || !strings.Contains(r.Reason, "connection refused") {
		t.Error(shown(r))
	}
	w.Flow.Steps[1].URL, w.Sites = "http://10.9.8.7/", []guard.Site{"10.9.8.7"}
	if r := walked(t, w); r.Outcome != browser.Failed || r.Fault != browser.OurRobot || !strings.Contains(r.Reason, "private network") {
		t.Error(shown(r))
	}
}
