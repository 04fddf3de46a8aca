// Package api is the HTTP API: OpenAPI 3.1 from code, one file per resource.
// It turns requests into calls of the rooms' exported methods and their errors
// into problem+json; it decides nothing. Start reading at New.
package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"path"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
)

// Rooms is what the API calls. Each resource file declares the few methods it needs.
type Rooms struct {
	Questions  Questions
	Imports    Imports
	Journeys   Journeys
	Findings   Findings
	Customers  Customers
	Linking    Linking
	Keeper     Keeper
	Leases     Leases
	Recordings Recordings
	Sites      Sites
	Words      Words
	Walks      Walks
	// Evidence opens a file of what walkers and robots recorded.
	Evidence func(file string) (io.ReadSeekCloser, error)
	Version  string
	Log      *slog.Logger
	// Who is who sends a request; ok is false for somebody who is not signed in.
	Who    func(r *http.Request) (who cx.Account, ok bool)
	People *people.Room
	// WalkerOf is who an account is among the walkers; 0 = they are none.
	WalkerOf func(ctx context.Context, account cx.Account) (int64, error)
	// Origin is where the pages are reached; "" while no server runs.
	Origin func() string
	// MayJudge says whether somebody may judge a finding: a step owner those of their
	// own steps only.
	MayJudge func(ctx context.Context, who cx.Account, finding int64) error
	// MayReview says whether somebody may read a walk and judge it.
	MayReview func(ctx context.Context, who cx.Account, walk int64) error
}

// Capability is what an operation needs its caller to be allowed to do; which role
// has which stands in the people room.
type Capability = people.Capability

const (
	Public   = people.Public
	Read     = people.Read
	Evidence = people.Evidence
	Judge    = people.Judge
	Customer = people.Customer
	Edit     = people.Edit
	Import   = people.Import
	Link     = people.Merge
	Erase    = people.Erase
	Keep     = people.Keep
	Plan     = people.Plan
	Review   = people.Review
	Walk     = people.Walk
	Work     = people.Work
	Manage   = people.Manage
)

type accountKey struct{}

// who sends the request; every operation that is not Public may rely on it.
func who(ctx context.Context) cx.Account {
	account, _ := ctx.Value(accountKey{}).(cx.Account)
	return account
}

// New registers every resource under /api/v1 on mux.
func New(mux *http.ServeMux, rooms Rooms) huma.API {
	config := huma.DefaultConfig("Firsthand", rooms.Version)
	config.OpenAPIPath = "/api/v1/openapi"
	config.DocsPath = "" // no page that loads scripts from elsewhere
	config.SchemasPath = "/api/v1/schemas"
	config.Info.Description = "Customer experience, measured and lived. Every figure is an answer to a named question; every figure opens into its interactions."
	config.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "The token in server.json of the data folder, one that an owner made for a program, or a signed-in session's cookie."},
	}
	api := humago.New(mux, config)
	a := &resources{api: api, mux: mux, rooms: rooms}
	a.health()
	a.questions()
	a.imports()
	a.journeys()
	a.findings()
	a.customers()
	a.linking()
	a.keeper()
	a.walkLeases()
	a.walkRecordings()
	a.walkSites()
	a.walks()
	a.walkReviews()
	a.walkPlans()
	a.walkLibrary()
	a.walkers()
	a.words()
	a.people()
	return api
}

// schemaName names a type's schema with its room, since two rooms may use one word
// (a run of an import, a run of an evaluation).
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if room := path.Base(t.PkgPath()); t.Name() != "" && room != "api" && room != "cx" && strings.Contains(t.PkgPath(), "firsthand") {
		return strings.ToUpper(room[:1]) + room[1:] + name
	}
	return name
}

type resources struct {
	api   huma.API
	mux   *http.ServeMux
	rooms Rooms
}

// operation describes a route; every one names its capability.
func (a *resources) operation(method, path, id, summary string, capability Capability) huma.Operation {
	op := huma.Operation{
		OperationID: id, Method: method, Path: "/api/v1" + path, Summary: summary,
		Metadata: map[string]any{"capability": capability},
		Errors:   []int{400, 403, 404, 409, 503},
	}
	if capability != Public {
		op.Security = []map[string][]string{{"token": {}}}
		op.Middlewares = huma.Middlewares{func(ctx huma.Context, next func(huma.Context)) {
			r, _ := humago.Unwrap(ctx)
			account, refusal := a.allowed(r, capability)
			if refusal != "" {
				_ = huma.WriteErr(a.api, ctx, http.StatusForbidden, refusal)
				return
			}
			next(huma.WithValue(ctx, accountKey{}, account))
		}}
	}
	return op
}

