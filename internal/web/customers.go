package web

import (
	"cmp"
	"context"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/identity/likeness"
)

// customersPage finds one person.
type customersPage struct {
	Frame
	Query   string
	Empty   *Empty
	Found   []customerRow
	Counted string
	Doubts  string // how many pairs wait for a decision; "" = none
}

func (*customersPage) view() string { return "customers" }

type customerRow struct{ Name, Href, Keys string }

func (s *Site) customers(w http.ResponseWriter, r *http.Request) error {
	p := &customersPage{Frame: Frame{Title: "Customers", Section: "Customers"}, Query: strings.TrimSpace(r.URL.Query().Get("q"))}
	if _, all, err := s.Rooms.Linking.Doubts(r.Context(), 1); err != nil {
		return err
	} else if all > 0 {
		p.Doubts = plural(all, "pair", "pairs") + " may be one person"
	}
	if p.Query == "" {
		p.Empty = &Empty{Title: "One timeline over all channels", Text: "Search for somebody you know of. The page shows every order, call, ticket and answer in order, why we think it is one person, and lets you correct, export or erase it."}
		return s.show(w, r, http.StatusOK, p)
	}
	found, err := s.Rooms.Customers.Search(r.Context(), p.Query)
	if err != nil {
		return err
	}
	if done, err := exported(w, r, "customers", found, []string{"customer", "known_by"}, func(h CustomerHit) []string {
		return []string{strconv.FormatInt(int64(h.Customer), 10), h.KnownBy}
	}); done {
		return err
	}
	p.exports(r)
	for _, h := range found {
		p.Found = append(p.Found, customerRow{customerName(h.Customer), customerHref(h.Customer), h.KnownBy})
	}
	p.Counted = plural(len(found), "customer", "customers") + " found"
	if len(found) == 0 {
		p.Empty = &Empty{Title: "Nobody found for “" + shortened(p.Query, 60) + "”", Text: "A part of an e-mail address, phone number, customer, order or ticket number will do. Somebody who was erased cannot be found any more."}
	}
	return s.show(w, r, http.StatusOK, p)
}

// customerPage is one person: everything that happened with them, why we think it
// is one person, and what can be done about that.
type customerPage struct {
	Frame
	Name, Href string
	Summary    string
	Empty      *Empty
	Months     []monthOf
	Shown      int
	More       bool
	Who        []whoRow
	Also       []whoRow // columns of lists of people that no mapping names
	Keys       []keyRow
	Links      []linkOf
}

func (*customerPage) view() string { return "customer" }

type monthOf struct {
	Name    string
	Records []recordRow
}

// whoRow is a field of who somebody is, with all that sources say of it.
type whoRow struct{ Words, Values string }

type keyRow struct{ Kind, Value, Source string }

type linkOf struct {
	A, B        cx.ProfileID
	Reason, Key string // why, and what they share where that is a key
	OfA, OfB    string // the sources that the profiles are from
	When, By    string
	Live        bool
	State       string
	Parts       []partRow // of a link by likeness: what each field said
}

// partRow is what one field says for or against one person.
type partRow struct {
	Words string
	Mark  string // for, against
}

// shownTimeline is how many interactions the page shows.
const shownTimeline = 200

var keyWords = map[cx.KeyKind]string{cx.KeySourceID: "customer number", cx.KeyEmail: "e-mail", cx.KeyPhone: "phone", cx.KeyThread: "order or ticket"}

func (s *Site) customer(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id", "customer")
	if err != nil {
		return err
	}
	c, err := s.Rooms.Customers.Page(r.Context(), cx.CustomerID(id), shownTimeline)
	if err != nil {
		return err
	}
	if done, err := exported(w, r, "customer", c.Timeline, recordHead, recordLine); done {
		return err
	}
	p := &customerPage{Frame: Frame{Title: customerName(c.Customer), Section: "Customers"}, Name: customerName(c.Customer), Href: customerHref(c.Customer), Shown: len(c.Timeline), More: c.More}
	p.exports(r)
	p.fill(s, c)
	return s.show(w, r, http.StatusOK, p)
}

