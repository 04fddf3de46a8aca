package ingest

import (
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

// Suggestion is a proposed mapping and, for each column, what it was taken for
// and why. It is a start for a person to correct.
type Suggestion struct {
	Mapping Mapping
	Guesses []Guess
}

// Guess is what a column was taken for.
type Guess struct {
	Column string
	As     string // a mapping key, "attribute" if none
	Why    string
}

// Suggest proposes a mapping from the names of a file's columns, in several
// languages, and from the shapes of its values.
func Suggest(name string, header []string, sample []rows.Row) Suggestion {
	s := &suggester{taken: map[int]bool{}}
	for i, column := range header {
		s.columns = append(s.columns, lookAt(i, column, sample))
	}
	s.out.Mapping.Source = sourceName(name)
	for _, c := range s.columns {
		if c.blank != "" && !slices.Contains(s.out.Mapping.Blank, c.blank) {
			s.out.Mapping.Blank = append(s.out.Mapping.Blank, c.blank)
		}
	}
	s.who()
	if why, ok := s.listsPeople(); ok {
		s.people(why)
	} else {
		s.happenings()
	}
	for i := range s.columns {
		if !s.taken[i] {
			s.out.Guesses = append(s.out.Guesses, Guess{Column: s.columns[i].name, As: "attribute", Why: "kept, but not in figures"})
		}
	}
	return s.out
}

// happenings proposes a mapping of interactions.
func (s *suggester) happenings() {
	s.times()
	s.ids()
	s.customers()
	s.scores()
	s.money()
	s.texts()
	s.codes()
	s.dimensions()
	s.kind()
}

// SuggestFile proposes a mapping for a file that people call by a name.
func SuggestFile(path, name string, limits rows.Limits) (Suggestion, []rows.Note, error) {
	f, err := rows.Open(path, rows.Options{Limits: limits})
	if err != nil {
		return Suggestion{}, nil, err
	}
	defer f.Close()
	sample, err := rows.Sample(f, sampleRows)
	if err != nil {
		return Suggestion{}, nil, err
	}
	return Suggest(name, f.Header(), sample), f.Notes, nil
}

// sourceName makes a slug of a file's name.
func sourceName(name string) string {
	name, _, _ = strings.Cut(strings.ToLower(name), ".")
	out := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' || r == '-' {
			return r
		}
		return '_'
	}, name)
	if out = strings.Trim(out, "_"); len(out) > 64 {
		out = out[:64]
	}
	if out == "" {
		return "source"
	}
	return out
}

type suggester struct {
	columns []column
	taken   map[int]bool
	out     Suggestion
}

func (s *suggester) take(c column, as, why string) {
	s.taken[c.index] = true
	s.out.Guesses = append(s.out.Guesses, Guess{Column: c.name, As: as, Why: why})
}

// find is the first free column named by one of the words, in the words' order,
// whose values fit.
func (s *suggester) find(list []string, fits func(column) bool) (column, bool) {
	for _, word := range list {
		for _, c := range s.columns {
			if !s.taken[c.index] && c.named(word) && fits(c) {
				return c, true
			}
		}
	}
	return column{}, false
}

func (s *suggester) times() {
	m := &s.out.Mapping
	isTime := column.isDate
	start, ok := s.find(startWords, isTime)
	if !ok {
		for _, c := range s.columns {
			if isTime(c) && !c.number { // any date will do
				start, ok = c, true
				break
			}
		}
	}
	if !ok {
		return
	}
	t := Time{Column: start.name, Order: start.order}
	why := "dates in the order " + start.order
	if start.ambiguousDate {
		t.Order, why = dmy, "dates; day before month is a guess, since no day is above 12: check it"
	}
	s.take(start, "start", why)
	if !start.hasClock && t.Order != epochS && t.Order != epochMS && t.Order != epochUS {
		if clock, ok := s.find(clockWords, func(c column) bool { return c.clock }); ok {
			t.Clock = clock.name
			s.take(clock, "start: clock", "times of day beside a date")
		}
	}
	m.Start = []Time{t}
	for _, f := range []struct {
		words []string
		to    *[]Time
		as    string
	}{{firstHumanWords, &m.FirstHuman, "first_human"}, {endWords, &m.End, "end"}, {versionWords, &m.Version, "version"}} {
		if c, ok := s.find(f.words, isTime); ok && c.order != "" {
			*f.to = []Time{{Column: c.name, Order: c.order}}
			s.take(c, f.as, "dates in the order "+c.order)
		}
	}
	if len(m.End) == 0 {
		if c, ok := s.find(durationWords, func(c column) bool { return c.number || c.clock }); ok {
			m.End = []Time{{Plus: []string{c.name}, Unit: c.unit()}}
			s.take(c, "duration", "numbers in a column named like a duration")
		}
	}
}

