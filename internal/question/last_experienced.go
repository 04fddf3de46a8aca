package question

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// last_experienced — When did we last experience this touchpoint ourselves?
//
// Plain words: for every step of the journey (or touchpoint, or channel) the last walk
// that counts: when, by whom (a department or a robot, never a name), how it went; how
// often it ought to be walked, and whether it is overdue. Never walked comes first.
//
// Formula: days from the last walk's day to today, in the company's zone; overdue where
// they are more than the step's walk_every (90 days where the journey says nothing).
// Went well: steps of walks that could be done, in which no promise was broken and
// that did not feel bad ÷ steps walked in the period. Wilson interval.
// Unit: days. Smallest sample: 1 walk; 5 for the share.
//
// Pitfalls: one walk is one experience, not what customers meet on average: its lane
// on the map stands beside theirs. A walk that could not be done is a walk: it was
// experienced. Touchpoints are those that customers' interactions at the journey's
// steps and walks name.
//
// Source: practice (walk every touchpoint, again and again); Wilson 1927.
const lastExperiencedVersion = 1

// LastExperiencedRow is one step, touchpoint or channel.
type LastExperiencedRow struct {
	Group    Group
	Walks    int64 // times that it was walked in the period
	Last     cx.WalkStep
	Days     int64 // since the last walk; meaningful where Walks > 0
	Every    int64 // days
	Overdue  bool
	WentWell Estimate
}

// Never reports that nobody has walked it.
func (r LastExperiencedRow) Never() bool { return r.Walks == 0 }

// AskLastExperienced answers last_experienced.
func AskLastExperienced(ctx context.Context, facts Facts, p Params) (Answer[LastExperiencedRow], error) {
	return runLastExperienced(ctx, facts, p, nil)
}

func lastExperienced() Definition {
	return askedOfWalks(Definition{
		Name: "last_experienced", Title: "When was the last time you experienced your customer experience?",
		Takes:    []Ingredient{aJourney},
		Fuller:   []Ingredient{walksAtSteps},
		Formula:  "days since the last walk of each step that counts; overdue when more than its walk_every; went well ÷ walked",
		Unit:     "days",
		Smallest: "1 walk; 5 for the share that went well",
		Pitfalls: "One walk is one experience, not an average: see what customers meet at the same step. A walk that could not be done counts as an experience.",
		Source:   "Practice; interval: Wilson 1927",
		Needs:    []string{"journey", "by", "now"},
	}, runLastExperienced, func(p Params) []Column {
		return []Column{
			lastGroupColumn(p),
			{Name: "due", Title: "Due", Unit: "text", Help: "Overdue when the last walk is longer ago than the journey file's walk_every; 90 days where it says nothing."},
			{Name: "days", Title: "Since the last walk", Unit: "days"},
			{Name: "every", Title: "To be walked every", Unit: "days"},
			{Name: "last", Title: "Last walk", Unit: "date"},
			{Name: "by", Title: "By", Unit: "text"},
			{Name: "result", Title: "How it went", Unit: "text"},
			{Name: "walks", Title: "Walks", Unit: "count"},
			{Name: "went_well", Title: "Went well", Unit: "share", Help: "It could be done, no promise was broken, and it did not feel bad."},
		}
	}, lastExperiencedCells)
}

func lastGroupColumn(p Params) Column {
	if p.By == "" {
		p.By = "step"
	}
	return groupColumn(p)
}

func lastExperiencedCells(_ Params, r LastExperiencedRow) []Cell {
	row := r.Group.Name
	every := float64(r.Every)
	if r.Never() {
		return []Cell{groupCell(r.Group), textCell("never walked"), {}, {Number: &every}, {}, {}, {}, countCell(0, ""), estimateCell(r.WentWell, "")}
	}
	due := "in time"
	if r.Overdue {
		due = "overdue"
	}
	days, last := float64(r.Days), float64(r.Last.Started.Unix())
	return []Cell{
		groupCell(r.Group), textCell(due),
		{Number: &days, Evidence: evidence("last", row)},
		{Number: &every},
		{Number: &last, Evidence: evidence("last", row)},
		textCell(WalkedBy(r.Last)), textCell(HowItWent(r.Last)),
		countCell(r.Walks, evidence("walks", row)), estimateCell(r.WentWell, evidence("walks", row)),
	}
}

// WalkedBy says who walked, without a name: "a robot", "somebody of Finance".
func WalkedBy(s cx.WalkStep) string {
	switch {
	case s.Voice == cx.VoiceRobot:
		return "a robot"
	case s.Department != "":
		return "somebody of " + s.Department
	}
	return "a walker"
}

// HowItWent says in words what became of a walked step.
func HowItWent(s cx.WalkStep) string {
	var said []string
	switch {
	case s.Blocked():
		said = append(said, "could not be done")
	case s.Kept != nil && !*s.Kept:
		said = append(said, "a promise was broken")
	case s.Kept != nil:
		said = append(said, "promises kept")
	}
	if s.Felt.Valid() {
		said = append(said, "felt "+s.Felt.String())
	}
	if len(said) == 0 {
		return "done"
	}
	return strings.Join(said, ", ")
}

