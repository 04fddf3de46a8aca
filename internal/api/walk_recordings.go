package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// Recordings keeps what was recorded in Chrome, and makes walks of it.
type Recordings interface {
	SaveRecording(ctx context.Context, in walk.HandIn, by string) (walk.Recording, error)
	Recordings(ctx context.Context) ([]walk.Recording, error)
	Recording(ctx context.Context, name string) (walk.RecordingFile, walk.Recording, error)
	ScenarioOfRecording(ctx context.Context, in walk.OfRecording, by string) (cx.Scenario, error)
	WalkDaily(ctx context.Context, scenario, by string) (walk.Plan, walk.Assignment, error)
}

// maxRecording is a recording of the largest size, as text in JSON.
const maxRecording = 10 << 20

// RecordingShown is a recording as it was handed in, and as people read it.
type RecordingShown struct {
	File      walk.RecordingFile `json:"file"`
	Recording walk.Recording     `json:"recording"`
}

// DailyWalk is a scenario that robots walk each day, and the first walk.
type DailyWalk struct {
	Plan  walk.Plan       `json:"plan"`
	First walk.Assignment `json:"first"`
}

type nameInput struct {
	Name string `path:"name"`
}

func (a *resources) walkRecordings() {
	huma.Register(a.api, a.operation(http.MethodGet, "/walk-recordings", "list-recordings", "Recordings by which robots walk", Read),
		func(ctx context.Context, _ *struct{}) (*body[[]walk.Recording], error) {
			return reply(a.rooms.Recordings.Recordings(ctx)).to(ctx, a)
		})
	save := a.operation(http.MethodPost, "/walk-recordings", "save-recording", "Hand in a recording of Chrome's Recorder; all mistakes are told at once", Plan)
	save.MaxBodyBytes = maxRecording
	huma.Register(a.api, save, func(ctx context.Context, in *body[walk.HandIn]) (*body[walk.Recording], error) {
		return reply(a.rooms.Recordings.SaveRecording(ctx, in.Body, who(ctx).By())).to(ctx, a)
	})
	huma.Register(a.api, a.operation(http.MethodGet, "/walk-recordings/{name}", "show-recording", "One recording, as it was handed in", Plan),
		func(ctx context.Context, in *nameInput) (*body[RecordingShown], error) {
			file, described, err := a.rooms.Recordings.Recording(ctx, in.Name)
			return reply(RecordingShown{file, described}, err).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/walk-recordings/scenario", "scenario-of-recording", "Make the smallest scenario by which a recording is walked", Plan),
		func(ctx context.Context, in *body[walk.OfRecording]) (*body[cx.Scenario], error) {
			return reply(a.rooms.Recordings.ScenarioOfRecording(ctx, in.Body, who(ctx).By())).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/walk-recordings/daily", "walk-daily", "Let robots walk a scenario each day, and once now", Plan),
		func(ctx context.Context, in *body[struct {
			Scenario string `json:"scenario"`
		}],
		) (*body[DailyWalk], error) {
			plan, first, err := a.rooms.Recordings.WalkDaily(ctx, in.Body.Scenario, who(ctx).By())
			return reply(DailyWalk{plan, first}, err).to(ctx, a)
		})
}
