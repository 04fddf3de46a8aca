package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// Questions asks named questions of the company's facts.
type Questions interface {
	Catalogue() []question.Definition
	// Coverage says what is there, of which source, and which questions it answers.
	Coverage(ctx context.Context) (question.Coverage, error)
	// Ask parses the parameters in the company's zone and answers.
	Ask(ctx context.Context, name string, params url.Values) (question.Table, error)
	// Charges says what a contact is charged to in each journey, and why.
	Charges(ctx context.Context, contact cx.InteractionID) ([]question.JourneyCharge, error)
	// Evidence lists the interactions behind a cell, with their words.
	Evidence(ctx context.Context, name string, params url.Values, cell string, limit int) ([]identity.Line, bool, error)
	// Walks lists the walks behind a cell of a question about walks.
	Walks(ctx context.Context, name string, params url.Values, cell string, limit int) ([]question.WalkPiece, bool, error)
}

// definitionBody is a question as the catalogue lists it.
type definitionBody struct {
	Name     string   `json:"name"`
	Title    string   `json:"title"`
	Formula  string   `json:"formula"`
	Unit     string   `json:"unit"`
	Smallest string   `json:"smallest_sample"`
	Pitfalls string   `json:"pitfalls"`
	Source   string   `json:"source"`
	Needs    []string `json:"parameters"`
	Splits   []string `json:"splits,omitempty" doc:"All that it can be split by, where that is not whatever there is"`
	About    string   `json:"about" doc:"What its numbers open into: interactions or walks"`
	Bring    string   `json:"bring" doc:"What to bring, or do, so that it can be answered"`
}

// paramsInput documents the parameters; ParseParams reads them.
type paramsInput struct {
	From      string `query:"from" doc:"First day of the period, e.g. 2026-01-01, in the company's zone"`
	To        string `query:"to" doc:"The day after the period's last"`
	AsOf      string `query:"as_of" doc:"The end of what the data can know; default the last interaction"`
	Journey   string `query:"journey"`
	Step      string `query:"step"`
	Persona   string `query:"persona"`
	Channel   string `query:"channel"`
	Dimension string `query:"dimension" doc:"name=value"`
	By        string `query:"by" doc:"step, channel, reason, touchpoint, persona, month, week, weekday, hour or dimension:<name>"`
	Within    string `query:"within" doc:"e.g. 24h"`
	Days      string `query:"days" doc:"e.g. 7 or 30"`
	Metric    string `query:"metric" doc:"nps, csat or ces"`
	Min       string `query:"min" doc:"Smallest sample that a number is shown for"`

	given url.Values
}

// Resolve keeps the query as it came, so that an unknown name is an error.
func (p *paramsInput) Resolve(ctx huma.Context) []error {
	u := ctx.URL()
	p.given = u.Query()
	return nil
}

func (p *paramsInput) params(own ...string) url.Values {
	params := url.Values{}
	for name, values := range p.given {
		if !slices.Contains(own, name) {
			params[name] = values
		}
	}
	return params
}

type askInput struct {
	paramsInput
	Name string `path:"name" doc:"The question's name, e.g. repeat_contact"`
}

type evidenceInput struct {
	paramsInput
	Name  string `path:"name"`
	Cell  string `query:"cell" doc:"The evidence of a cell, as the answer gives it"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

func (a *resources) questions() {
	huma.Register(a.api, a.operation(http.MethodGet, "/questions", "list-questions", "Which questions can be asked?", Read),
		func(context.Context, *struct{}) (*body[[]definitionBody], error) {
			var out []definitionBody
			for _, d := range a.rooms.Questions.Catalogue() {
				out = append(out, definitionBody{d.Name, d.Title, d.Formula, d.Unit, d.Smallest, d.Pitfalls, d.Source, d.Needs, d.Splits, about(d), d.Bring()})
			}
			return &body[[]definitionBody]{out}, nil
		})
	huma.Register(a.api, a.operation(http.MethodGet, "/coverage", "coverage", "What is there, of which source, and which questions does it answer?", Read),
		func(ctx context.Context, _ *struct{}) (*body[question.Coverage], error) {
			return reply(a.rooms.Questions.Coverage(ctx)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodGet, "/questions/{name}", "ask", "Ask a question", Read),
		func(ctx context.Context, in *askInput) (*body[question.Table], error) {
			table, err := a.rooms.Questions.Ask(ctx, in.Name, in.params())
			if err != nil {
				return nil, a.fail(ctx, err)
			}
			return &body[question.Table]{table}, nil
		})
	a.charges()
	huma.Register(a.api, a.operation(http.MethodGet, "/questions/{name}/evidence", "evidence", "Open a number into its interactions, or its walks", Evidence),
		func(ctx context.Context, in *evidenceInput) (*body[evidenceBody], error) {
			if in.Cell == "" {
				return nil, a.fail(ctx, cx.Errorf(cx.Invalid, "no cell is named").WithRemedy("Give cell, as the answer's evidence field has it."))
			}
			var found evidenceBody
			d, err := question.Describe(in.Name)
			switch {
			case err != nil:
			case d.Walks != nil:
				found.Walks, found.More, err = a.rooms.Questions.Walks(ctx, in.Name, in.params("cell", "limit"), in.Cell, in.Limit)
			default:
				found.Interactions, found.More, err = a.rooms.Questions.Evidence(ctx, in.Name, in.params("cell", "limit"), in.Cell, in.Limit)
			}
			if err != nil {
				return nil, a.fail(ctx, err)
			}
			return &body[evidenceBody]{found}, nil
		})
}

type contactInput struct {
	ID string `path:"id" doc:"A contact, as evidence gives its id"`
}

func (a *resources) charges() {
	huma.Register(a.api, a.operation(http.MethodGet, "/contacts/{id}/charges", "contact-charges", "Which step of each journey a contact is charged to, and why", Evidence),
		func(ctx context.Context, in *contactInput) (*body[[]question.JourneyCharge], error) {
			id, err := cx.ParseInteractionID(in.ID)
			if err != nil {
				return nil, a.fail(ctx, err)
			}
			return reply(a.rooms.Questions.Charges(ctx, id)).to(ctx, a)
		})
}

type evidenceBody struct {
	Interactions []identity.Line      `json:"interactions"`
	Walks        []question.WalkPiece `json:"walks,omitempty" doc:"Of a question about walks"`
	More         bool                 `json:"more"`
}

func about(d question.Definition) string {
	if d.Walks != nil {
		return "walks"
	}
	return "interactions"
}

// body wraps a response's body as huma wants it.
type body[T any] struct{ Body T }
