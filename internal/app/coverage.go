package app

import (
	"context"
	"fmt"

	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/store/sqlite"
)

// Coverage says what is there, of which source, and which questions it answers. The
// interactions are looked at once until the facts or the journeys change.
func (q asker) Coverage(ctx context.Context) (question.Coverage, error) {
	stock, err := q.stock(ctx)
	if err != nil {
		return question.Coverage{}, err
	}
	all, err := q.words.Imports(ctx)
	if err != nil {
		return question.Coverage{}, err
	}
	var imports []question.Imported
	for _, im := range all {
		if im.State == sqlite.ImportApplied {
			imports = append(imports, question.Imported{Source: im.Summary.Source, At: im.Summary.Finished})
		}
	}
	covered, zone := stock.Coverage(imports, q.now()), q.facts.Zone()
	for i := range covered.Sources { // their days are the company's, wherever they are read
		c := &covered.Sources[i]
		c.Imported, c.First, c.Newest = c.Imported.In(zone), c.First.In(zone), c.Newest.In(zone)
	}
	return covered, nil
}

func (q asker) stock(ctx context.Context) (*question.Stock, error) {
	files, err := q.words.CurrentJourneys(ctx)
	if err != nil {
		return nil, err
	}
	names, key := make([]string, len(files)), ""
	for i, f := range files {
		names[i] = f.Name
		key += fmt.Sprintf("%s/%d ", f.Name, f.Version)
	}
	return q.stocks.get(ctx, key, nil, func(ctx context.Context) (*question.Stock, error) {
		return question.ReadStock(ctx, q.facts, names)
	})
}
