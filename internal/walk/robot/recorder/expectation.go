package recorder

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Our own steps are customSteps, so that a recording which has them still runs in
// every other player. Their names:
const (
	// ExpectText: the page, or the element of "selectors", shows "text".
	ExpectText = "firsthand.expectText"
	// ExpectNoText: it does not.
	ExpectNoText = "firsthand.expectNoText"
	// ExpectPrice: the element of "selectors" shows an amount: "amount" exactly, or
	// one from "least" to "most".
	ExpectPrice = "firsthand.expectPrice"
	// ExpectURL: the page's address matches "url", with * for any text.
	ExpectURL = "firsthand.expectURL"
	// Order: the next step orders for real. It counts against the order cap, and a
	// dry run ends here, before it.
	Order = "firsthand.order"
	// Stop: a dry run ends here.
	Stop = "firsthand.stopWhenDry"
)

// Expectation is one of our own steps, read.
type Expectation struct {
	Name string
	Text string
	URL  string
	// Least and Most are the bounds of a price, in the currency's main unit.
	Least, Most float64
}

func (r *reader) custom(v value, s *Step) {
	s.Frame = r.frame(v)
	s.Name = r.text(v, "name", true)
	params := v.fields["parameters"]
	s.Params, _ = params.open().(map[string]any)
	if !strings.HasPrefix(s.Name, "firsthand.") {
		return
	}
	if params.fields == nil {
		params = value{line: v.line, fields: map[string]value{}}
	}
	e := &Expectation{Name: s.Name}
	switch s.Name {
	case ExpectText, ExpectNoText:
		e.Text = r.text(params, "text", true)
	case ExpectURL:
		e.URL = r.text(params, "url", true)
	case ExpectPrice:
		r.price(params, e)
		s.Selectors = r.selectors(params)
	case Order, Stop:
	default:
		r.wrong(v.line, "there is no step of ours named %q", s.Name).
			WithRemedy("There are %s.", list([]string{ExpectText, ExpectNoText, ExpectPrice, ExpectURL, Order, Stop}))
		return
	}
	if _, ok := params.fields["selectors"]; ok && s.Selectors == nil {
		s.Selectors = r.selectors(params)
	}
	known := []string{"text", "url", "amount", "least", "most", "selectors"}
	for _, name := range slices.Sorted(maps.Keys(params.fields)) {
		if !slices.Contains(known, name) {
			r.wrong(params.fields[name].line, "%s has no parameter %q", s.Name, name).WithRemedy("It may have %s.", list(known))
		}
	}
	s.Expect = e
}

func (r *reader) price(params value, e *Expectation) {
	_, exact := params.fields["amount"]
	_, least := params.fields["least"]
	_, most := params.fields["most"]
	switch {
	case exact && (least || most), !exact && !least && !most:
		r.wrong(params.line, `a price is "amount", or "least", "most" or both`).WithRemedy(`Write { "amount": 19.90, "selectors": [["#total"]] }.`)
	case exact:
		e.Least = r.number(params, "amount", true)
		e.Most = e.Least
	default:
		e.Least, e.Most = r.number(params, "least", false), MaxPrice
		if most {
			e.Most = r.number(params, "most", true)
		}
		if e.Least > e.Most {
			r.wrong(params.line, `"least" is more than "most"`).WithRemedy("Swap them.")
		}
	}
}

// MaxPrice stands for no upper bound; JSON has no infinity.
const MaxPrice = 1e15

// amount is a number with thousands set apart by spaces or apostrophes, commas,
// or points, or not at all; a minus sign counts where a word does not end in it.
var amount = regexp.MustCompile(`(?:(?:^|\s)([-−])\s?[$€£¥]?\s?)?` +
	`([1-9]\d{0,2}(?:[ \x{00a0}\x{202f}'’]\d{3})+(?:[.,]\d+)?|[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?|[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?)(?:\D|$)`)

// ParsePrice finds the first amount in a text, whichever of comma, point, space
// and apostrophe it uses for thousands and decimals: "Total: 1 234,50 €" is 1234.5.
// A single point or comma followed by exactly three digits is one of thousands.
func ParsePrice(text string) (float64, bool) {
	m := amount.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	whole, decimals := m[2], ""
	if i := strings.LastIndexAny(whole, ".,"); i >= 0 {
		tail := whole[i+1:]
		alone := strings.IndexAny(whole, ".,") == i && !strings.ContainsAny(whole[:i], " \u00a0\u202f'’")
		if len(tail) != 3 || !alone && strings.Count(whole, whole[i:i+1]) == 1 || whole[0] == '0' {
			whole, decimals = whole[:i], tail
		}
	}
	digits := strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, whole)
	f, err := strconv.ParseFloat(digits+"."+decimals, 64)
	if m[1] != "" {
		f = -f
	}
	return f, err == nil
}
