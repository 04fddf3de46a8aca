package ingest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Watch imports what is put into a folder: files of the folder itself, once they have
// stopped growing, each version of a file once. A file is imported with the mapping
// beside it (MappingBeside), else as the export that it is recognised as. Files are
// left where they are. What went wrong is told with the file, and tried again when the
// file or its mapping changes; what was no fault of the file's, such as a full disk, is
// tried again by itself. An import that ends because the server stops is not told: it is
// taken up when the server is back.
type Watch struct {
	Dir string
	// Import imports a file; mapping is the path of its mapping, "" = recognise it.
	Import func(ctx context.Context, path, mapping string) (Summary, error)
	// Load and Save keep what was done, so that a restart does not do it again.
	Load func(ctx context.Context) (string, error)
	Save func(ctx context.Context, state string) error
	Now  func() time.Time

	mu    sync.Mutex
	done  map[string]WatchedFile
	sizes map[string]fileState // as last seen
}

// WatchedFile is what became of a file.
type WatchedFile struct {
	Name   string      `json:"name"`
	At     time.Time   `json:"at"`
	Import cx.ImportID `json:"import,omitempty"`
	New    int64       `json:"new"`             // interactions that were new or newer
	Error  string      `json:"error,omitempty"` // why nothing was imported, and what to do
	Again  bool        `json:"again,omitempty"` // it was no fault of the file's: it is tried again
	State  fileState   `json:"state"`
}

// tryAgainAfter is how long a file waits whose import was not its own fault.
const tryAgainAfter = 10 * time.Minute

// settled reports whether nothing is to be done with a version of a file.
func (f WatchedFile) settled(state fileState, now time.Time) bool {
	return f.State.same(state) && (!f.Again || now.Sub(f.At) < tryAgainAfter)
}

// fileState tells one version of a file and its mapping from another.
type fileState struct {
	Size    int64     `json:"size"`
	Changed time.Time `json:"changed"`
	Mapping time.Time `json:"mapping,omitzero"`
}

func (s fileState) same(t fileState) bool {
	return s.Size == t.Size && s.Changed.Equal(t.Changed) && s.Mapping.Equal(t.Mapping)
}

// Look looks once, and imports what is ready. It returns how many files it took.
func (w *Watch) Look(ctx context.Context) (int, error) {
	if err := w.load(ctx); err != nil {
		return 0, err
	}
	entries, err := os.ReadDir(w.Dir)
	if err != nil {
		return 0, cx.Errorf(cx.Unavailable, "the watched folder %s cannot be read: %w", w.Dir, err).
			WithRemedy("Make the folder, or start the server with another --watch.")
	}
	taken := 0
	seen := map[string]fileState{}
	for _, e := range entries {
		if !e.Type().IsRegular() || !importable(e.Name()) {
			continue
		}
		path := filepath.Join(w.Dir, e.Name())
		state, mapping, err := stateOf(path)
		if errors.Is(err, fs.ErrNotExist) { // taken away meanwhile
			continue
		}
		if err != nil {
			return taken, cx.Errorf(cx.Unavailable, "%s cannot be read: %w", path, err)
		}
		seen[e.Name()] = state
		last, wasSeen := w.sizes[e.Name()]
		if done, ok := w.done[e.Name()]; ok && done.settled(state, w.Now()) || !wasSeen || !last.same(state) || state.Size == 0 {
			continue // done, or still growing
		}
		if err := w.take(ctx, path, mapping, state); err != nil {
			return taken, err
		}
		taken++
	}
	w.sizes = seen
	return taken, nil
}

func (w *Watch) take(ctx context.Context, path, mapping string, state fileState) error {
	file := WatchedFile{Name: filepath.Base(path), At: w.Now().UTC(), State: state}
	summary, err := w.Import(ctx, path, mapping)
	if ctx.Err() != nil || errors.Is(err, context.Canceled) {
		return errors.Join(ctx.Err(), err) // the server stops
	}
	if err != nil {
		code := cx.CodeOf(err)
		file.Error, file.Again = err.Error(), code == cx.Unavailable || code == cx.Internal
	} else {
		file.Import, file.New = summary.Import, summary.Applied.New+summary.Applied.Superseding+summary.NewPeople
	}
	w.mu.Lock()
	w.done[file.Name] = file
	text, err := json.Marshal(w.done)
	w.mu.Unlock()
	if err != nil {
		return err
	}
	return w.Save(ctx, string(text))
}

func (w *Watch) load(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.done != nil {
		return nil
	}
	text, err := w.Load(ctx)
	if err != nil {
		return err
	}
	w.done = map[string]WatchedFile{}
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), &w.done)
}

// Files lists what became of the files, the last first.
func (w *Watch) Files(ctx context.Context) ([]WatchedFile, error) {
	if err := w.load(ctx); err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	list := make([]WatchedFile, 0, len(w.done))
	for _, f := range w.done {
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b WatchedFile) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Name, b.Name)) })
	return list, nil
}

// importable leaves hidden and unfinished files, mappings and rejects files alone.
func importable(name string) bool {
	low := strings.ToLower(name)
	for _, end := range []string{".yaml", ".yml", ".part", ".tmp", ".crdownload", ".md"} {
		if strings.HasSuffix(low, end) {
			return false
		}
	}
	return !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "~")
}

func stateOf(path string) (fileState, string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return fileState{}, "", err
	}
	state := fileState{Size: info.Size(), Changed: info.ModTime().UTC()}
	mapping := MappingBeside(path)
	if mapping != "" {
		if info, err := os.Stat(mapping); err == nil {
			state.Mapping = info.ModTime().UTC()
		}
	}
	return state, mapping, nil
}

// mappingSuffix is how the name of a mapping file ends.
const mappingSuffix = ".mapping.yaml"

// MappingBeside is the mapping that lies beside a file under its name:
// calls.mapping.yaml beside calls.csv, calls.csv.gz or calls-2026-03.csv; the longest
// name that fits; "" if there is none.
func MappingBeside(path string) string {
	name := filepath.Base(path)
	found, err := filepath.Glob(filepath.Join(escapeGlob(filepath.Dir(path)), "*"+mappingSuffix))
	if err != nil {
		return ""
	}
	best := ""
	for _, m := range found {
		stem := strings.TrimSuffix(filepath.Base(m), mappingSuffix)
		rest, ok := strings.CutPrefix(name, stem)
		if stem == "" || !ok || rest == "" || !strings.ContainsRune(".-_ ", rune(rest[0])) {
			continue
		}
		if best == "" || len(m) > len(best) {
			best = m
		}
	}
	return best
}

// MappingName is the name under which a mapping is found beside a file:
// calls.mapping.yaml for calls.csv.gz.
func MappingName(file string) string {
	stem, _, _ := strings.Cut(file, ".")
	return cmp.Or(stem, file) + mappingSuffix
}

func escapeGlob(dir string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(dir)
}
