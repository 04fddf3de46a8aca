package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/firsthand-cx/firsthand/internal/"

// mayImport says which rooms each room may import beside cx. A room missing here
// may import cx only; docs/ARCHITECTURE.md says why.
var mayImport = map[string][]string{
	"ingest":        {"ingest/rows"},
	"ingest/source": {"ingest", "ingest/rows"},
	"question":      {"journey", "question/", "declare"},
	"finding":       {"question", "question/", "job"},
	"journey":       {"declare"},
	"identity":      {"identity/likeness"},
	"walk":          {"declare", "walk/evidence", "question/statistics", "walk/robot/recorder", "walk/robot/guard"},
	"simulate":      {},
	// A robot knows recordings and its bounds; walk is what it takes its orders from.
	"walk/robot":         {"walk", "walk/robot/browser", "walk/robot/recorder", "walk/robot/guard"},
	"walk/robot/browser": {"walk/robot/recorder", "walk/robot/guard"},
	"walk/robot/shop":    {},
	"store":              {"*rooms", "store/"},
	"store/duckdb":       {"*rooms", "store/"},
	"store/sqlite":       {"*rooms", "store/"},
	"store/memory":       {"*rooms", "store/"},
	"store/storetest":    {"*rooms", "store", "store/"},
	"web":                {"*rooms", "web/", "declare"},
	"web/chart":          {},
	"web/view":           {},
	"api":                {"*rooms", "declare"},
	"app":                {"*rooms", "store", "store/", "web", "web/", "api", "simulate"},
	"cli":                {"*rooms", "app", "api", "simulate", "declare"},
	"bench":              {"*rooms", "app", "store", "store/", "simulate", "walk/robot/shop"},
}

var rooms = []string{"ingest", "ingest/rows", "ingest/source", "identity", "identity/likeness", "journey", "question", "question/statistics", "finding", "job", "walk", "walk/evidence", "walk/robot", "walk/robot/browser", "walk/robot/recorder", "walk/robot/guard", "people", "wording"}

func TestImportsRunOneWay(t *testing.T) {
	for dir, files := range goFiles(t) {
		room := strings.TrimPrefix(dir, "internal/")
		if room == dir {
			continue // cmd
		}
		for path, file := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			for _, spec := range file.Imports {
				imported, _ := strconv.Unquote(spec.Path.Value)
				if room == "cx" && (strings.Contains(imported, ".") || slices.Contains([]string{"net/http", "database/sql", "os"}, imported)) {
					t.Errorf("%s imports %s: cx has no I/O and knows the standard library only", path, imported)
				}
				if strings.HasPrefix(imported, "database/sql") && !strings.HasPrefix(room, "store") {
					t.Errorf("%s imports %s: only store knows SQL", path, imported)
				}
				target, ours := strings.CutPrefix(imported, module)
				if !ours || target == "cx" || allowed(room, target) {
					continue
				}
				t.Errorf("%s imports %s: the arrows of docs/ARCHITECTURE.md do not let %s do that", path, target, room)
			}
		}
	}
}

func allowed(room, target string) bool {
	for _, a := range mayImport[room] {
		switch {
		case a == "*rooms" && slices.Contains(rooms, target):
			return true
		case a == target:
			return true
		case strings.HasSuffix(a, "/") && strings.HasPrefix(target, a):
			return true
		}
	}
	return false
}

func TestNoRegistriesAndNoVagueNames(t *testing.T) {
	vague := []string{"util", "utils", "common", "helpers", "base", "types", "models", "services"}
	for _, files := range goFiles(t) {
		for path, file := range files {
			if slices.Contains(vague, file.Name.Name) {
				t.Errorf("%s: package %s says nothing about what it holds", path, file.Name.Name)
			}
			for _, d := range file.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
					t.Errorf("%s has an init function: wire it in app, or list it explicitly", path)
				}
			}
		}
	}
}

func goFiles(t *testing.T) map[string]map[string]*ast.File {
	t.Helper()
	root := repoRoot(t)
	all := map[string]map[string]*ast.File{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "data") && path != root {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		dir := filepath.ToSlash(filepath.Dir(rel))
		if all[dir] == nil {
			all[dir] = map[string]*ast.File{}
		}
		all[dir][rel] = file
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// repoRoot is the folder with go.mod.
func repoRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = parent
	}
}
