package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
)

// OnCurrentImport sets how to find the import that brought the current version of
// interactions. Without it the last import's words count.
func (s *Store) OnCurrentImport(find func(ctx context.Context, ids []cx.InteractionID) (map[cx.InteractionID]cx.ImportID, error)) {
	s.currentImport = find
}

// Words are what the vault holds of interactions, of their current version.
func (s *Store) Words(ctx context.Context, ids []cx.InteractionID) (map[cx.InteractionID]identity.Words, error) {
	byImport := map[cx.InteractionID]map[cx.ImportID]identity.Words{}
	blobs := make([]any, len(ids))
	for i := range ids {
		blobs[i] = ids[i][:]
	}
	err := inChunks(blobs, most, func(part []any, marks string) error {
		return each(ctx, s.read, `SELECT w.interaction, w.import_id, w.texts, w.attributes
			FROM words_by_interaction b JOIN words w ON w.id = b.words WHERE b.interaction IN (`+marks+`) ORDER BY w.id`, part,
			func(rows *sql.Rows) error { return scanWords(rows, byImport) })
	})
	if err != nil {
		return nil, wrap(err, "read words")
	}
	out := make(map[cx.InteractionID]identity.Words, len(byImport))
	var several []cx.InteractionID
	for id, versions := range byImport {
		if len(versions) > 1 {
			several = append(several, id)
		}
		out[id] = versions[latest(versions)]
	}
	if len(several) == 0 || s.currentImport == nil {
		return out, nil
	}
	current, err := s.currentImport(ctx, several)
	if err != nil {
		return nil, err
	}
	for id, im := range current {
		if w, ok := byImport[id][im]; ok {
			out[id] = w
		}
	}
	return out, nil
}

func latest(versions map[cx.ImportID]identity.Words) cx.ImportID {
	var last cx.ImportID
	for im := range versions {
		last = max(last, im)
	}
	return last
}

func scanWords(rows *sql.Rows, into map[cx.InteractionID]map[cx.ImportID]identity.Words) error {
	var blob []byte
	var im cx.ImportID
	var texts, attributes string
	if err := rows.Scan(&blob, &im, &texts, &attributes); err != nil {
		return err
	}
	var w identity.Words
	if texts != "" {
		if err := json.Unmarshal([]byte(texts), &w.Texts); err != nil {
			return err
		}
	}
	if attributes != "" {
		if err := json.Unmarshal([]byte(attributes), &w.Attributes); err != nil {
			return err
		}
	}
	var id cx.InteractionID
	copy(id[:], blob)
	if into[id] == nil {
		into[id] = map[cx.ImportID]identity.Words{}
	}
	into[id][im] = w // the last row of a file counts
	return nil
}

// Names are the clear names of pseudonyms of a kind, "thread" or "employee".
func (s *Store) Names(ctx context.Context, kind string, pseudonyms []int64) (map[int64]string, error) {
	out := make(map[int64]string, len(pseudonyms))
	err := inChunks(anys(pseudonyms), most, func(part []any, marks string) error {
		return each(ctx, s.read, "SELECT pseudonym, name FROM name WHERE kind = ? AND pseudonym IN ("+marks+") ORDER BY import_id",
			append([]any{kind}, part...), func(rows *sql.Rows) error {
				var p int64
				var name string
				err := rows.Scan(&p, &name)
				out[p] = name
				return err
			})
	})
	return out, wrap(err, "read names")
}

// ForgetNames removes, for good, the names of pseudonyms of finished imports that
// absent finds to be in no fact any more: of rows that were repeated in their file,
// or whose facts were erased.
func (s *Store) ForgetNames(ctx context.Context, kind string, absent func(ctx context.Context, pseudonyms []int64) ([]int64, error)) error {
	const page = 100_000
	for after := int64(-1 << 63); ; {
		var part []int64
		err := each(ctx, s.read, `SELECT DISTINCT pseudonym FROM name
			WHERE kind = ? AND pseudonym > ? AND import_id NOT IN (SELECT id FROM import WHERE state = 'running')
			ORDER BY pseudonym LIMIT ?`, []any{kind, after, page}, func(rows *sql.Rows) error {
			var p int64
			err := rows.Scan(&p)
			part = append(part, p)
			return err
		})
		if err != nil {
			return wrap(err, "list names")
		}
		if len(part) == 0 {
			return nil
		}
		after = part[len(part)-1]
		gone, err := absent(ctx, part)
		if err != nil {
			return err
		}
		if err := s.RemoveNames(ctx, kind, gone); err != nil {
			return err
		}
	}
}
