package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
)

var _ ingest.Facts = (*Store)(nil)

// factsImport is one open import. Rows go to a temporary table of its own
// connection, which never reaches the file; Commit sorts them into the tables in
// one transaction.
type factsImport struct {
	store  *Store
	conn   *sql.Conn
	done   func() // gives back the store's database
	id     cx.ImportID
	header ingest.Header
	scales map[string]int16
	record *recordBuilder
	staged int64
	closed bool
}

// BeginImport opens an import. Several may be open at once; their commits wait
// for each other.
func (s *Store) BeginImport(ctx context.Context, id cx.ImportID, h ingest.Header) (ingest.FactsImport, error) {
	scales, err := s.addScales(ctx, h.Source, h.Scales)
	if err != nil {
		return nil, err
	}
	db, done, err := s.open()
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		done()
		return nil, wrap(err, "begin the import")
	}
	im := &factsImport{store: s, conn: conn, done: done, id: id, header: h, scales: scales}
	_, err = conn.ExecContext(ctx, "CREATE OR REPLACE TEMP TABLE stage AS SELECT 0::BIGINT AS seq, * FROM interaction LIMIT 0")
	if err != nil {
		im.close()
		return nil, wrap(err, "begin the import")
	}
	im.record = newRecordBuilder(id)
	return im, nil
}

func (im *factsImport) Append(ctx context.Context, batch []ingest.Fact) error {
	if im.closed {
		return cx.Errorf(cx.Internal, "import %d is over", im.id)
	}
	if len(batch) == 0 {
		return nil
	}
	if err := im.numberWords(ctx, batch); err != nil {
		return err
	}
	for i := range batch {
		if err := im.record.add(im.staged+int64(i)+1, i, &batch[i], im.scales); err != nil {
			im.record.reset()
			return err
		}
	}
	if err := im.record.insert(ctx, im.conn); err != nil {
		return wrap(err, "keep the imported rows aside")
	}
	im.staged += int64(len(batch))
	return nil
}

// numberWords finds the numbers of the batch's signatures and dimension sets,
// giving out new ones where needed.
func (im *factsImport) numberWords(ctx context.Context, batch []ingest.Fact) error {
	r := im.record
	if im.lookUp(batch) {
		return nil
	}
	var signatures []cx.Signature
	var sets []map[string]string
	listed, listedSets := map[cx.Signature]bool{}, map[string]bool{}
	for i := range batch {
		sig := batch[i].Signature
		sig.ID = 0
		if r.signature[i] == 0 && !listed[sig] {
			listed[sig] = true
			signatures = append(signatures, sig)
		}
		set := batch[i].Dimensions
		if len(set) > 0 && r.dimensions[i] == 0 && !listedSets[string(r.dimsKey(set))] {
			listedSets[string(r.key)] = true
			sets = append(sets, set)
		}
	}
	if err := im.store.addWords(ctx, signatures, sets); err != nil {
		return err
	}
	if !im.lookUp(batch) {
		return cx.Errorf(cx.Internal, "new codes were not numbered")
	}
	return nil
}

// lookUp sets the numbers of each row's words, 0 for those that have none yet, and
// reports whether all have.
func (im *factsImport) lookUp(batch []ingest.Fact) (all bool) {
	words, r := &im.store.words, im.record
	r.signature, r.dimensions = r.signature[:0], r.dimensions[:0]
	all = true
	for i := range batch {
		sig := batch[i].Signature
		sig.ID = 0
		n, known := r.signatures[sig]
		if !known {
			if n, known = words.signatureNumber(sig); known {
				r.signatures[sig] = n
			}
		}
		r.signature = append(r.signature, n)
		set := int32(0)
		if len(batch[i].Dimensions) > 0 {
			key := r.dimsKey(batch[i].Dimensions)
			var there bool
			if set, there = r.dims[string(key)]; !there {
				if set, there = words.dimsNumber(jsonKey(batch[i].Dimensions)); there {
					r.dims[string(key)] = set
				}
			}
			known = known && there
		}
		r.dimensions = append(r.dimensions, set)
		all = all && known
	}
	return all
}

func (im *factsImport) Commit(ctx context.Context, note ingest.LedgerNote) (ingest.Applied, error) {
	var applied ingest.Applied
	if im.closed {
		return applied, cx.Errorf(cx.Internal, "import %d is over", im.id)
	}
	defer im.close()
	unlock, err := im.store.lockWrite(ctx)
	if err != nil {
		return applied, err
	}
	defer unlock()
	if err := im.apply(ctx, note, &applied); err != nil {
		// A transaction that failed is gone already or goes with this; the
		// connection is dropped with its temporary tables in any case.
		_, _ = im.conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return ingest.Applied{}, wrap(err, fmt.Sprintf("apply import %d", im.id))
	}
	return applied, nil
}

