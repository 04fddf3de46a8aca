package store

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/ingest"
)

// importTickets imports n tickets of as many people, by the whole order of steps.
func importTickets(t *testing.T, s *Stores, source string, n int) cx.ImportID {
	t.Helper()
	ctx := context.Background()
	h := ingest.Header{Source: source, File: "tickets.csv", Started: time.Now()}
	id, err := s.Vault.BeginImport(ctx, h)
	if err != nil {
		t.Fatal(err)
	}
	keys := make([][]cx.PersonKey, n)
	for i := range keys {
		keys[i] = []cx.PersonKey{{Kind: cx.KeyEmail, Value: mailOf(i)}}
	}
	profiles := make([]cx.ProfileID, n)
	if err := identity.New(s.Vault, s.Facts, time.Now).Resolve(ctx, id, source, keys, profiles); err != nil {
		t.Fatal(err)
	}
	im, err := s.Facts.BeginImport(ctx, id, h)
	if err != nil {
		t.Fatal(err)
	}
	var words ingest.VaultBatch
	facts := make([]ingest.Fact, n)
	for i := range facts {
		facts[i] = ingest.Fact{
			ID: cx.InteractionID{byte(len(source)), byte(i), byte(i >> 8)}, Content: uint64(i), Row: int64(i), Profile: profiles[i],
			Signature: cx.Signature{Source: source, Voice: cx.VoiceCustomer, Kind: cx.Contact}, Start: time.Unix(int64(i)*60, 0), Precision: cx.ToTheSecond, HasText: true,
		}
		words.Texts = append(words.Texts, ingest.VaultText{Interaction: facts[i].ID, Profile: profiles[i], Texts: []cx.Text{{Field: "note", Text: "said by " + mailOf(i)}}})
	}
	if err := s.Vault.WriteBatch(ctx, id, words); err != nil {
		t.Fatal(err)
	}
	if err := im.Append(ctx, facts); err != nil {
		t.Fatal(err)
	}
	if _, err := im.Commit(ctx, ingest.LedgerNote{}); err != nil {
		t.Fatal(err)
	}
	if err := s.Vault.FinishImport(ctx, id, ingest.Summary{}); err != nil {
		t.Fatal(err)
	}
	return id
}

func mailOf(i int) string {
	return "person" + string(rune('a'+i%26)) + strings.Repeat("x", i/26) + "@example.org"
}

