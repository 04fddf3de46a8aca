package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
)

var _ ingest.Vault = (*Store)(nil)

// ImportState is where an import stands in the vault.
type ImportState string

const (
	ImportRunning ImportState = "running"
	ImportApplied ImportState = "applied"
	ImportUndone  ImportState = "undone"
	ImportDropped ImportState = "dropped" // it never came to its end
)

// Import is one import as the vault keeps it.
type Import struct {
	ID      cx.ImportID    `json:"id"`
	Source  string         `json:"source"`
	File    string         `json:"file"`
	SHA256  string         `json:"sha256"`
	Mapping string         `json:"mapping"`
	State   ImportState    `json:"state"`
	Started int64          `json:"-"`
	Summary ingest.Summary `json:"summary"`
}

// BeginImport numbers an import and marks it running.
func (s *Store) BeginImport(ctx context.Context, h ingest.Header) (cx.ImportID, error) {
	var id int64
	err := s.change(ctx, "begin an import", func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `INSERT INTO import (source, file, sha256, mapping, state, started, words_after)
			VALUES (?, ?, ?, ?, 'running', ?, COALESCE((SELECT max(id) FROM words), 0))`,
			h.Source, h.File, h.SHA256, h.Mapping, micros(h.Started))
		if err != nil {
			return err
		}
		id, err = res.LastInsertId()
		return err
	})
	return cx.ImportID(id), err
}

// WriteBatch appends the words and names of one batch. They are found by
// interaction once the import is finished.
func (s *Store) WriteBatch(ctx context.Context, id cx.ImportID, b ingest.VaultBatch) error {
	return s.change(ctx, "write a batch of the import", func(tx *sql.Tx) error {
		if err := mustRun(ctx, tx, id); err != nil {
			return err
		}
		if err := writePeople(ctx, tx, id, b.People); err != nil {
			return err
		}
		if err := writeWords(ctx, tx, id, b); err != nil {
			return err
		}
		if err := writeNames(ctx, tx, id, "thread", b.Threads); err != nil {
			return err
		}
		return writeNames(ctx, tx, id, "employee", b.Employees)
	})
}

func mustRun(ctx context.Context, tx *sql.Tx, id cx.ImportID) error {
	var state ImportState
	err := tx.QueryRowContext(ctx, "SELECT state FROM import WHERE id = ?", id).Scan(&state)
	if errors.Is(err, sql.ErrNoRows) {
		return cx.Errorf(cx.NotFound, "there is no import %d", id)
	}
	if err == nil && state != ImportRunning {
		return cx.Errorf(cx.Conflict, "import %d is %s already", id, state)
	}
	return err
}

// writeWords writes one row for each interaction that has texts, attributes or both.
func writeWords(ctx context.Context, tx *sql.Tx, id cx.ImportID, b ingest.VaultBatch) error {
	insert, err := newBulk(ctx, tx, "INSERT INTO words (interaction, import_id, profile, texts, attributes)", 5, "")
	if err != nil {
		return err
	}
	attributes := make(map[cx.InteractionID]map[string]string, len(b.Attributes))
	for _, a := range b.Attributes {
		attributes[a.Interaction] = a.Attributes
	}
	encode := newJSONTexts()
	write := func(interaction cx.InteractionID, profile cx.ProfileID, texts []cx.Text, own map[string]string) error {
		t, a := "", ""
		if len(texts) > 0 {
			if t, err = encode.text(texts); err != nil {
				return err
			}
		}
		if len(own) > 0 {
			if a, err = encode.text(own); err != nil {
				return err
			}
		}
		return insert.row(ctx, interaction[:], id, profile, t, a)
	}
	for _, t := range b.Texts {
		if err := write(t.Interaction, t.Profile, t.Texts, attributes[t.Interaction]); err != nil {
			return err
		}
		delete(attributes, t.Interaction)
	}
	for _, a := range b.Attributes {
		own, left := attributes[a.Interaction]
		if !left {
			continue
		}
		if err := write(a.Interaction, a.Profile, nil, own); err != nil {
			return err
		}
		delete(attributes, a.Interaction)
	}
	return insert.flush(ctx)
}

// jsonTexts encodes one value after the other; making an encoder costs more than a
// short text.
type jsonTexts struct {
	buf     bytes.Buffer
	encoder *json.Encoder
}

