// Package app wires the rooms to the stores and to the edges: it opens a data
// folder, makes the one HTTP handler of pages and API, and starts and stops what
// runs in the background. It decides nothing about customers. Start reading at Open.
package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/finding"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/journey"
	"github.com/firsthand-cx/firsthand/internal/people"
	"github.com/firsthand-cx/firsthand/internal/store"
	"github.com/firsthand-cx/firsthand/internal/walk"
	"github.com/firsthand-cx/firsthand/internal/walk/evidence"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/guard"
	"github.com/firsthand-cx/firsthand/internal/web"
	"github.com/firsthand-cx/firsthand/internal/wording"
)

// companySetting is the vault's setting that holds the company's name.
const companySetting = "company"

// Version is the program's version.
func Version() string { return "0.1.0" }

// Config says where the data lies and how it is served. Dir and Log must be set.
type Config struct {
	Dir       string
	Zone      string // IANA name; "" keeps the folder's, UTC in a new one
	Company   string // its name on pages; "" keeps the folder's, at first the folder's own name
	Memory    string // of the facts engine, such as 2GiB; "" = its default
	Threads   int    // of the facts engine; 0 = all
	MaxUpload int64  // bytes; 0 = 20 GiB
	Watch     string // folder whose files are imported as they come; "" = none
	Storybook bool
	// Robots: a server walks by itself where it finds a Chromium.
	Robots bool
	// RobotsMayVisit are ranges of addresses that robots may visit beside the public
	// internet, such as 10.1.0.0/16.
	RobotsMayVisit []string
	Log            *slog.Logger
	Now            func() time.Time // nil = time.Now
	// OIDC is the company's own sign-in; the zero value = there is none.
	OIDC  people.OIDC
	Reach Reach
}

// stores says how the configuration wants the stores.
func (c Config) stores() (store.Options, error) {
	memory, err := parseSize(c.Memory)
	return store.Options{MemoryLimit: memory, Threads: c.Threads, Now: c.Now, Log: c.Log}, err
}

// face is what the world sees: pages, and the handler of pages and API. It is made
// anew when the company's zone becomes known.
type face struct {
	site    *web.Site
	handler http.Handler
}

// App is an opened data folder.
type App struct {
	config   Config
	stores   *store.Stores
	identity *identity.Room
	matching *identity.Matching
	journeys *journey.Room
	findings *finding.Room
	walks    *walk.Room
	policy   guard.Policy // of robots
	traffic  *walkTraffic
	people   *people.Room
	evidence *evidence.Depot
	importer *ingest.Importer
	runs     *ingest.Runs
	uploads  ingest.Uploads
	watch    *ingest.Watch
	words    *wording.Room
	asker    asker
	face     atomic.Pointer[face]
	token    string
	signIns  *signIns
	origin   atomic.Pointer[string] // where a server is reached

	// of a server
	background context.CancelFunc
	changed    chan struct{} // holds a token while findings are to be looked for
	stopped    chan struct{}
}

// Open opens the data folder, makes it when it is not there, and puts right what
// a crash left.
func Open(ctx context.Context, config Config) (_ *App, err error) {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.MaxUpload <= 0 {
		config.MaxUpload = 20 << 30
	}
	if err := config.Reach.check(); err != nil {
		return nil, err
	}
	options, err := config.stores()
	if err != nil {
		return nil, err
	}
	a := &App{config: config, token: rand.Text(), signIns: &signIns{now: config.Now}}
	if a.policy, err = RobotPolicy(config.RobotsMayVisit); err != nil {
		return nil, err
	}
	a.stores, err = store.Open(ctx, config.Dir, options)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.stores.Close())
		}
	}()
	if config.Zone != "" {
		if err := a.setZone(ctx, config.Zone); err != nil {
			return nil, err
		}
	}
	vault, facts := a.stores.Vault, a.stores.Facts
	if config.Company != "" {
		if err := vault.SetSetting(ctx, companySetting, config.Company); err != nil {
			return nil, err
		}
	}
	a.identity = identity.New(vault, facts, config.Now)
	a.matching = identity.NewMatching(a.identity, vault, config.Now)
	a.journeys = journey.New(vault, newJourneyFacts(facts), config.Now)
	a.asker = newAsker(facts, vault, config.Now)
	a.findings = finding.New(vault, facts, a.journeys.List, config.Now)
	a.evidence = evidence.New(filepath.Join(config.Dir, store.EvidenceName), 0)
	a.walks = walk.New(vault, a.evidence, a.journeys.List, config.Now)
	a.words = wording.New(wordFacts{facts, newAnswers[[]wording.Word](facts.Changes)}, a.followWords, config.Now)
	if err := a.beginWalks(ctx); err != nil {
		return nil, err
	}
	a.people = people.New(vault, config.OIDC, a.greet, config.Now)
	a.runs = ingest.NewRuns(config.Now, config.Log)
	a.uploads = ingest.Uploads{Dir: filepath.Join(config.Dir, "uploads"), Max: config.MaxUpload}
	if err := a.uploads.Clear(); err != nil {
		return nil, cx.Errorf(cx.Unavailable, "left-over uploads cannot be removed: %w", err)
	}
	a.importer = &ingest.Importer{
		Vault: vault, Facts: facts, Linker: a.traffic, Matcher: a.journeys, Key: vault.InstallKey(),
		Defaults: ingest.Defaults{Zone: vault.Zone()}, Now: config.Now,
	}
	if err := a.sweepEvidence(ctx); err != nil {
		return nil, err
	}
	a.watch = a.newWatch()
	if err := a.journeys.MatchNew(ctx); err != nil {
		return nil, err
	}
	if err := a.mount(ctx); err != nil {
		return nil, err
	}
	return a, nil
}

