package app

import (
	"context"
	"io"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/web"
)

// The pages show interactions as cx.Record; the rooms speak of identity.Line.

// pageQuestions asks questions for the pages.
type pageQuestions struct{ *App }

// Catalogue lists the questions.
func (q pageQuestions) Catalogue() []question.Definition { return q.asker.Catalogue() }

// Available is what there is to ask about.
func (q pageQuestions) Available(ctx context.Context) (question.Available, error) {
	return question.Availability(ctx, q.asker.facts)
}

// Coverage says what is there, and which questions it answers.
func (q pageQuestions) Coverage(ctx context.Context) (question.Coverage, error) {
	return q.asker.Coverage(ctx)
}

// Ask answers a question.
func (q pageQuestions) Ask(ctx context.Context, name string, params url.Values) (question.Table, error) {
	return q.asker.Ask(ctx, name, params)
}

// Evidence lists the interactions behind a cell as records.
func (q pageQuestions) Evidence(ctx context.Context, name string, params url.Values, cell string, limit int) ([]cx.Record, bool, error) {
	lines, more, err := q.asker.Evidence(ctx, name, params, cell, limit)
	if err != nil {
		return nil, false, err
	}
	records, err := q.records(ctx, lines)
	return records, more, err
}

// Charges says what a contact is charged to in each journey.
func (q pageQuestions) Charges(ctx context.Context, contact cx.InteractionID) ([]question.JourneyCharge, error) {
	return q.asker.Charges(ctx, contact)
}

// Records are interactions with their words.
func (q pageQuestions) Records(ctx context.Context, ids []cx.InteractionID) ([]cx.Record, error) {
	lines, err := q.asker.lines(ctx, ids)
	if err != nil {
		return nil, err
	}
	return q.records(ctx, lines)
}

// Walks lists the walks behind a cell.
func (q pageQuestions) Walks(ctx context.Context, name string, params url.Values, cell string, limit int) ([]question.WalkPiece, bool, error) {
	return q.asker.Walks(ctx, name, params, cell, limit)
}

// records turns lines into records, with the customer of each profile and the
// clear names of threads.
func (a *App) records(ctx context.Context, lines []identity.Line) ([]cx.Record, error) {
	profiles := map[cx.ProfileID]bool{}
	threads := map[int64]bool{}
	for _, l := range lines {
		if l.Profile != 0 {
			profiles[l.Profile] = true
		}
		if l.Thread != 0 {
			threads[l.Thread] = true
		}
	}
	customers, err := a.stores.Vault.CustomersOf(ctx, keysOf(profiles))
	if err != nil {
		return nil, err
	}
	names, err := a.stores.Vault.Names(ctx, "thread", keysOf(threads))
	if err != nil {
		return nil, err
	}
	scales, err := a.stores.Facts.Scales(ctx)
	if err != nil {
		return nil, err
	}
	byName := map[string]cx.Scale{}
	for _, s := range scales {
		byName[s.Name] = s
	}
	out := make([]cx.Record, len(lines))
	for i, l := range lines {
		r := cx.Record{
			ID: l.ID, IDText: l.ID.String(), Import: l.Import, Profile: l.Profile, Customer: customers[l.Profile],
			Signature: l.Signature, Start: l.Start, End: l.End, Precision: l.Precision, FirstHuman: l.FirstHuman,
			Censored: l.Censored, Thread: names[l.Thread], Amount: l.Amount, Quantity: l.Quantity,
			Texts: l.Texts, Language: l.Language, Dimensions: l.Dimensions,
		}
		if l.Score != nil {
			scale, ok := byName[l.Scale]
			if !ok {
				scale = cx.Scale{Name: l.Scale}
			}
			r.Score, r.Scale = *l.Score, &scale
		}
		out[i] = r
	}
	return out, nil
}

func keysOf[K comparable](set map[K]bool) []K {
	keys := make([]K, 0, len(set))
	for k := range set {
		keys = append(keys, k)
	}
	return keys
}

// pageCustomers shows and changes customers for the pages.
type pageCustomers struct{ *App }

// Search finds customers and says by what they are known.
func (c pageCustomers) Search(ctx context.Context, text string) ([]web.CustomerHit, error) {
	ids, err := c.identity.Search(ctx, text, 50)
	if err != nil {
		return nil, err
	}
	hits := make([]web.CustomerHit, len(ids))
	for i, id := range ids {
		one, err := c.identity.Customer(ctx, id)
		if err != nil {
			return nil, err
		}
		hits[i] = web.CustomerHit{Customer: id}
		for j, k := range one.Keys {
			if j == 3 {
				hits[i].KnownBy += " …"
				break
			}
			if j > 0 {
				hits[i].KnownBy += " · "
			}
			hits[i].KnownBy += k.Key.Value
		}
	}
	return hits, nil
}

// Page is one customer with the newest interactions first.
func (c pageCustomers) Page(ctx context.Context, id cx.CustomerID, limit int) (web.CustomerPage, error) {
	one, err := c.identity.Customer(ctx, id)
	if err != nil {
		return web.CustomerPage{}, err
	}
	entries, more, err := c.newest(ctx, one.Profiles, limit)
	if err != nil {
		return web.CustomerPage{}, err
	}
	why, err := c.matching.Why(ctx, one.Profiles)
	if err != nil {
		return web.CustomerPage{}, err
	}
	records, err := c.records(ctx, entries)
	return web.CustomerPage{Customer: one.ID, Keys: one.Keys, People: one.People, Links: one.Links, Likeness: why, Timeline: records, More: more}, err
}