func (s *suggester) ids() {
	if c, ok := s.find(idWords, func(c column) bool { return c.unique() && c.order == "" }); ok {
		s.out.Mapping.ID = []string{c.name}
		s.take(c, "id", "every row has a different one")
	}
	for _, c := range s.columns {
		if len(s.out.Mapping.ID) == 1 && c.name == s.out.Mapping.ID[0] &&
			(c.named("ticket") || c.named("case") || c.named("order") || c.named("session")) {
			s.out.Mapping.Thread = Field{{Column: c.name}}
			return
		}
	}
	if c, ok := s.find(threadWords, func(c column) bool { return c.filled > 0 }); ok {
		s.out.Mapping.Thread = Field{{Column: c.name}}
		s.take(c, "thread", "named like a ticket, case, session or order")
	}
}

func (s *suggester) customers() {
	m := &s.out.Mapping
	fits := func(c column) bool { return c.filled > 0 && !c.email && !c.phone && !c.prose && c.order == "" }
	c, ok := s.find(customerWords, fits)
	if !ok {
		c, ok = s.find(customerNames, func(c column) bool { return len(c.words) == 1 && fits(c) })
	}
	if ok {
		m.Customer = append(m.Customer, Key{Kind: cx.KeySourceID, Column: c.name})
		why := "named like a customer number"
		if c.commonest != "" && slices.Contains([]string{"0", "-1", "anonymous", "unknown", "none", "guest"}, strings.ToLower(c.commonest)) {
			m.Nobody = []string{c.commonest}
			why += "; " + c.commonest + " is taken for nobody"
		}
		s.take(c, "customer: source_id", why)
	}
	s.contacts()
}

// contacts takes e-mail addresses and phone numbers. Where more is known of who somebody
// is, they say that too: a mistyped one may still be alike.
func (s *suggester) contacts() {
	m := &s.out.Mapping
	for _, c := range s.columns {
		switch {
		case s.taken[c.index]:
			continue
		case c.email:
			m.Customer = append(m.Customer, Key{Kind: cx.KeyEmail, Column: c.name})
			s.take(c, "customer: email", "e-mail addresses")
		case c.phone:
			key, why := Key{Kind: cx.KeyPhone, Column: c.name}, "phone numbers; add a country for those without +"
			if country, ok := s.find(countryWords, column.isRegion); ok {
				key.Country, why = Field{{Column: country.name}}, "phone numbers; of the country in "+country.name+" where they name none"
			}
			m.Customer = append(m.Customer, key)
			s.take(c, "customer: phone", why)
		default:
			continue
		}
		if s.knows() {
			s.personField(string(m.Customer[len(m.Customer)-1].Kind), c)
		}
	}
}

// scores takes columns named like ratings whose values fit a scale, but for a few
// mistakes, which set their rows aside.
func (s *suggester) scores() {
	m := &s.out.Mapping
	for _, c := range s.columns {
		if s.taken[c.index] || m.Score != nil || !c.rating {
			continue
		}
		var scale cx.Scale
		switch {
		case c.namedAny(npsWords):
			scale = cx.Scale{Name: "nps", Metric: cx.NPS, Min: 0, Max: 10}
		case c.namedAny(effortWords):
			scale = cx.Scale{Name: "ces", Metric: cx.CES, Min: 1, Max: 7, SatisfiedFrom: 5}
		case c.namedAny(ratingWords):
			scale = cx.Scale{Name: "csat", Metric: cx.CSAT, Min: 1, Max: 5, SatisfiedFrom: 4}
			if c.best > 5 {
				scale.Max, scale.SatisfiedFrom = 10, 8
			}
			if c.worst == 0 {
				zero := 0.0
				scale.NotApplicable = &zero
			}
		default:
			continue
		}
		m.Scales = []cx.Scale{scale}
		m.Score = &Score{Column: c.name, Scale: scale.Name}
		s.take(c, "score", "whole numbers from a rating question; check the scale")
	}
}

