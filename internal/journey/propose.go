package journey

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Propose drafts a journey from the signatures that the data has, for a person to
// correct. Steps are what a customer would tell apart: web and process events by
// touchpoint (or reason), contacts by reason, deliveries, returns, invoices and
// payments as they are, survey answers by touchpoint. Stages follow the usual
// course of a relationship; within a stage, steps stand in the order in which
// customers meet them. Rare signatures (less than .2 % of a stage) share one
// step, so that nothing stays unmatched.
func Propose(use []SignatureUse) cx.Journey {
	j := cx.Journey{Name: "customers", Title: "Our customers' journey", Attempt: proposeAttempt(use)}
	groups := map[string]*group{}
	total := map[stageKind]int64{}
	for _, u := range use {
		stage := stageOf(u.Signature)
		total[stage] += u.Interactions
		by, value := distinguish(u.Signature)
		key := fmt.Sprint(stage, u.Signature.Kind, by, strings.ToLower(value)) // matching is blind to capitals
		g := groups[key]
		if g == nil {
			g = &group{stage: stage, kind: u.Signature.Kind, by: by, value: value}
			groups[key] = g
		}
		g.add(u)
	}
	byStage := map[stageKind][]*group{}
	for _, key := range sortedKeys(groups) {
		g := groups[key]
		if g.interactions*500 < total[g.stage] || g.value == "" {
			g = &group{stage: g.stage, kind: g.kind, rest: true, interactions: g.interactions, position: g.position}
		}
		byStage[g.stage] = merge(byStage[g.stage], g)
	}
	for stage := range byStage {
		byStage[stage] = crop(byStage[stage])
	}
	shiftCatchAll(byStage)
	names := map[string]bool{}
	for _, stage := range stages {
		list := byStage[stage.kind]
		if len(list) == 0 {
			continue
		}
		slices.SortStableFunc(list, func(a, b *group) int {
			if a.rest != b.rest { // a catch-all must come after the steps it would swallow
				if a.rest {
					return 1
				}
				return -1
			}
			return cmp.Or(cmp.Compare(a.meanPosition(), b.meanPosition()), -cmp.Compare(a.interactions, b.interactions), strings.Compare(a.value, b.value))
		})
		s := cx.Stage{Name: stage.name, Title: stage.title}
		for _, g := range list {
			s.Steps = append(s.Steps, g.step(names))
		}
		j.Stages = append(j.Stages, s)
	}
	return j
}

// proposeAttempt takes the thread where most interactions have one, else a week
// without anything, which separates one matter from the next in most services.
func proposeAttempt(use []SignatureUse) cx.Attempt {
	all, threaded := int64(0), int64(0)
	for _, u := range use {
		all += u.Interactions
		threaded += u.Threaded
	}
	if threaded*10 >= all*9 && all > 0 {
		return cx.Attempt{By: cx.AttemptByThread}
	}
	return cx.Attempt{By: cx.AttemptByGap, Gap: 7 * 24 * time.Hour}
}

type stageKind uint8

const (
	exploring stageKind = iota
	buying
	receiving
	using
	paying
	helping
	returning
	telling
	leaving
)

var stages = []struct {
	kind        stageKind
	name, title string
}{
	{exploring, "explore", "Looking around"},
	{buying, "buy", "Buying"},
	{receiving, "receive", "Receiving"},
	{using, "use", "Using"},
	{paying, "pay", "Paying"},
	{helping, "help", "Getting help"},
	{returning, "return", "Returning"},
	{telling, "tell", "Telling us"},
	{leaving, "leave", "Leaving"},
}

// buyingWords mark events that belong to a purchase rather than to looking around.
var buyingWords = []string{"cart", "basket", "checkout", "promo", "coupon", "voucher", "order", "purchase", "book", "payment", "shipping"}

func stageOf(s cx.Signature) stageKind {
	switch s.Kind {
	case cx.Order:
		return buying
	case cx.Delivery:
		return receiving
	case cx.Usage:
		return using
	case cx.Payment, cx.Invoice:
		return paying
	case cx.Contact, cx.Message:
		return helping
	case cx.Return:
		return returning
	case cx.SurveyAnswer:
		return telling
	case cx.Cancellation:
		return leaving
	}
	// By what tells the step apart and nothing else, or one step would be in two stages.
	_, value := distinguish(s)
	words := strings.ToLower(value)
	for _, w := range buyingWords {
		if strings.Contains(words, w) {
			return buying
		}
	}
	return exploring
}

// distinguish says by which field a signature's step is told apart.
func distinguish(s cx.Signature) (field, value string) {
	switch s.Kind {
	case cx.Contact:
		return first(s, "reason", "touchpoint", "channel")
	case cx.Event, cx.SurveyAnswer, cx.Usage, cx.Message:
		return first(s, "touchpoint", "reason", "channel")
	}
	return "kind", s.Kind.String()
}

func first(s cx.Signature, fields ...string) (field, value string) {
	for _, f := range fields {
		v := map[string]string{"reason": s.Reason, "touchpoint": s.Touchpoint, "channel": s.Channel}[f]
		if v != "" && !strings.Contains(v, "*") {
			return f, v
		}
	}
	return "", ""
}

