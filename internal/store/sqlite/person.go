package sqlite

import (
	"context"
	"database/sql"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
)

// personColumns are the fields of a person as the table has them.
func personColumns() (names []string, updates string) {
	for _, f := range cx.PersonFields() {
		names = append(names, f.Name)
	}
	var set []string
	for _, n := range names { // what a later row leaves empty stays
		set = append(set, n+" = COALESCE(NULLIF(excluded."+n+", ''), "+n+")")
	}
	return names, strings.Join(set, ", ")
}

// writePeople keeps what a batch says of who its profiles are.
func writePeople(ctx context.Context, tx *sql.Tx, id cx.ImportID, people []ingest.VaultPerson) error {
	if len(people) == 0 {
		return nil
	}
	names, updates := personColumns()
	insert, err := newBulk(ctx, tx, "INSERT INTO person (profile, import_id, "+strings.Join(names, ", ")+")", 2+len(names),
		"ON CONFLICT DO UPDATE SET "+updates)
	if err != nil {
		return err
	}
	due, err := newBulk(ctx, tx, "INSERT INTO likeness_due", 1, "ON CONFLICT DO NOTHING")
	if err != nil {
		return err
	}
	for i := range people {
		row := []any{people[i].Profile, id}
		for _, f := range cx.PersonFields() {
			row = append(row, *f.Of(&people[i].Person))
		}
		if err := insert.row(ctx, row...); err != nil {
			return err
		}
		if err := due.row(ctx, people[i].Profile); err != nil {
			return err
		}
	}
	if err := insert.flush(ctx); err != nil {
		return err
	}
	return due.flush(ctx)
}

// scanPerson reads the fields at the end of a row.
func scanPerson(p *cx.Person) []any {
	var to []any
	for _, f := range cx.PersonFields() {
		to = append(to, f.Of(p))
	}
	return to
}

// People are what sources say of who profiles are: of each field the newest word.
// Profiles of which nothing is said are left out.
func (s *Store) People(ctx context.Context, profiles []cx.ProfileID) (map[cx.ProfileID]cx.Person, error) {
	out := map[cx.ProfileID]cx.Person{}
	names, _ := personColumns()
	err := inChunks(anys(profiles), most, func(part []any, marks string) error {
		query := "SELECT profile, " + strings.Join(names, ", ") + " FROM person WHERE profile IN (" + marks + ") ORDER BY profile, import_id"
		return each(ctx, s.read, query, part, func(rows *sql.Rows) error {
			var profile cx.ProfileID
			var p cx.Person
			if err := rows.Scan(append([]any{&profile}, scanPerson(&p)...)...); err != nil {
				return err
			}
			out[profile] = p.Over(out[profile])
			return nil
		})
	})
	return out, wrap(err, "read who profiles are")
}

// dropPeople takes back what an import said of who profiles are. Whoever they are alike
// with is looked at again.
func dropPeople(ctx context.Context, tx *sql.Tx, id cx.ImportID) error {
	for _, q := range []string{
		"INSERT INTO likeness_due SELECT profile FROM person WHERE import_id = ? ON CONFLICT DO NOTHING",
		"DELETE FROM person WHERE import_id = ?",
	} {
		if _, err := tx.ExecContext(ctx, q, id); err != nil {
			return err
		}
	}
	return nil
}