func (s *suggester) money() {
	m := &s.out.Mapping
	amount, ok := s.find(amountWords, func(c column) bool { return c.number || c.amount })
	if !ok {
		return
	}
	if currency, ok := s.find(currencyWords, func(c column) bool { return c.currency }); ok {
		m.Amount = &Amount{Column: amount.name, Currency: Field{{Column: currency.name}}}
		s.take(currency, "amount: currency", "currency codes")
		s.take(amount, "amount", "numbers in a column named like money")
	} else if amount.sign != "" {
		m.Amount = &Amount{Column: amount.name, Currency: Field{{Value: amount.sign}}}
		s.take(amount, "amount", "numbers with the sign of "+amount.sign)
	}
	if c, ok := s.find(quantityWords, func(c column) bool { return c.number }); ok {
		m.Quantity = Field{{Column: c.name}}
		s.take(c, "quantity", "numbers in a column named like a quantity")
	}
}

func (s *suggester) texts() {
	for _, c := range s.columns {
		if !s.taken[c.index] && (c.prose || c.namedAny(textWords) && !c.number && c.order == "" && c.different > 20) {
			s.out.Mapping.Texts = append(s.out.Mapping.Texts, TextColumn{Column: c.name})
			s.take(c, "texts", "people's own words")
		}
	}
}

// codes takes the columns of few values that say what, where and why.
func (s *suggester) codes() {
	m := &s.out.Mapping
	few := func(c column) bool { return c.filled > 0 && c.different <= 200 && c.order == "" }
	for _, f := range []struct {
		words []string
		to    *Field
		as    string
	}{
		{channelWords, &m.Channel, "channel"},
		{touchpointWords, &m.Touchpoint, "touchpoint"},
		{reasonWords, &m.Reason, "reason"},
		{outcomeWords, &m.Outcome, "outcome"},
		{languageWords, &m.Language, "language"},
	} {
		if c, ok := s.find(f.words, few); ok {
			*f.to = Field{{Column: c.name}}
			s.take(c, f.as, "by its name")
		}
	}
	if c, ok := s.find(employeeWords, func(c column) bool { return c.filled > 0 && c.order == "" && !c.number }); ok {
		m.Employee = Field{{Column: c.name}}
		s.take(c, "employee", "by its name")
	}
	for _, choice := range m.Outcome {
		for _, c := range s.columns {
			if c.name != choice.Column {
				continue
			}
			var open []string
			for _, v := range c.values {
				if slices.Contains(openWords, strings.ToLower(v)) {
					open = append(open, v)
				}
			}
			if len(open) > 0 {
				m.Censored = []Condition{{{Column: c.name, Patterns: open}}}
			}
		}
	}
}

// dimensions takes what is left with few values, each of them often.
func (s *suggester) dimensions() {
	for _, c := range s.columns {
		if s.taken[c.index] || c.order != "" || c.clock || c.different < 2 || c.different > 30 || c.filled < 3*c.different {
			continue
		}
		if c.number && c.different > 10 {
			continue
		}
		s.out.Mapping.Dimensions = append(s.out.Mapping.Dimensions, Dimension{Name: c.name, Field: Field{{Column: c.name}}})
		s.take(c, "dimensions", "few values, each of them often")
	}
}

// kind guesses what the rows are from what they have.
func (s *suggester) kind() {
	m := &s.out.Mapping
	kind, why := "event", "nothing says what else it is"
	switch {
	case m.Score != nil:
		kind, why = "survey_answer", "there is a score"
	case s.anyNamed("order", "basket", "sku", "bestellung", "commande", "pedido") && m.Amount != nil:
		kind, why = "order", "there are orders and amounts"
	case s.anyNamed("invoice", "rechnung", "facture", "factura"):
		kind, why = "invoice", "there are invoices"
	case s.anyNamed("complaint", "ticket", "call", "agent", "chat", "queue", "beschwerde", "anruf", "reclamo", "plainte"):
		kind, why = "contact", "there are tickets, calls or complaints"
	case m.Amount != nil:
		kind, why = "payment", "there are amounts"
	}
	m.Kind = Field{{Value: kind}}
	s.out.Guesses = append(s.out.Guesses, Guess{As: "kind: " + kind, Why: why})
}

func (s *suggester) anyNamed(list ...string) bool {
	for _, c := range s.columns {
		if c.namedAny(list) {
			return true
		}
	}
	return false
}