func (p *customerPage) fill(s *Site, c CustomerPage) {
	channels := map[string]bool{}
	for _, rec := range c.Timeline {
		if rec.Signature.Channel != "" {
			channels[rec.Signature.Channel] = true
		}
		month := rec.Start.In(s.Zone).Format("January 2006")
		if n := len(p.Months); n == 0 || p.Months[n-1].Name != month {
			p.Months = append(p.Months, monthOf{Name: month})
		}
		last := &p.Months[len(p.Months)-1]
		last.Records = append(last.Records, record(rec, s.Zone).withCause(rec))
	}
	if n := len(c.Timeline); n == 0 {
		p.Empty = &Empty{Title: "Nothing happened with this customer", Text: "They are known by name or key, but nothing that happened with them is there. A list of customers may have named them, or the import that brought it was undone."}
		p.Summary = "No interaction"
	} else {
		more := ""
		if c.More {
			more = "More than "
		}
		p.Summary = more + plural(n, "interaction", "interactions") + " on " + plural(len(channels), "channel", "channels") + ", from " + day(c.Timeline[n-1].Start, s.Zone) + " to " + day(c.Timeline[0].Start, s.Zone)
	}
	p.Who, p.Also, p.Keys = whoIs(c.People), alsoSaid(c.People), knownBy(c.Keys)
	alike := map[[2]cx.ProfileID]identity.Likeness{}
	for _, l := range c.Likeness {
		alike[[2]cx.ProfileID{l.A, l.B}] = l
	}
	from := map[cx.ProfileID]string{}
	for _, k := range c.Keys {
		if from[k.Profile] == "" {
			from[k.Profile] = k.Source
		}
	}
	for _, l := range c.Links {
		row := linkOf{A: l.A, B: l.B, OfA: from[l.A], OfB: from[l.B], Reason: sentenceless(l.Reason), Key: l.Key.Value, When: day(l.At, s.Zone), Live: l.Undone.IsZero() && !l.Apart}
		switch why, known := alike[[2]cx.ProfileID{l.A, l.B}]; {
		case l.By == identity.ByLikeness && known:
			row.Reason = "Alike: " + strconv.Itoa(min(99, int(100*why.Probability))) + " % likely one person"
			row.Parts = partsOf(why)
		case !strings.HasPrefix(l.By, "exact") && l.By != identity.ByLikeness: // rules, not a person
			row.By = l.By
		}
		if l.Apart {
			row.State = "Kept apart"
		} else if !row.Live {
			row.State = "Undone"
		}
		p.Links = append(p.Links, row)
	}
}

// whoIs gathers what sources say of each field, each different value once.
func whoIs(people []identity.ProfileOf) []whoRow {
	var out []whoRow
	for _, f := range cx.PersonFields() {
		var values []string
		for _, p := range people {
			if v := *f.Of(&p.Person); v != "" && !slices.Contains(values, v) {
				values = append(values, v)
			}
		}
		if len(values) > 0 {
			out = append(out, whoRow{f.Words, strings.Join(values, " · ")})
		}
	}
	return out
}

// alsoSaid gathers what lists of people say beside who somebody is, by column.
func alsoSaid(people []identity.ProfileOf) []whoRow {
	said := map[string][]string{}
	for _, p := range people {
		for name, v := range p.Attributes {
			if !slices.Contains(said[name], v) {
				said[name] = append(said[name], v)
			}
		}
	}
	var out []whoRow
	for _, name := range slices.Sorted(maps.Keys(said)) {
		out = append(out, whoRow{name, strings.Join(said[name], " · ")})
	}
	return out
}

// partsOf lists what the fields of a pair say, the weightiest first.
func partsOf(l identity.Likeness) []partRow {
	parts := slices.Clone(l.Parts)
	slices.SortStableFunc(parts, func(x, y likeness.Part) int { return cmp.Compare(y.Weight, x.Weight) })
	var out []partRow
	for _, p := range parts {
		mark := "for"
		if p.Weight <= 0 {
			mark = "against"
		}
		out = append(out, partRow{p.Words(), mark})
	}
	if l.Swapped {
		out = append(out, partRow{"first and last name exchanged", "for"})
	}
	return out
}