func open(t *testing.T, dir string) *Stores {
	t.Helper()
	s, err := Open(context.Background(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func count(t *testing.T, s *Stores) int {
	t.Helper()
	sources, err := s.Facts.Sources(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, source := range sources {
		n += int(source.Interactions)
	}
	return n
}

func TestASecondServerOnTheSameFolderIsAConflict(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	open(t, dir)
	_, err := Open(context.Background(), dir, Options{})
	if cx.CodeOf(err) != cx.Conflict || !strings.Contains(err.Error(), "in use") {
		t.Errorf("got %v", err)
	}
}

func TestANewerSchemaIsAConflict(t *testing.T) {
	for store, statement := range map[string]string{
		"facts": "INSERT INTO schema_version VALUES (999)",
		"vault": "INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, true)",
	} {
		t.Run(store, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			s := open(t, dir)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			tamper(t, dir, store, statement)
			_, err := Open(context.Background(), dir, Options{})
			if cx.CodeOf(err) != cx.Conflict || !strings.Contains(err.Error(), "newer version") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestARestoredBackupIsWhatItWasButForTheErased(t *testing.T) {
	ctx := context.Background()
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	importTickets(t, s, "desk", 30)
	b, err := s.Backup(ctx)
	if err != nil {
		t.Fatal(err)
	}
	importTickets(t, s, "another", 5)
	people := identity.New(s.Vault, s.Facts, time.Now)
	who, err := s.Vault.Search(ctx, mailOf(3), 1)
	if err != nil || len(who) != 1 {
		t.Fatalf("searched %v, %v", who, err)
	}
	if _, err := people.Erase(ctx, who[0]); err != nil {
		t.Fatal(err)
	}
	if n := count(t, s); n != 33 {
		t.Errorf("%d interactions before the restore, want 33", n)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(ctx, dir, b.Path, Options{}); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	if n := count(t, s); n != 29 {
		t.Errorf("%d interactions after the restore, want 29", n)
	}
	if who, err := s.Vault.Search(ctx, mailOf(3), 1); err != nil || len(who) > 0 {
		t.Errorf("the erased came back: %v, %v", who, err)
	}
	allWell(t, s)
}

func allWell(t *testing.T, s *Stores) {
	t.Helper()
	checks, err := s.Checks(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range checks {
		if !c.OK {
			t.Errorf("%s: %s", c.Name, c.Found)
		}
	}
}

func TestAnErasedCustomerIsInNoFile(t *testing.T) {
	ctx := context.Background()
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	importTickets(t, s, "desk", 60)
	who, err := s.Vault.Search(ctx, mailOf(7), 1)
	if err != nil || len(who) != 1 {
		t.Fatal(who, err)
	}
	if _, err := identity.New(s.Vault, s.Facts, time.Now).Erase(ctx, who[0]); err != nil {
		t.Fatal(err)
	}
	if err := s.Rewrite(ctx); err != nil {
		t.Fatal(err)
	}
	if wanted, err := s.Facts.RewriteWanted(ctx); err != nil || wanted {
		t.Errorf("a rewrite is still wanted: %v", err)
	}
	if n := count(t, s); n != 59 {
		t.Errorf("%d interactions, want 59", n)
	}
	allWell(t, s)
	for name, content := range files(t, dir) {
		if strings.Contains(content, mailOf(7)) {
			t.Errorf("%s holds the erased address", name)
		}
		if name == vaultName && !strings.Contains(content, mailOf(8)) {
			t.Error("the search finds nobody at all")
		}
	}
}

func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		out[filepath.Base(path)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestADamagedLogIsRepairedOnACopy(t *testing.T) {
	if dir := os.Getenv("STORE_TEST_CHILD"); dir != "" {
		s := open(t, dir)
		importTickets(t, s, "desk", 20)
		self, err := os.FindProcess(os.Getpid())
		if err != nil {
			t.Fatal(err)
		}
		if err := self.Kill(); err != nil {
			t.Fatal(err)
		}
		select {}
	}
	dir := filepath.Join(t.TempDir(), "data")
	child := exec.Command(os.Args[0], "-test.run=^TestADamagedLogIsRepairedOnACopy$")
	child.Env = append(os.Environ(), "STORE_TEST_CHILD="+dir)
	if out, err := child.CombinedOutput(); err == nil || strings.Contains(string(out), "FAIL") {
		t.Fatalf("the child was not killed: %v\n%s", err, out)
	}
	log, err := os.OpenFile(filepath.Join(dir, factsName+".wal"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := log.Write(make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	log.Close()

	ctx := context.Background()
	if _, err := Open(ctx, dir, Options{}); err == nil || !strings.Contains(err.Error(), "doctor --repair") {
		t.Fatalf("opening a damaged log: %v", err)
	}
	checks, err := Doctor(ctx, dir, true, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range checks {
		if !c.OK {
			t.Errorf("%s: %s", c.Name, c.Found)
		}
	}
	if !slices.ContainsFunc(checks, func(c Check) bool { return strings.Contains(c.Found, "the log was cut") }) {
		t.Errorf("checks: %+v", checks)
	}
	if n := count(t, open(t, dir)); n != 20 {
		t.Errorf("%d interactions after the repair, want 20", n)
	}
}

// A folder that another firsthand uses is whole: to restore a backup over it is the last
// thing to do.
func TestTheDoctorSendsNobodyToABackupForAFolderInUse(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	checks, err := Doctor(context.Background(), dir, true, Options{})
	if err != nil || len(checks) != 1 || checks[0].OK {
		t.Fatalf("checks: %+v, %v", checks, err)
	}
	if c := checks[0]; !strings.Contains(c.Found, "in use") || !strings.Contains(c.Remedy, "Stop the other one") || strings.Contains(c.Found, c.Remedy) {
		t.Errorf("found %q, to do %q", c.Found, c.Remedy)
	}
}
