package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/ingest"
)

// personColumns are the fields of a person as the table has them.
func personColumns() (names []string, updates string) {
	for _, f := range cx.PersonFields() {
		names = append(names, f.Name)
	}
	set := []string{"attributes = CASE excluded.attributes WHEN '' THEN attributes ELSE json_patch(COALESCE(NULLIF(attributes, ''), '{}'), excluded.attributes) END"}
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
	insert, err := newBulk(ctx, tx, "INSERT INTO person (profile, import_id, attributes, "+strings.Join(names, ", ")+")", 3+len(names),
		"ON CONFLICT DO UPDATE SET "+updates)
	if err != nil {
		return err
	}
	due, err := newBulk(ctx, tx, "INSERT INTO likeness_due", 1, "ON CONFLICT DO NOTHING")
	if err != nil {
		return err
	}
	encode := newJSONTexts()
	for i := range people {
		own := ""
		if len(people[i].Attributes) > 0 {
			if own, err = encode.text(people[i].Attributes); err != nil {
				return err
			}
		}
		row := []any{people[i].Profile, id, own}
		for _, f := range cx.PersonFields() {
			row = append(row, *f.Of(&people[i].Person))
		}
		if err := insert.row(ctx, row...); err != nil {
			return err
		}
		if people[i].Person == (cx.Person{}) {
			continue // there is nothing to be alike in
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
func (s *Store) People(ctx context.Context, profiles []cx.ProfileID) (map[cx.ProfileID]identity.ProfileOf, error) {
	out := map[cx.ProfileID]identity.ProfileOf{}
	names, _ := personColumns()
	err := inChunks(anys(profiles), most, func(part []any, marks string) error {
		query := "SELECT profile, attributes, " + strings.Join(names, ", ") + " FROM person WHERE profile IN (" + marks + ") ORDER BY profile, import_id"
		return each(ctx, s.read, query, part, func(rows *sql.Rows) error {
			var p identity.ProfileOf
			var own string
			if err := rows.Scan(append([]any{&p.Profile, &own}, scanPerson(&p.Person)...)...); err != nil {
				return err
			}
			before := out[p.Profile]
			p.Person = p.Over(before.Person)
			if p.Attributes = before.Attributes; own != "" { // the newest word of each
				if err := json.Unmarshal([]byte(own), &p.Attributes); err != nil {
					return err
				}
			}
			out[p.Profile] = p
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