// knownBy lists each key once, with the sources that name it.
func knownBy(keys []identity.HeldKey) []keyRow {
	var out []keyRow
	at := map[cx.PersonKey]int{}
	for _, k := range keys {
		i, seen := at[k.Key]
		switch {
		case !seen:
			at[k.Key] = len(out)
			out = append(out, keyRow{keyWords[k.Key.Kind], k.Key.Value, k.Source})
		case !strings.Contains(out[i].Source, k.Source):
			out[i].Source += ", " + k.Source
		}
	}
	return out
}

func (s *Site) merge(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id", "customer")
	if err != nil {
		return err
	}
	v, err := form(w, r)
	if err != nil {
		return err
	}
	other, err := strconv.ParseInt(strings.TrimSpace(v.Get("other")), 10, 64)
	if err != nil || other < 1 || other == id {
		return cx.Errorf(cx.Invalid, "%q is not the number of another customer", v.Get("other")).WithRemedy("Find the other customer first; the number stands in the page's title.")
	}
	merged, err := s.Rooms.Customers.Merge(r.Context(), cx.ProfileID(id), cx.ProfileID(other), who(r.Context()).By(), "merged on the customer's page")
	if err != nil {
		return err
	}
	s.say(r.Context(), "good", "Merged. The two are one customer now.")
	http.Redirect(w, r, customerHref(merged), http.StatusSeeOther)
	return nil
}

func (s *Site) unmerge(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id", "customer")
	if err != nil {
		return err
	}
	v, err := form(w, r)
	if err != nil {
		return err
	}
	profile, err := strconv.ParseInt(v.Get("b"), 10, 64)
	if err != nil || profile < 1 {
		return cx.Errorf(cx.Invalid, "no profile is named").WithRemedy("Use the button beside a link on the customer's page.")
	}
	if err := s.Rooms.Customers.Unmerge(r.Context(), cx.ProfileID(profile), who(r.Context()).By(), "pulled apart on the customer's page"); err != nil {
		return err
	}
	s.say(r.Context(), "good", "Pulled apart. No rule will join them again.")
	http.Redirect(w, r, customerHref(cx.CustomerID(id)), http.StatusSeeOther)
	return nil
}

func (s *Site) exportCustomer(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id", "customer")
	if err != nil {
		return err
	}
	file, err := s.Rooms.Customers.Export(r.Context(), cx.CustomerID(id))
	if err != nil {
		return err
	}
	return s.send(r.Context(), w, file, "customer-"+strconv.FormatInt(id, 10)+".json", "application/json")
}

// send passes a file on. Once it has begun, an error can only be logged.
func (s *Site) send(ctx context.Context, w http.ResponseWriter, file io.ReadCloser, name, kind string) error {
	defer file.Close()
	attach(w, name, kind)
	if _, err := io.Copy(w, file); err != nil {
		s.Log.WarnContext(ctx, "a download broke off", "file", name, "error", err)
	}
	return nil
}

// eraseWord is what a person types before somebody is erased.
const eraseWord = "erase"

func (s *Site) confirmErase(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id", "customer")
	if err != nil {
		return err
	}
	if _, err := s.Rooms.Customers.Page(r.Context(), cx.CustomerID(id), 1); err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, eraseQuestion(cx.CustomerID(id)))
}

func eraseQuestion(id cx.CustomerID) *confirmPage {
	return &confirmPage{
		Frame: Frame{Title: "Erase", Section: "Customers"}, Heading: "Erase " + strings.ToLower(customerName(id)) + "?",
		Text: []string{
			"Keys, texts and attributes go at once; so do the interactions, from every figure. Backups forget with their age. A file that names this person again will not bring them back.",
			"This can't be undone.",
		},
		Action: customerHref(id) + "/erase", Button: "Erase for good", Cancel: customerHref(id), Word: eraseWord,
	}
}

func (s *Site) erase(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id", "customer")
	if err != nil {
		return err
	}
	v, err := form(w, r)
	if err != nil {
		return err
	}
	if strings.TrimSpace(v.Get("word")) != eraseWord {
		return cx.Errorf(cx.Invalid, "nobody was erased: the word was not typed").WithRemedy("Go back and type %q into the field.", eraseWord)
	}
	if err := s.Rooms.Customers.Erase(r.Context(), cx.CustomerID(id)); err != nil {
		return err
	}
	s.say(r.Context(), "good", customerName(cx.CustomerID(id))+" is erased.")
	http.Redirect(w, r, "/customers", http.StatusSeeOther)
	return nil
}
