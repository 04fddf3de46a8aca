package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/identity"
)

// knownPerson is somebody whom several systems know, each a little differently.
type knownPerson struct {
	who, search string
	timeline    []string // over all sources, in order of time
	reasons     []string // of the links between what each source calls them
	page        []string // what the customer's page says of the reasons
}

// The four files are exports as Shopify, Zendesk and Stripe write them. Ana's address is
// written in three ways; Ben orders from work, writes from home, and only his phone, once
// with the country and once without, says that he is one; Jana's card misspells her and
// has no e-mail; another Jana Novak lives elsewhere. One payment names nobody.
var knownPeople = []knownPerson{
	{
		"Ana", "ana.silva@example.com",
		[]string{
			"2026-03-01 09:00 shopify order", "2026-03-01 09:00 stripe_payments payment", "2026-03-02 07:00 shopify delivery",
			"2026-03-04 09:15 zendesk contact", "2026-03-05 16:00 zendesk survey_answer",
		},
		[]string{"same e-mail", "same e-mail", "same e-mail"},
		[]string{"Same e-mail"},
	},
	{
		"Ben", "+492219018201",
		[]string{"2026-03-02 10:30 shopify order", "2026-03-02 10:30 stripe_payments payment", "2026-03-03 18:40 zendesk contact"},
		[]string{"same e-mail", "same e-mail", "same phone"},
		[]string{"Same e-mail", "Same phone"},
	},
	{
		"Jana", "jana.novak71@example.org",
		[]string{
			"2026-03-03 13:00 shopify order", "2026-03-03 13:00 stripe_payments payment", "2026-03-04 08:00 shopify delivery",
			"2026-03-08 20:05 zendesk contact", "2026-03-09 10:00 zendesk survey_answer",
		},
		[]string{"same e-mail", "same e-mail", "same street, same postcode and town, same first name, similar last name"},
		[]string{"Same e-mail", "99 % likely one person", "similar last name (for)"},
	},
	{
		"the other Jana", "jn@nordsee.example",
		[]string{"2026-03-04 14:00 shopify order"},
		[]string{"same e-mail"},
		[]string{"Same e-mail"},
	},
}

// TestExportsOfThreeSystemsBecomeOneTimelineEach gives files to the import as they came,
// without an option, in one order and the other.
func TestExportsOfThreeSystemsBecomeOneTimelineEach(t *testing.T) {
	files := []string{"orders_export.csv", "tickets.csv", "unified_payments.csv", "customers_export.csv"}
	backwards := slices.Clone(files)
	slices.Reverse(backwards)
	for name, order := range map[string][]string{"orders first": files, "the list of customers first": backwards} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("FIRSTHAND_DATA", dir)
			t.Setenv("FIRSTHAND_MEMORY", "256MiB")
			args := []string{"import"}
			for _, file := range order {
				args = append(args, filepath.Join("testdata", "three_systems", file))
			}
			said := command(t, args...)
			for _, title := range []string{"Shopify order export", "Zendesk ticket export", "Stripe payment export", "Shopify customer export"} {
				if !strings.Contains(said, "recognised: "+title+", 100 % sure") {
					t.Errorf("the import does not say that it recognised a %s:\n%s", title, said)
				}
			}
			if traffic := command(t, "ask", "traffic", "--csv"); !regexp.MustCompile(`(?m)^all,77,[0-9.]+,44,11,1$`).MatchString(traffic) {
				t.Errorf("not 77 interactions of 44 customers, 11 of them contacts and one unidentified:\n%s", traffic)
			}
			for _, p := range knownPeople {
				sameOnCommandLine(t, p)
			}
			onPagesAndAPI(t, dir)
		})
	}
}

func command(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := Main(args, strings.NewReader(""), &out, &errs); code != 0 {
		t.Fatalf("firsthand %s ends with %d: %s", strings.Join(args, " "), code, errs.String())
	}
	return out.String()
}

// same holds a customer against who it should be.
func (p knownPerson) same(t *testing.T, where string, c api.CustomerPage) {
	t.Helper()
	var timeline, reasons []string
	for _, line := range c.Timeline {
		timeline = append(timeline, fmt.Sprintf("%s %s %s", line.Start.UTC().Format("2006-01-02 15:04"), line.Signature.Source, line.Signature.Kind))
	}
	for _, l := range c.Links {
		if !l.Live() || l.Apart {
			t.Errorf("%s, %s: a link that does not hold: %+v", p.who, where, l)
		}
		reasons = append(reasons, l.Reason)
	}
	slices.Sort(reasons)
	// Within a minute an order stands before its payment, or after it.
	slices.Sort(timeline)
	if diff := cmp.Diff(p.timeline, timeline) + cmp.Diff(p.reasons, reasons); diff != "" {
		t.Errorf("%s, %s (-want +got):\n%s", p.who, where, diff)
	}
	if !slices.IsSortedFunc(c.Timeline, func(a, b identity.Line) int { return a.Start.Compare(b.Start) }) {
		t.Errorf("%s, %s: not in order of time", p.who, where)
	}
}

func sameOnCommandLine(t *testing.T, p knownPerson) {
	t.Helper()
	var c api.CustomerPage
	if err := json.Unmarshal([]byte(command(t, "customer", "--json", p.search)), &c); err != nil {
		t.Fatal(err)
	}
	p.same(t, "command line", c)
	text := command(t, "customer", p.search)
	for _, reason := range p.reasons {
		if !strings.Contains(text, reason) {
			t.Errorf("%s: firsthand customer does not say %q:\n%s", p.who, reason, text)
		}
	}
}

// onPagesAndAPI asks the API and the customer's page, and looks for anybody else who is
// not one customer.
func onPagesAndAPI(t *testing.T, dir string) {
	t.Helper()
	a, err := app.Open(t.Context(), app.Config{Dir: dir, Log: slog.New(slog.DiscardHandler), Memory: "256MiB"})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	cookie, err := a.SignInForBench()
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string, out any) string {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.AddCookie(cookie)
		w := httptest.NewRecorder()
		a.Handler().ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			t.Fatalf("%s answers %d: %s", path, w.Code, w.Body)
		}
		if out != nil {
			if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
				t.Fatal(err)
			}
		}
		return w.Body.String()
	}
	find := func(search string) identity.Customer {
		t.Helper()
		var found []identity.Customer
		if get("/api/v1/customers?search="+url.QueryEscape(search), &found); len(found) != 1 {
			t.Fatalf("%s is %d customers: %+v", search, len(found), found)
		}
		return found[0]
	}
	for _, p := range knownPeople {
		id := find(p.search).ID
		var c api.CustomerPage
		get(fmt.Sprintf("/api/v1/customers/%d", id), &c)
		p.same(t, "API", c)
		page := html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(get(fmt.Sprintf("/customers/%d", id), nil), ""))
		for _, words := range p.page {
			if !strings.Contains(page, words) {
				t.Errorf("%s: the page does not say %q", p.who, words)
			}
		}
	}
	// Everybody on the list is a customer of their own, with an order at least.
	f, err := os.Open(filepath.Join("testdata", "three_systems", "customers_export.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int64]string{}
	for _, row := range records[1:] {
		mail := row[slices.Index(records[0], "Email")]
		c := find(mail)
		if other, there := seen[int64(c.ID)]; there {
			t.Errorf("%s and %s are one customer", mail, other)
		}
		seen[int64(c.ID)] = mail
		sources := map[string]bool{}
		for _, k := range c.Keys {
			sources[k.Source] = true
		}
		if !sources["shopify"] || !sources["shopify_customers"] {
			t.Errorf("%s is known by %v", mail, sources)
		}
	}
}
