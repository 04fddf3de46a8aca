package duckdb

import (
	"context"
	"database/sql"
	"embed"
	"io/fs"
	"path"
	"strings"
	"sync"
	"time"

	engine "github.com/duckdb/duckdb-go/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

//go:embed sql/*.sql
var fetchFiles embed.FS

// fetches are the named fetches as whole statements, with a mark where the
// filter's clauses go.
var fetches = sync.OnceValues(func() (map[string]statements, error) { return readFetches(fetchFiles) })

// statements are what a fetch is said as. One about customers reads the sorted copy,
// where each customer's interactions stand together: counting who is different is
// several times cheaper there, and nothing is joined. Any other reads the facts. The
// engine cannot know that a profile has one link at most, so it would join every
// interaction to them even where nobody asks for a customer.
type statements struct {
	sorted           string // "" = the fetch is not about customers
	linked, unlinked string
}

// What the preamble says of links, word for word.
const (
	linkJoin   = "LEFT JOIN profile_link l ON l.profile_id = i.profile_id"
	linkColumn = "COALESCE(l.customer_id, i.profile_id, 0)"
)

const filterMark = "-- FILTER: the parts of the filter that are set"

func readFetches(files fs.FS) (map[string]statements, error) {
	names, err := fs.Glob(files, "sql/*.sql")
	if err != nil {
		return nil, err
	}
	preamble, err := fs.ReadFile(files, "sql/preamble.sql")
	if err != nil {
		return nil, err
	}
	sorted, err := fs.ReadFile(files, "sql/preamble_sorted.sql")
	if err != nil {
		return nil, err
	}
	unlinked := strings.NewReplacer(linkJoin, "", linkColumn, "COALESCE(i.profile_id, 0)").Replace(string(preamble))
	out := map[string]statements{}
	for _, name := range names {
		stem := strings.TrimSuffix(path.Base(name), ".sql")
		if strings.HasPrefix(stem, "preamble") {
			continue
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		if strings.Contains(string(text), "customer") {
			out[stem] = statements{sorted: join(string(sorted), string(text))}
		} else {
			out[stem] = statements{linked: join(string(preamble), string(text)), unlinked: join(unlinked, string(text))}
		}
	}
	return out, nil
}

// join puts the preamble's CTE before a fetch, which may have CTEs of its own.
func join(preamble, fetch string) string {
	rest := fetch
	for {
		rest = strings.TrimSpace(rest)
		if !strings.HasPrefix(rest, "--") {
			break
		}
		_, after, _ := strings.Cut(rest, "\n")
		rest = after
	}
	rest = strings.TrimSuffix(rest, ";")
	if len(rest) > 5 && strings.EqualFold(rest[:4], "WITH") && strings.ContainsAny(rest[4:5], " \n\t") {
		return strings.TrimRight(preamble, "\n ") + ",\n" + rest[5:]
	}
	return preamble + rest
}

// Fetches lists the named fetches that this engine knows.
func Fetches() ([]string, error) {
	all, err := fetches()
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	return names, nil
}

// Rows runs a named fetch over the filtered interactions. Don't ask another
// question inside row: this one holds a place among those that run at once.
func (s *Store) Rows(ctx context.Context, fetch string, f question.Filter, args question.Args, row func(scan func(dest ...any) error) error) error {
	all, err := fetches()
	if err != nil {
		return wrap(err, "read the named fetches")
	}
	known, ok := all[fetch]
	if !ok {
		return cx.Errorf(cx.Internal, "the facts have no fetch %q", fetch)
	}
	text := known.linked
	switch {
	case known.sorted != "":
		text = known.sorted
	case f.Customer == 0:
		text = known.unlinked
	}
	clauses, params := s.where(f, known.sorted != "")
	text = strings.Replace(text, filterMark, clauses, 1)
	for name, v := range args {
		params[name] = parameter(v)
	}
	params["zone"] = zoneName(s.opt.Zone())

	db, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	ctx, free, err := s.slot(ctx)
	if err != nil {
		return err
	}
	defer free()
	var from queryer = db
	if known.sorted != "" {
		conn, end, err := s.sortedCopy(ctx, db)
		if err != nil {
			return err
		}
		defer end()
		from = conn
	}
	var handed error // what row said, which is not the engine's error
	err = each(ctx, from, text, named(text, params), func(rows *sql.Rows) error {
		handed = row(func(dest ...any) error { return scan(rows, dest) })
		return handed
	})
	if handed != nil {
		return handed
	}
	return wrap(err, "ask "+fetch)
}

// zoneName is the name that the engine knows a zone by.
func zoneName(z *time.Location) string {
	if name := z.String(); name != "Local" {
		return name
	}
	return "UTC"
}

// parameter turns an argument into what the engine takes.
func parameter(v any) any {
	switch v := v.(type) {
	case time.Time:
		return instant(v)
	case time.Duration:
		return v.Microseconds()
	case cx.CustomerID:
		return int64(v)
	case cx.ProfileID:
		return int64(v)
	case cx.InteractionID:
		return uuidText(v)
	case cx.Metric:
		return string(v)
	}
	return v
}

// instant is a time as the facts keep it, in UTC and without a zone. Where a
// statement does not say what a parameter is, the driver would hand over a time with
// a zone, and the engine would turn every row's into one too: slowly, and as if they
// were of this machine's zone.
func instant(t time.Time) any { return engine.Typed(t.UTC(), engine.TYPE_TIMESTAMP) }

// scan copies a row, with ids and times as the domain has them.
func scan(rows *sql.Rows, dest []any) error {
	taken := make([]any, len(dest))
	for i, d := range dest {
		switch d := d.(type) {
		case *cx.InteractionID:
			taken[i] = (*engine.UUID)(d)
		case *time.Time:
			taken[i] = (*utcTime)(d)
		default:
			taken[i] = d
		}
	}
	return rows.Scan(taken...)
}

// utcTime scans a timestamp and says that it is UTC.
type utcTime time.Time

func (t *utcTime) Scan(v any) error {
	at, ok := v.(time.Time)
	if !ok {
		return cx.Errorf(cx.Internal, "a time is a %T", v)
	}
	*t = utcTime(at.UTC())
	return nil
}

func uuidText(id cx.InteractionID) string {
	h := id.String()
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
