package app

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/journey"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/store/duckdb"
	"github.com/firsthand-cx/firsthand/internal/store/sqlite"
	"github.com/firsthand-cx/firsthand/internal/wording"
)

// asker asks questions of the company's facts and joins the vault's words to
// their evidence. Pages, the API and commands share it.
type asker struct {
	facts   question.Facts
	entries *duckdb.Store
	words   *sqlite.Store
	answers *answers[question.Table]
	newest  *answers[map[string][]cx.InteractionID] // with words, by step
	learnt  *answers[question.Learnt]               // by journey
	behind  *answers[behind]
	stocks  *answers[*question.Stock]
	now     func() time.Time
}

// newAsker makes one that remembers what it was asked.
func newAsker(facts *duckdb.Store, words *sqlite.Store, now func() time.Time) asker {
	return asker{
		facts: facts, entries: facts, words: words, now: now,
		answers: newAnswers[question.Table](facts.Changes), newest: newAnswers[map[string][]cx.InteractionID](facts.Changes),
		learnt: newAnswers[question.Learnt](facts.Changes),
		behind: newAnswers[behind](facts.Changes),
		stocks: newAnswers[*question.Stock](facts.Changes),
	}
}

// journeyFacts are the facts as the journeys' room needs them. How signatures are
// used takes a look at every interaction, and several pages show it.
type journeyFacts struct {
	*duckdb.Store
	used *answers[[]journey.SignatureUse]
}

func newJourneyFacts(facts *duckdb.Store) journeyFacts {
	return journeyFacts{facts, newAnswers[[]journey.SignatureUse](facts.Changes)}
}

// SignatureUse counts how signatures are used, or remembers it.
func (f journeyFacts) SignatureUse(ctx context.Context) ([]journey.SignatureUse, error) {
	return f.used.get(ctx, "", nil, f.Store.SignatureUse)
}

// wordFacts are the facts as the room of words needs them: every form that filters by
// channel asks for the words.
type wordFacts struct {
	*duckdb.Store
	used *answers[[]wording.Word]
}

// CodeWords lists the words with their use, or remembers them.
func (f wordFacts) CodeWords(ctx context.Context) ([]wording.Word, error) {
	return f.used.get(ctx, "", nil, f.Store.CodeWords)
}

// Catalogue lists the questions.
func (q asker) Catalogue() []question.Definition { return question.Catalogue() }

// Ask answers a question; parameters are read in the company's zone.
func (q asker) Ask(ctx context.Context, name string, params url.Values) (question.Table, error) {
	d, p, err := q.read(ctx, name, params)
	if err != nil {
		return question.Table{}, err
	}
	return q.answers.get(ctx, name, p.Values(q.facts.Zone()), func(ctx context.Context) (question.Table, error) {
		return d.Ask(ctx, q.facts, p)
	})
}

// afresh answers a question without looking whether the answer is known.
func (q asker) afresh(ctx context.Context, name string, params url.Values) (question.Table, error) {
	d, p, err := q.read(ctx, name, params)
	if err != nil {
		return question.Table{}, err
	}
	return d.Ask(ctx, q.facts, p)
}

// Evidence lists the interactions behind a cell, with their words.
func (q asker) Evidence(ctx context.Context, name string, params url.Values, cell string, limit int) ([]identity.Line, bool, error) {
	d, p, err := q.read(ctx, name, params)
	if err != nil {
		return nil, false, err
	}
	if d.Evidence == nil {
		return nil, false, cx.Errorf(cx.Invalid, "behind the answers of %s are walks, not interactions", name)
	}
	look := func(ctx context.Context) (b behind, err error) {
		b.ids, b.more, err = d.Evidence(ctx, q.facts, p, cell, limit)
		return b, err
	}
	var b behind
	if limit <= mostRemembered {
		b, err = q.behind.get(ctx, fmt.Sprint(name, " ", cell, " ", limit), p.Values(q.facts.Zone()), look)
	} else {
		b, err = look(ctx)
	}
	if err != nil {
		return nil, false, err
	}
	lines, err := q.lines(ctx, b.ids)
	return lines, b.more, err
}

// behind are the interactions behind a cell: pages that quote from them look again and
// again.
type behind struct {
	ids  []cx.InteractionID
	more bool
}

// mostRemembered bounds the memory of what is behind cells: a download looks anew.
const mostRemembered = 200

// Walks lists the walks behind a cell of a question about walks.
func (q asker) Walks(ctx context.Context, name string, params url.Values, cell string, limit int) ([]question.WalkPiece, bool, error) {
	d, p, err := q.read(ctx, name, params)
	if err != nil {
		return nil, false, err
	}
	if d.Walks == nil {
		return nil, false, cx.Errorf(cx.Invalid, "behind the answers of %s are interactions, not walks", name)
	}
	return d.Walks(ctx, q.facts, p, cell, limit)
}

// lines reads interactions with their words, in the order of their ids.
func (q asker) lines(ctx context.Context, ids []cx.InteractionID) ([]identity.Line, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	entries, err := q.entries.Entries(ctx, ids)
	if err != nil {
		return nil, err
	}
	words, err := q.words.Words(ctx, ids)
	if err != nil {
		return nil, err
	}
	at := make(map[cx.InteractionID]int, len(ids))
	for i, id := range ids {
		at[id] = i
	}
	slices.SortFunc(entries, func(a, b identity.Entry) int { return at[a.ID] - at[b.ID] })
	lines := make([]identity.Line, len(entries))
	for i, e := range entries {
		lines[i] = identity.Line{Entry: e, Words: words[e.ID]}
	}
	return lines, nil
}

func (q asker) read(ctx context.Context, name string, params url.Values) (question.Definition, question.Params, error) {
	p, err := question.ParseParams(params, q.facts.Zone())
	if err != nil {
		return question.Definition{}, p, err
	}
	all := question.Catalogue()
	i := slices.IndexFunc(all, func(d question.Definition) bool { return d.Name == name })
	if i < 0 {
		return question.Definition{}, p, cx.Errorf(cx.NotFound, "there is no question %q", name).WithRemedy("List them with `firsthand ask`.")
	}
	if p.AsOf.IsZero() && slices.Contains(all[i].Needs, "now") {
		// The whole day, so that an answer is good until midnight.
		y, m, d := q.now().In(q.facts.Zone()).Date()
		p.AsOf = time.Date(y, m, d+1, 0, 0, 0, 0, q.facts.Zone()).Add(-time.Microsecond)
	}
	if err := all[i].CheckWords(ctx, q.facts, p); err != nil {
		return question.Definition{}, p, err
	}
	err = q.nameJourney(ctx, all[i], &p)
	return all[i], p, err
}

// nameJourney names the journey of a question about steps or personas that names
// none: the only one that there is.
func (q asker) nameJourney(ctx context.Context, d question.Definition, p *question.Params) error {
	about := slices.Contains(d.Needs, "journey") && d.Name != "traffic" // which is about everything unless it is told
	if p.Journey != "" || (!about && p.Step == "" && p.Persona == "" && p.By != "step" && p.By != "persona") {
		return nil
	}
	files, err := q.words.CurrentJourneys(ctx)
	if err != nil {
		return err
	}
	switch {
	case len(files) == 0 && d.Alone:
	case len(files) == 0:
		return cx.Errorf(cx.Invalid, "this question is about a journey, and there is none yet").
			WithRemedy("Print a proposal with `firsthand journey propose`, look it over and save it with `firsthand journey save FILE`, or use the Journeys page.")
	case len(files) == 1:
		p.Journey = files[0].Name
	}
	return nil
}