func runLastExperienced(ctx context.Context, facts Facts, p Params, c *walkCollector) (Answer[LastExperiencedRow], error) {
	if p.Journey == "" {
		return Answer[LastExperiencedRow]{}, cx.Errorf(cx.Invalid, "this question is about the steps of a journey, and none is named").
			WithRemedy("Name one of the company's journeys: journey=<name>, on the command line --journey <name>.")
	}
	s, err := newWalkScope(ctx, facts, p, 5, []string{"", "step", "touchpoint", "channel"}, c)
	if err != nil {
		return Answer[LastExperiencedRow]{}, err
	}
	if s.by == "" {
		s.by = "step"
	}
	rows, err := s.whatOughtToBeWalked(ctx, facts)
	if err != nil {
		return Answer[LastExperiencedRow]{}, err
	}
	at := map[string]int{}
	for i, row := range rows {
		at[row.Group.Name] = i
	}
	var t tally
	well := map[string]int64{}
	for _, step := range s.steps {
		if step.Journey != p.Journey || step.At == "" {
			t.drop("at no step of the journey")
			continue
		}
		g := s.group(step)
		if g.Name == none {
			t.drop("at a step that the journey does not have any more, or without what the answer is split by")
			continue
		}
		i, known := at[g.Name]
		if !known { // a place that customers' data do not name
			i = len(rows)
			at[g.Name] = i
			rows = append(rows, LastExperiencedRow{Group: g, Every: days(cx.WalkQuarterly)})
		}
		t.use()
		row := &rows[i]
		row.Walks++
		row.Last = step // they come in the order of time
		if step.WentWell() {
			well[g.Name]++
		}
		s.note("walks", g.Name, step)
	}
	for i := range rows {
		row := &rows[i]
		row.WentWell = share(well[row.Group.Name], row.Walks, s.least)
		if row.Never() {
			row.Overdue = true
			continue
		}
		row.Days = max(0, daysBetween(row.Last.Started, s.asOf, s.zone))
		row.Overdue = row.Days > row.Every
		s.note("last", row.Group.Name, row.Last)
	}
	slices.SortStableFunc(rows, func(a, b LastExperiencedRow) int { return int(b.urgency() - a.urgency()) })
	return walkAnswer(s, &t, lastExperiencedVersion, rows, "Only walks that count are here: reviewed, or walked by a robot."), nil
}

// urgency orders rows: never walked, then overdue by most, then due soonest.
func (r LastExperiencedRow) urgency() int64 {
	if r.Never() {
		return 1 << 40
	}
	return r.Days - r.Every
}

// whatOughtToBeWalked lists the steps, or the touchpoints or channels of customers'
// interactions at them, before anybody has looked whether somebody walked there. What
// several steps share ought to be walked as often as the one that wants it most.
func (s *walkScope) whatOughtToBeWalked(ctx context.Context, facts Facts) ([]LastExperiencedRow, error) {
	var rows []LastExperiencedRow
	at := map[string]int{}
	add := func(g Group, step cx.Step) {
		if s.p.Step != "" && step.Name != s.p.Step || g.Name == none {
			return
		}
		i, known := at[g.Name]
		if !known {
			i = len(rows)
			at[g.Name] = i
			rows = append(rows, LastExperiencedRow{Group: g, Every: days(step.Often())})
		}
		rows[i].Every = min(rows[i].Every, days(step.Often()))
	}
	steps := s.journey.Steps()
	if s.by == "step" {
		for _, step := range steps {
			add(Group{Name: step.Name, Title: titleOr(step.Title, step.Name)}, step)
		}
		return rows, nil
	}
	signatures, err := facts.Signatures(ctx)
	if err != nil {
		return nil, err
	}
	of, err := facts.Steps(ctx, s.p.Journey)
	if err != nil {
		return nil, err
	}
	for i, sig := range signatures {
		if i >= len(of) || of[i] == 0 || int(of[i]) > len(steps) || s.p.Channel != "" && sig.Channel != s.p.Channel || sig.Voice != 0 && sig.Voice != cx.VoiceCustomer {
			continue
		}
		g := named(sig.Channel, "channel")
		if s.by == "touchpoint" {
			g = named(sig.Touchpoint, "touchpoint")
		}
		add(g, steps[of[i]-1])
	}
	slices.SortFunc(rows, func(a, b LastExperiencedRow) int { return strings.Compare(a.Group.Name, b.Group.Name) })
	return rows, nil
}

func days(d time.Duration) int64 { return int64(d / (24 * time.Hour)) }

// daysBetween counts midnights of a zone between two instants.
func daysBetween(from, to time.Time, zone *time.Location) int64 {
	day := func(t time.Time) int64 {
		y, m, d := t.In(zone).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
	}
	return day(to) - day(from)
}