type group struct {
	stage        stageKind
	kind         cx.Kind
	by, value    string
	rest         bool // everything else of the kind
	interactions int64
	position     float64 // sum of position × interactions
}

func (g *group) add(u SignatureUse) {
	g.interactions += u.Interactions
	g.position += u.Position * float64(u.Interactions)
}

func (g *group) meanPosition() float64 { return g.position / float64(max(1, g.interactions)) }

// merge adds a group to a list; the rest of a kind is one group.
func merge(list []*group, g *group) []*group {
	if g.rest {
		for _, other := range list {
			if other.rest && other.kind == g.kind {
				other.interactions += g.interactions
				other.position += g.position
				return list
			}
		}
	}
	return append(list, g)
}

// shiftCatchAll moves "any other event" from looking around to buying where both
// have events: the first rule that holds wins, and it would take buying's events.
func shiftCatchAll(byStage map[stageKind][]*group) {
	isCatchAll := func(g *group) bool { return g.rest && g.kind == cx.Event }
	at := slices.IndexFunc(byStage[exploring], isCatchAll)
	if at < 0 || !slices.ContainsFunc(byStage[buying], func(g *group) bool { return g.kind == cx.Event }) {
		return
	}
	byStage[buying] = merge(byStage[buying], byStage[exploring][at])
	byStage[exploring] = slices.Delete(byStage[exploring], at, at+1)
}

// maxPerStage keeps the map readable; what does not fit joins the rest of its kind.
const maxPerStage = 12

func crop(list []*group) []*group {
	if len(list) <= maxPerStage {
		return list
	}
	slices.SortStableFunc(list, func(a, b *group) int { return -cmp.Compare(a.interactions, b.interactions) })
	kept := slices.Clone(list[:maxPerStage])
	for _, g := range list[maxPerStage:] {
		kept = merge(kept, &group{stage: g.stage, kind: g.kind, rest: true, interactions: g.interactions, position: g.position})
	}
	return kept
}

var kindTitles = map[cx.Kind]string{
	cx.Contact: "Contacting us", cx.Message: "Hearing from us", cx.SurveyAnswer: "Answering a survey", cx.Event: "Doing something",
	cx.Order: "Ordering", cx.Payment: "Paying", cx.Delivery: "Receiving the delivery", cx.Return: "Sending back",
	cx.Invoice: "Getting the invoice", cx.Usage: "Using it", cx.Cancellation: "Cancelling",
}

func (g *group) step(names map[string]bool) cx.Step {
	rule := cx.Match{Kind: []string{g.kind.String()}}
	s := cx.Step{Title: kindTitles[g.kind], Name: slugOf(g.kind.String())}
	switch {
	case g.rest:
		s.Name = "other-" + s.Name
		s.Title += ", anything else"
	case g.by != "kind":
		value := []string{g.value}
		switch g.by {
		case "reason":
			rule.Reason = value
		case "touchpoint":
			rule.Touchpoint = value
		case "channel":
			rule.Channel = value
		}
		s.Title = sayValue(g.value)
		if g.kind == cx.Contact {
			s.Title = "Contact: " + s.Title
		}
		s.Name = slugOf(g.value)
		if g.kind == cx.Contact || g.kind == cx.SurveyAnswer {
			s.Name = map[cx.Kind]string{cx.Contact: "contact-", cx.SurveyAnswer: "survey-"}[g.kind] + s.Name
		}
	}
	s.Match = []cx.Match{rule}
	s.Name = unused(strings.Trim(s.Name, "-"), names)
	// A contact is nothing that a customer must pass through to get on.
	s.Optional = g.kind == cx.Contact || g.kind == cx.Return || g.kind == cx.SurveyAnswer || g.kind == cx.Cancellation || g.kind == cx.Message || g.rest
	return s
}

// sayValue makes words of a code: "first_payment" → "First payment".
func sayValue(code string) string {
	words := strings.Join(strings.FieldsFunc(code, func(r rune) bool { return r == '_' || r == '-' || r == '/' || r == ' ' }), " ")
	if words == "" {
		return code
	}
	r := []rune(words)
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// slugOf makes a name of a code; letters outside a–z become hyphens.
func slugOf(code string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(code) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		} else if s := b.String(); s != "" && !strings.HasSuffix(s, "-") {
			b.WriteByte('-')
		}
		if b.Len() >= 48 {
			break
		}
	}
	return strings.Trim(b.String(), "-")
}

func unused(name string, names map[string]bool) string {
	if name == "" {
		name = "step"
	}
	base := name
	for n := 2; names[name]; n++ {
		name = fmt.Sprintf("%s-%d", base, n)
	}
	names[name] = true
	return name
}

func sortByUse(use []SignatureUse) {
	slices.SortStableFunc(use, func(a, b SignatureUse) int {
		return cmp.Or(-cmp.Compare(a.Interactions, b.Interactions), cmp.Compare(a.Signature.ID, b.Signature.ID))
	})
}