// openEvidence opens a file of the depot.
func (a *App) openEvidence(file string) (io.ReadSeekCloser, error) { return a.evidence.Open(file) }

// sweepEvidence removes files that no walk names: a crash came between the file and its
// row, or the walk was forgotten.
func (a *App) sweepEvidence(ctx context.Context) error {
	known, err := a.stores.Vault.EvidenceFiles(ctx)
	if err != nil {
		return err
	}
	removed, err := a.evidence.Sweep(func(name string) bool { return known[name] })
	if err != nil {
		return cx.Errorf(cx.Unavailable, "evidence that no walk names cannot be removed: %w", err).
			WithRemedy("See that the folder %s may be written.", a.evidence.Dir)
	}
	if removed > 0 {
		a.config.Log.Info("removed evidence that no walk names", "files", removed)
	}
	return nil
}

// setZone sets the company's zone while the folder is new; figures by day must
// not change their meaning afterwards.
func (a *App) setZone(ctx context.Context, name string) error {
	if name == a.stores.Vault.Zone().String() {
		return nil
	}
	empty, err := a.Empty(ctx)
	if err != nil {
		return err
	}
	if !empty {
		return cx.Errorf(cx.Conflict, "this company's time zone is %s and it has data", a.stores.Vault.Zone()).
			WithRemedy("Leave --zone out, or start an empty folder: days and weeks would change their meaning.")
	}
	if err := a.stores.Vault.SetZone(ctx, name); err != nil || a.importer == nil {
		return err
	}
	a.importer.Defaults.Zone = a.stores.Vault.Zone()
	return a.mount(ctx)
}

// adoptZone makes a first import's zone the company's, if nobody has named one: the
// days and hours of its figures are then those that the company lives by.
func (a *App) adoptZone(ctx context.Context, name string) (adopted bool, err error) {
	if name == "" || a.config.Zone != "" || a.stores.Vault.Zone() != time.UTC {
		return false, nil
	}
	empty, err := a.Empty(ctx)
	if err != nil || !empty {
		return false, err
	}
	return true, a.setZone(ctx, name)
}

// mount makes the handler of pages and API.
func (a *App) mount(ctx context.Context) error {
	company, err := a.stores.Vault.Setting(ctx, companySetting)
	if err != nil {
		return err
	}
	imports := importDesk{a}
	site, err := web.New(web.Config{
		Rooms: web.Rooms{
			Questions: pageQuestions{a}, Quotes: pageQuotes{a}, Journeys: a.journeys,
			Findings: pageFindings{a.findings}, Customers: pageCustomers{a}, Linking: a.matching, Imports: pageImports{imports}, MayJudge: a.mayJudge, MayReview: a.mayReview,
			Walks: a.walks, Walking: a.walks, Robots: pageRobots{a.walks, a.siteDesk()}, Evidence: a.openEvidence,
			Words:  a.words,
			People: a.people, WalkerOf: a.walkerOf,
		},
		Company: cmp.Or(company, filepath.Base(a.stores.Dir())), Zone: a.stores.Vault.Zone(), Now: a.config.Now, Log: a.config.Log,
		Sessions: a.stores.Vault, Exchange: a.signIns.exchange, Origin: a.reachedAt, Secure: a.config.Reach.secure(), PDF: printer(), Storybook: a.config.Storybook,
	})
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	api.New(mux, api.Rooms{
		Questions: a.asker, Imports: imports, Journeys: a.journeys, Findings: a.findings,
		Customers: a.eraser(), Linking: a.matching, Keeper: keeper{a}, Leases: a.walks, Recordings: a.walks, Sites: a.siteDesk(), Version: Version(), Log: a.config.Log, Who: a.who, MayJudge: a.mayJudge,
		Walks: a.walks, Evidence: a.openEvidence, MayReview: a.mayReview,
		Words:  a.words,
		People: a.people, WalkerOf: a.walkerOf, Origin: a.reachedAt,
	})
	mux.Handle("/", site)
	protection := http.NewCrossOriginProtection()
	if origin := a.config.Reach.origin(); origin != "" {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			return err
		}
	}
	a.face.Store(&face{site, a.config.Reach.outward(protection.Handler(mux))})
	return nil
}

// Handler answers pages and API.
func (a *App) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { a.face.Load().handler.ServeHTTP(w, r) })
}

// LocalToken lets a command of the same process use the API.
func (a *App) LocalToken() string { return a.token }

// Empty reports whether the folder holds no imports yet.
func (a *App) Empty(ctx context.Context) (bool, error) {
	all, err := a.stores.Vault.Imports(ctx)
	return len(all) == 0, err
}

// Close stops what runs in the background and closes the stores.
func (a *App) Close() error {
	a.endJobs()
	a.runs.Stop()
	return a.stores.Close()
}
