package app

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/finding"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// What a program that opened the folder itself asks for, without the API between:
// the demo, the bench and tests.

// Ask answers a question, afresh each time.
func (a *App) Ask(ctx context.Context, name string, params url.Values) (question.Table, error) {
	return a.asker.afresh(ctx, name, params)
}

// ImportFile imports a file of this machine; without a mapping its format is
// recognised by its content.
func (a *App) ImportFile(ctx context.Context, path, mapping string) (ingest.Summary, error) {
	up, err := a.keepFile(path)
	if err != nil {
		return ingest.Summary{}, err
	}
	defer func() { _ = a.uploads.Drop(up.ID) }()
	work, err := importDesk{a}.work(ctx, up, api.ImportRequest{Mapping: mapping})
	if err != nil {
		return ingest.Summary{}, err
	}
	return work(ctx, func(int64, int64, string) {})
}

// LinkPeople looks for profiles that are one person, among all or what is new.
func (a *App) LinkPeople(ctx context.Context, all bool) (identity.LikenessRun, error) {
	return a.matching.Link(ctx, all, nil)
}

// NoLinking turns linking by likeness after imports off.
func (a *App) NoLinking(ctx context.Context) error {
	s, err := a.matching.Settings(ctx)
	if err != nil {
		return err
	}
	s.On = false
	return a.matching.SetSettings(ctx, s)
}

// SaveJourney makes a journey file the current version of its name.
func (a *App) SaveJourney(ctx context.Context, file, text string) error {
	_, err := a.journeys.Save(ctx, file, []byte(text), "owner")
	return err
}

// Findings evaluates and lists what is open.
func (a *App) Findings(ctx context.Context) ([]cx.Finding, error) {
	if err := a.lookForFindings(ctx); err != nil {
		return nil, err
	}
	return a.findings.List(ctx, finding.BySeverity, cx.FindingOpen)
}

// SignInPath is a new one-time sign-in link, without scheme and host.
func (a *App) SignInPath() string { return "/sign-in/" + a.signIns.issue() }

// SignInForBench signs a browser in without a click, for a program that holds the
// folder anyway and measures its pages.
func (a *App) SignInForBench() (*http.Cookie, error) {
	r := httptest.NewRequest(http.MethodPost, a.SignInPath(), nil)
	w := httptest.NewRecorder()
	a.Handler().ServeHTTP(w, r)
	for _, cookie := range w.Result().Cookies() {
		return cookie, nil
	}
	return nil, cx.Errorf(cx.Internal, "signing in answered %d", w.Code)
}

// Walks is the walks' room.
func (a *App) Walks() *walk.Room { return a.walks }

// WalkSteps are the steps of walks that the facts hold.
func (a *App) WalkSteps(ctx context.Context, p cx.Period) ([]walk.StepFact, error) {
	return a.stores.Facts.WalkSteps(ctx, p)
}

// Evidence opens a file of a walk's evidence.
func (a *App) Evidence(file string) (io.ReadCloser, error) { return a.evidence.Open(file) }

// Coverage says what is there, of which source, and which questions it answers.
func (a *App) Coverage(ctx context.Context) (question.Coverage, error) {
	return a.asker.Coverage(ctx)
}