// newest reads a whole timeline and keeps its end: one customer's is short.
func (c pageCustomers) newest(ctx context.Context, profiles []cx.ProfileID, limit int) ([]identity.Line, bool, error) {
	const page = 5000
	var kept []cx.InteractionID
	more := false
	after := identity.Cursor{}
	for {
		entries, err := c.stores.Facts.Timeline(ctx, profiles, after, page)
		if err != nil {
			return nil, false, err
		}
		for _, e := range entries {
			kept = append(kept, e.ID)
			after = identity.Cursor{Start: e.Start, ID: e.ID}
		}
		if len(kept) > limit {
			kept, more = kept[len(kept)-limit:], true
		}
		if len(entries) < page {
			break
		}
	}
	slices.Reverse(kept)
	lines, err := c.asker.lines(ctx, kept)
	return lines, more, err
}

// Merge and Unmerge are a person's decisions about profiles.
func (c pageCustomers) Merge(ctx context.Context, a, b cx.ProfileID, by, reason string) (cx.CustomerID, error) {
	return c.identity.Merge(ctx, cx.CustomerID(a), cx.CustomerID(b), by, reason)
}

// Unmerge takes a profile out of its customer.
func (c pageCustomers) Unmerge(ctx context.Context, p cx.ProfileID, by, reason string) error {
	_, err := c.identity.Unmerge(ctx, []cx.ProfileID{p}, by, reason)
	return err
}

// Export streams everything that is kept about a customer.
func (c pageCustomers) Export(ctx context.Context, id cx.CustomerID) (io.ReadCloser, error) {
	if _, err := c.identity.Customer(ctx, id); err != nil {
		return nil, err
	}
	read, write := io.Pipe()
	go func() { _ = write.CloseWithError(c.identity.Export(ctx, id, write)) }()
	return read, nil
}

// Erase erases a customer for good.
func (c pageCustomers) Erase(ctx context.Context, id cx.CustomerID) error {
	_, err := c.eraser().Erase(ctx, id)
	return err
}

// pageImports is the import desk as the pages call it.
type pageImports struct{ importDesk }

// Propose looks at an upload.
func (i pageImports) Propose(ctx context.Context, id, source string) (web.Proposal, error) {
	p, err := i.importDesk.Propose(ctx, id, source)
	out := web.Proposal{Detected: p.Detected, Mapping: p.Mapping, Preview: previewed(p.Preview), Notes: p.Notes}
	for _, c := range p.Candidates {
		out.Candidates = append(out.Candidates, web.Candidate(c))
	}
	return out, err
}

// Preview says what the first rows of an upload become.
func (i pageImports) Preview(_ context.Context, id, mapping string) ([]web.PreviewRow, error) {
	up, err := i.uploads.Find(id)
	if err != nil {
		return nil, err
	}
	shown, err := i.preview(up, mapping)
	return previewed(shown), err
}

func previewed(p ingest.Preview) []web.PreviewRow {
	rows := make([]web.PreviewRow, len(p.Rows))
	for i, r := range p.Rows {
		rows[i] = web.PreviewRow{Line: r.Line, Columns: p.Header, Cells: r.Cells, Interactions: r.Interactions, Person: r.Person, Skipped: r.Skipped}
		if r.Reject != nil {
			rows[i].Rejected = r.Reject.Reason
		}
	}
	return rows
}

// Start queues an import.
func (i pageImports) Start(ctx context.Context, upload, mapping string) (ingest.Run, error) {
	return i.importDesk.Start(ctx, api.ImportRequest{Upload: upload, Mapping: mapping})
}

// pageQuotes finds customers' words at the steps of a journey.
type pageQuotes struct{ *App }

// Quotes lists the newest words at each step.
func (q pageQuotes) Quotes(ctx context.Context, journey string, params url.Values, perStep int) (map[string][]cx.Record, error) {
	p, err := question.ParseParams(params, q.stores.Vault.Zone())
	if err != nil {
		return nil, err
	}
	p.Journey, p.By = journey, ""
	key := strconv.Itoa(perStep)
	found, err := q.asker.newest.get(ctx, key, p.Values(q.stores.Vault.Zone()), func(ctx context.Context) (map[string][]cx.InteractionID, error) {
		return question.NewestTexts(ctx, q.stores.Facts, p, perStep)
	})
	if err != nil {
		return nil, err
	}
	// All at once: an interaction is found by a look through the facts.
	var ids []cx.InteractionID
	for _, step := range slices.Sorted(maps.Keys(found)) {
		ids = append(ids, found[step]...)
	}
	lines, err := q.asker.lines(ctx, ids)
	if err != nil {
		return nil, err
	}
	records, err := q.records(ctx, lines)
	if err != nil {
		return nil, err
	}
	byID := make(map[cx.InteractionID]cx.Record, len(records))
	for _, r := range records {
		byID[r.ID] = r
	}
	quotes := map[string][]cx.Record{}
	for step, ids := range found {
		for _, id := range ids {
			if r, ok := byID[id]; ok {
				quotes[step] = append(quotes[step], r)
			}
		}
	}
	return quotes, nil
}