func newJSONTexts() *jsonTexts {
	j := &jsonTexts{}
	j.encoder = json.NewEncoder(&j.buf)
	j.encoder.SetEscapeHTML(false)
	return j
}

func (j *jsonTexts) text(v any) (string, error) {
	j.buf.Reset()
	if err := j.encoder.Encode(v); err != nil {
		return "", err
	}
	return string(bytes.TrimSuffix(j.buf.Bytes(), []byte("\n"))), nil
}

func jsonText(v any) (string, error) { return newJSONTexts().text(v) }

func writeNames(ctx context.Context, tx *sql.Tx, id cx.ImportID, kind string, names map[int64]string) error {
	if len(names) == 0 {
		return nil
	}
	insert, err := newBulk(ctx, tx, "INSERT INTO name_arrival (kind, pseudonym, import_id, name)", 4, "")
	if err != nil {
		return err
	}
	for pseudonym, name := range names {
		if err := insert.row(ctx, kind, pseudonym, id, name); err != nil {
			return err
		}
	}
	return insert.flush(ctx)
}

// IndexImport indexes the words of a running import and puts its names into their
// places.
func (s *Store) IndexImport(ctx context.Context, id cx.ImportID) error {
	return s.change(ctx, "index the import", func(tx *sql.Tx) error { return indexImport(ctx, tx, id) })
}

func indexImport(ctx context.Context, tx *sql.Tx, id cx.ImportID) error {
	if err := mustRun(ctx, tx, id); err != nil {
		return err
	}
	var done bool
	if err := tx.QueryRowContext(ctx, "SELECT indexed FROM import WHERE id = ?", id).Scan(&done); err != nil || done {
		return err
	}
	for _, q := range []string{
		`INSERT INTO words_by_interaction SELECT interaction, id FROM words
			WHERE id > (SELECT words_after FROM import WHERE id = ?1) AND import_id = ?1 ORDER BY interaction, id`,
		`INSERT INTO words_by_profile SELECT profile, id FROM words
			WHERE id > (SELECT words_after FROM import WHERE id = ?1) AND import_id = ?1 AND profile > 0 ORDER BY profile, id`,
		`INSERT INTO name SELECT kind, pseudonym, import_id, name FROM name_arrival WHERE import_id = ?1
			ORDER BY kind, pseudonym ON CONFLICT DO NOTHING`,
		"DELETE FROM name_arrival WHERE import_id = ?1",
		"UPDATE import SET indexed = 1 WHERE id = ?1",
	} {
		if _, err := tx.ExecContext(ctx, q, id); err != nil {
			return err
		}
	}
	return nil
}

// FinishImport marks the import applied; what is not indexed yet is now.
func (s *Store) FinishImport(ctx context.Context, id cx.ImportID, sum ingest.Summary) error {
	sum.Import = id
	text, err := jsonText(sum)
	if err != nil {
		return wrap(err, "finish the import")
	}
	err = s.change(ctx, "finish the import", func(tx *sql.Tx) error {
		if err := indexImport(ctx, tx, id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE import SET state = 'applied', finished = ?, summary = ? WHERE id = ?",
			micros(sum.Finished), text, id)
		return err
	})
	if err != nil {
		return err
	}
	s.told(ctx)
	return nil
}

// Imports lists all imports, newest first.
func (s *Store) Imports(ctx context.Context) ([]Import, error) {
	var out []Import
	err := each(ctx, s.read, "SELECT id, source, file, sha256, mapping, state, started, summary FROM import ORDER BY id DESC", nil,
		func(rows *sql.Rows) error {
			im, err := scanImport(rows)
			out = append(out, im)
			return err
		})
	return out, wrap(err, "list the imports")
}

func scanImport(rows *sql.Rows) (Import, error) {
	var im Import
	var summary string
	if err := rows.Scan(&im.ID, &im.Source, &im.File, &im.SHA256, &im.Mapping, &im.State, &im.Started, &summary); err != nil {
		return im, err
	}
	im.Summary = ingest.Summary{Import: im.ID, Source: im.Source, File: im.File, Started: moment(im.Started)}
	if summary == "" {
		return im, nil
	}
	return im, json.Unmarshal([]byte(summary), &im.Summary)
}