// apply sorts the staged rows into the tables and writes the ledger entry last.
func (im *factsImport) apply(ctx context.Context, note ingest.LedgerNote, applied *ingest.Applied) error {
	run := func(query string, args ...any) (int64, error) {
		res, err := im.conn.ExecContext(ctx, query, args...)
		if err != nil {
			return 0, err
		}
		return res.RowsAffected()
	}
	if _, err := run("BEGIN"); err != nil {
		return err
	}
	var taken int64
	if err := im.count(ctx, &taken, "SELECT count(*) FROM import_ledger WHERE import_id = ?", int32(im.id)); err != nil {
		return err
	}
	if taken > 0 {
		return cx.Errorf(cx.Conflict, "import %d has been applied already", im.id)
	}
	var distinct int64
	if err := im.count(ctx, &distinct, "SELECT count(DISTINCT id) FROM stage"); err != nil {
		return err
	}
	if applied.Repeated = im.staged - distinct; applied.Repeated > 0 {
		if _, err := run(dropRepeated); err != nil {
			return err
		}
	}
	var before int64
	if err := im.count(ctx, &before, "SELECT count(*) FROM import_ledger WHERE source = ?", im.header.Source); err != nil {
		return err
	}
	if before == 0 {
		// Ids of a source are its own: the first import of a source meets nothing.
		n, err := run("INSERT INTO interaction SELECT * EXCLUDE (seq) FROM stage")
		if err != nil {
			return err
		}
		applied.New = n
	} else if err := im.meet(run, applied); err != nil {
		return err
	}
	_, err := run("INSERT INTO import_ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		int32(im.id), im.header.Source, im.header.File, im.header.SHA256, im.store.opt.Now().UTC().Truncate(time.Microsecond),
		note.Read, note.Rejected, applied.New, applied.Superseding, applied.Unchanged, applied.Older, applied.Repeated)
	if err != nil {
		return err
	}
	if applied.New+applied.Superseding > 0 {
		if _, err := run("UPDATE generation SET facts = facts + 1"); err != nil {
			return err
		}
	}
	_, err = run("COMMIT")
	return err
}

// meet applies rows of a source that was imported before.
func (im *factsImport) meet(run func(string, ...any) (int64, error), applied *ingest.Applied) error {
	steps := []struct {
		count *int64
		query string
		args  []any
	}{
		{nil, meet, nil},
		{&applied.Unchanged, `INSERT INTO asserted SELECT id, content, version_at, import_id, "row" FROM stage
			WHERE seq IN (SELECT seq FROM met WHERE what = 'unchanged')`, nil},
		{&applied.Older, `INSERT INTO superseded SELECT * EXCLUDE (seq) FROM stage
			WHERE seq IN (SELECT seq FROM met WHERE what = 'older')`, nil},
		{nil, `INSERT INTO superseded SELECT * FROM interaction
			WHERE rowid IN (SELECT place FROM met WHERE what = 'superseding')`, nil},
		{&applied.Superseding, `DELETE FROM interaction
			WHERE rowid IN (SELECT place FROM met WHERE what = 'superseding')`, nil},
		{&applied.New, `INSERT INTO interaction SELECT * EXCLUDE (seq) FROM stage
			WHERE seq NOT IN (SELECT seq FROM met WHERE what <> 'superseding')`, nil},
		{nil, "DROP TABLE met", nil},
	}
	for _, step := range steps {
		n, err := run(step.query, step.args...)
		if err != nil {
			return err
		}
		if step.count != nil {
			*step.count = n
		}
	}
	applied.New -= applied.Superseding
	return nil
}

func (im *factsImport) count(ctx context.Context, into *int64, query string, args ...any) error {
	return im.conn.QueryRowContext(ctx, query, args...).Scan(into)
}

// Rollback forgets the import. After Commit it does nothing.
func (im *factsImport) Rollback() error {
	im.close()
	return nil
}

func (im *factsImport) close() {
	if im.closed {
		return
	}
	im.closed = true
	// The temporary table would hold memory for as long as the pool keeps the connection.
	_, _ = im.conn.ExecContext(context.Background(), "DROP TABLE IF EXISTS temp.stage")
	im.conn.Close()
	im.done()
}