// allowed is who sends a request, and why it is refused ("" = it is not).
func (a *resources) allowed(r *http.Request, capability Capability) (who cx.Account, refusal string) {
	who, ok := a.rooms.Who(r)
	switch {
	case !ok:
		return who, "You are not signed in. Sign in on the page /sign-in, or send a token: the data folder's, or one that an owner made."
	case !people.May(who.Role, capability):
		return who, "The role " + string(who.Role) + " may not do this. Ask an owner: they set roles."
	}
	if capability == Walk && a.rooms.WalkerOf != nil {
		var err error
		if who.Walker, err = a.rooms.WalkerOf(r.Context(), who); err != nil {
			a.rooms.Log.ErrorContext(r.Context(), "a walker could not be found", "error", err)
			return who, "It could not be seen whether you are a walker. Try again in a moment."
		}
	}
	return who, ""
}

// refuse answers a request outside huma that is not allowed.
func (a *resources) refuse(w http.ResponseWriter, why string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(http.StatusForbidden)
	_ = json.NewEncoder(w).Encode(&problem{
		ErrorModel: huma.ErrorModel{Title: "Forbidden", Status: http.StatusForbidden, Detail: why}, Code: cx.Forbidden,
	})
}

// problem is an error as RFC 9457 says it, with our code and remedy.
type problem struct {
	huma.ErrorModel
	Code   cx.Code  `json:"code"`
	Remedy string   `json:"remedy,omitempty"`
	Place  cx.Place `json:"place,omitzero"`
}

// StatusOf maps an error's code to its HTTP status: the one place that does.
func StatusOf(code cx.Code) int {
	switch code {
	case cx.Invalid:
		return http.StatusBadRequest
	case cx.NotFound:
		return http.StatusNotFound
	case cx.Conflict:
		return http.StatusConflict
	case cx.Forbidden:
		return http.StatusForbidden
	case cx.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// fail turns a room's error into a problem and logs our own faults, once.
func (a *resources) fail(ctx context.Context, err error) error { return a.problemOf(ctx, err) }

func (a *resources) problemOf(ctx context.Context, err error) *problem {
	if errors.Is(err, context.Canceled) {
		err = cx.Errorf(cx.Unavailable, "cancelled")
	}
	code := cx.CodeOf(err)
	p := &problem{Code: code}
	p.Status = StatusOf(code)
	p.Title = http.StatusText(p.Status)
	if all := each(err); len(all) > 0 && code != cx.Internal {
		p.Detail, p.Remedy, p.Place = all[0].Text, all[0].Remedy, all[0].Place
		if len(all) > 1 { // a file with several mistakes: they are told together
			p.Detail, p.Remedy, p.Place = "", "", cx.Place{}
			for _, e := range all {
				p.Detail += e.Error() + "\n"
			}
			p.Detail = strings.TrimSuffix(p.Detail, "\n")
		}
		return p
	}
	a.rooms.Log.ErrorContext(ctx, "request failed", "error", err)
	p.Detail = "Something went wrong on our side"
	p.Remedy = "The server's log has the cause."
	return p
}

// failed is fail for handlers that only have an error to tell.
func (a *resources) failed(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	return a.fail(ctx, err)
}

// replied is what a room returned.
type replied[T any] struct {
	value T
	err   error
}

func reply[T any](value T, err error) replied[T] { return replied[T]{value, err} }

// to turns what a room returned into a response.
func (r replied[T]) to(ctx context.Context, a *resources) (*body[T], error) {
	if r.err != nil {
		return nil, a.fail(ctx, r.err)
	}
	if v := reflect.ValueOf(&r.value).Elem(); v.Kind() == reflect.Slice && v.IsNil() {
		v.Set(reflect.MakeSlice(v.Type(), 0, 0)) // an empty list is [], not null
	}
	return &body[T]{r.value}, nil
}

// each lists the known errors that were joined into one.
func each(err error) []*cx.Error {
	var known *cx.Error
	var many interface{ Unwrap() []error }
	switch {
	case errors.As(err, &many):
		var all []*cx.Error
		for _, one := range many.Unwrap() {
			all = append(all, each(one)...)
		}
		return all
	case errors.As(err, &known):
		return []*cx.Error{known}
	}
	return nil
}

type healthBody struct {
	Body struct {
		Version string    `json:"version"`
		Ready   bool      `json:"ready"`
		Now     time.Time `json:"now"`
	}
}

func (a *resources) health() {
	huma.Register(a.api, a.operation(http.MethodGet, "/health", "health", "Is the server ready?", Public),
		func(context.Context, *struct{}) (*healthBody, error) {
			var out healthBody
			out.Body.Version, out.Body.Ready, out.Body.Now = a.rooms.Version, true, time.Now().UTC()
			return &out, nil
		})
}
