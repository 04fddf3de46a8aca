package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/wording"
)

// Words renames and joins code words; the wording room does.
type Words interface {
	List(ctx context.Context) ([]wording.Code, error)
	Rename(ctx context.Context, field cx.CodeField, from, to string) (wording.Renamed, error)
	Restore(ctx context.Context, field cx.CodeField, came string) (wording.Renamed, error)
}

type renameBody struct {
	Field string `json:"field" doc:"channel, touchpoint, reason or outcome"`
	Word  string `json:"word" doc:"The word as everybody sees it"`
	To    string `json:"to" doc:"What it is to be called; where that is a word already, the two are joined"`
}

type restoreBody struct {
	Field string `json:"field" doc:"channel, touchpoint, reason or outcome"`
	Came  string `json:"came" doc:"The word as its source says it"`
}

func (a *resources) words() {
	huma.Register(a.api, a.operation(http.MethodGet, "/words", "list-words", "The words of channels, touchpoints, reasons and outcomes, and how they came", Read),
		func(ctx context.Context, _ *struct{}) (*body[[]wording.Code], error) {
			return reply(a.rooms.Words.List(ctx)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/words/rename", "rename-word", "Rename a word, or join it with another", Edit),
		func(ctx context.Context, in *body[renameBody]) (*body[wording.Renamed], error) {
			field, err := cx.ParseCodeField(in.Body.Field)
			if err != nil {
				return nil, a.fail(ctx, err)
			}
			return reply(a.rooms.Words.Rename(ctx, field, in.Body.Word, in.Body.To)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/words/restore", "restore-word", "Call a word as it came again", Edit),
		func(ctx context.Context, in *body[restoreBody]) (*body[wording.Renamed], error) {
			field, err := cx.ParseCodeField(in.Body.Field)
			if err != nil {
				return nil, a.fail(ctx, err)
			}
			return reply(a.rooms.Words.Restore(ctx, field, in.Body.Came)).to(ctx, a)
		})
}
