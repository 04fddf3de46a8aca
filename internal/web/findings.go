package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// findingsPage ranks what crossed a threshold, worst first.
type findingsPage struct {
	Frame
	States    []tab
	Sorts     []tab
	Unpriced  bool
	Findings  []findingRow
	Empty     *Empty
	Evaluated string
}

func (*findingsPage) view() string { return "findings" }

// tab is one choice of several views of the same list.
type tab struct {
	Title, Href string
	Count       int
	Current     bool
}

func (s *Site) findings(w http.ResponseWriter, r *http.Request) error {
	state, by := cx.FindingState(or(r.URL.Query().Get("state"), string(cx.FindingOpen))), r.URL.Query().Get("sort")
	states := []cx.FindingState{cx.FindingOpen, cx.FindingAccepted, cx.FindingDismissed, cx.FindingClosed}
	if !slices.Contains(states, state) {
		return cx.Errorf(cx.Invalid, "a finding is never %q", state).WithRemedy("Choose open, accepted, dismissed or closed.")
	}
	all, err := s.ranked(r.Context(), by, states...)
	if err != nil {
		return err
	}
	counts := map[cx.FindingState]int{}
	var shown []cx.Finding
	for _, f := range all {
		counts[f.State]++
		if f.State == state {
			shown = append(shown, f)
		}
	}
	if done, err := exported(w, r, "findings", shown, findingHead, findingLine); done {
		return err
	}
	run, err := s.Rooms.Findings.LastRun(r.Context())
	if err != nil {
		return err
	}
	journeys, err := s.Rooms.Journeys.List(r.Context())
	if err != nil {
		return err
	}
	p := &findingsPage{Frame: Frame{Title: "Findings", Section: "Findings"}}
	p.exports(r)
	for _, st := range states {
		p.States = append(p.States, tab{sentenceless(string(st)), link("/findings", map[string][]string{"state": {string(st)}, "sort": {by}}), counts[st], st == state})
	}
	for _, o := range []Option{{"", "severity"}, {"effort", "severity per effort"}} {
		p.Sorts = append(p.Sorts, tab{Title: o.Label, Href: link("/findings", map[string][]string{"state": {string(state)}, "sort": {o.Value}}), Current: o.Value == by})
	}
	for i, f := range shown {
		p.Unpriced = p.Unpriced || !f.Priced
		p.Findings = append(p.Findings, s.findingRow(i+1, f, journeys, run))
	}
	if len(shown) == 0 {
		p.Empty = noFindings(state, run.At.IsZero())
	}
	if !run.At.IsZero() {
		p.Evaluated = "Last looked for on " + day(run.At, s.Zone) + ": " + plural(run.Tested, "comparison", "comparisons") + " made, " + count(int64(run.Withheld)) + " withheld because too few customers were behind them. False-discovery rate 5 % within each question and run."
	}
	return s.show(w, r, http.StatusOK, p)
}

func noFindings(state cx.FindingState, never bool) *Empty {
	switch {
	case state == cx.FindingOpen && never:
		return &Empty{"Nothing has been looked for yet", "Findings come by themselves after an import, over whole weeks. They need interactions and a journey that they belong to.", "/sources", "Import a file"}
	case state == cx.FindingOpen:
		return &Empty{Title: "No finding is open", Text: "No answer crosses its threshold in the weeks that are over. That is not proof that all is well: see what was withheld because too few customers were behind it."}
	case state == cx.FindingAccepted:
		return &Empty{"None is accepted", "A finding that you agree with is accepted: it stays here until it has been quiet for two weeks.", "/findings", "See the open ones"}
	case state == cx.FindingDismissed:
		return &Empty{Title: "None is dismissed", Text: "A finding that is no problem is dismissed with a reason. It stays so while the same thing is found again."}
	}
	return &Empty{Title: "None is closed", Text: "A finding closes by itself when it has not been found for two weeks."}
}

var findingHead = []string{"id", "state", "title", "question", "journey", "step", "persona", "segment", "customers_per_month", "excess", "excess_lower", "n", "p", "q", "severity", "currency", "effort", "owner", "first_seen", "last_seen"}

func findingLine(f cx.Finding) []string {
	return []string{
		strconv.FormatInt(f.ID, 10), string(f.State), f.Title, f.Key.Question, f.Key.Journey, f.Key.Step, f.Key.Persona, f.Key.Segment,
		plain(f.CustomersPerMonth), plain(f.Excess), plain(f.ExcessLower), strconv.FormatInt(f.N, 10), plain(f.P), plain(f.Q), plain(f.Severity), f.Currency, f.Effort, f.Owner,
		f.FirstSeen.UTC().Format("2006-01-02"), f.LastSeen.UTC().Format("2006-01-02"),
	}
}
