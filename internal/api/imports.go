package api

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
)

// Imports takes files in, shows how it goes, and takes imports back.
type Imports interface {
	Keep(name string, r io.Reader) (ingest.Upload, error)
	Drop(upload string) error
	// Propose looks at an upload as of a source; "" = whatever it is recognised as.
	Propose(ctx context.Context, upload, source string) (Proposal, error)
	Start(ctx context.Context, request ImportRequest) (ingest.Run, error)
	Run(id string) (ingest.Run, <-chan struct{}, error)
	Cancel(id string) error
	List(ctx context.Context) ([]ingest.Summary, error)
	Undo(ctx context.Context, id cx.ImportID) (ingest.Undone, error)
	// Watched is the folder that is watched for new files ("" = none), and what became
	// of them, the last first.
	Watched(ctx context.Context) (folder string, files []ingest.WatchedFile, err error)
	// Rejects opens the rejects file of an import.
	Rejects(ctx context.Context, id cx.ImportID) (io.ReadCloser, error)
}

// Proposal is what a file looks like to us, before anything is imported.
type Proposal struct {
	Detected string         `json:"detected,omitempty"` // the outside format recognised and how surely, or the one named; "" = none
	Mapping  string         `json:"mapping"`            // YAML, to be edited; "" = somebody has to choose a candidate
	Preview  ingest.Preview `json:"preview"`            // what each of the first rows becomes
	Notes    []string       `json:"notes,omitempty"`
	// Candidates are the outside formats that the file may be of, the likeliest first.
	Candidates []Candidate `json:"candidates,omitempty"`
}

// Candidate is an outside format that a file may be of.
type Candidate struct {
	Source     string  `json:"source"` // its name, to choose it by
	Title      string  `json:"title"`
	Confidence float64 `json:"confidence"` // 0 to 1
	Why        string  `json:"why"`
}

// NoSource is what one names as the source of a file that is of none: a mapping is
// proposed from its columns.
const NoSource = "none"

// ImportRequest says how to import an upload. Without a mapping and a source the format
// is recognised by its content.
type ImportRequest struct {
	Upload  string `json:"upload"`
	Source  string `json:"source,omitempty"` // the outside format that it is of
	Mapping string `json:"mapping,omitempty"`
	// MappingName is what errors call the mapping.
	MappingName string `json:"mapping_name,omitempty"`
	DryRun      bool   `json:"dry_run,omitempty"`
}

// Watched is a folder that is watched for new files.
type Watched struct {
	Folder string               `json:"folder"` // "" = none is
	Files  []ingest.WatchedFile `json:"files"`
}

type uploadInput struct {
	ID string `path:"id"`
}

type proposalInput struct {
	ID     string `path:"id"`
	Source string `query:"source" doc:"The outside format that it is of, or none; without it the format is recognised"`
}

type runInput struct {
	ID string `path:"id"`
}

type importInput struct {
	ID int32 `path:"id" minimum:"1"`
}

func (a *resources) imports() {
	a.uploadRoute()
	huma.Register(a.api, a.operation(http.MethodDelete, "/uploads/{id}", "drop-upload", "Drop an upload that will not be imported", Import),
		func(ctx context.Context, in *uploadInput) (*struct{}, error) {
			return nil, a.failed(ctx, a.rooms.Imports.Drop(in.ID))
		})
	huma.Register(a.api, a.operation(http.MethodGet, "/uploads/{id}/proposal", "propose-mapping", "What is in the file, and what its first rows would become", Import),
		func(ctx context.Context, in *proposalInput) (*body[Proposal], error) {
			return reply(a.rooms.Imports.Propose(ctx, in.ID, in.Source)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/imports", "start-import", "Import an upload", Import),
		func(ctx context.Context, in *body[ImportRequest]) (*body[ingest.Run], error) {
			return reply(a.rooms.Imports.Start(ctx, in.Body)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodGet, "/runs/{id}", "watch-import", "How an import under way goes", Import),
		func(ctx context.Context, in *runInput) (*body[ingest.Run], error) {
			run, _, err := a.rooms.Imports.Run(in.ID)
			return reply(run, err).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodDelete, "/runs/{id}", "cancel-import", "Cancel an import under way; nothing of it is applied", Import),
		func(ctx context.Context, in *runInput) (*struct{}, error) {
			return nil, a.failed(ctx, a.rooms.Imports.Cancel(in.ID))
		})
	huma.Register(a.api, a.operation(http.MethodGet, "/imports", "list-imports", "What came in", Read),
		func(ctx context.Context, _ *struct{}) (*body[[]ingest.Summary], error) {
			return reply(a.rooms.Imports.List(ctx)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodGet, "/watched", "list-watched", "The watched folder, and what became of its files", Read),
		func(ctx context.Context, _ *struct{}) (*body[Watched], error) {
			folder, files, err := a.rooms.Imports.Watched(ctx)
			if files == nil {
				files = []ingest.WatchedFile{}
			}
			return reply(Watched{folder, files}, err).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/imports/{id}/undo", "undo-import", "Take an import back and restore what it superseded", Import),
		func(ctx context.Context, in *importInput) (*body[ingest.Undone], error) {
			return reply(a.rooms.Imports.Undo(ctx, cx.ImportID(in.ID))).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodGet, "/imports/{id}/rejects", "rejects", "The rejected rows, as CSV that imports cleanly once corrected", Customer),
		func(ctx context.Context, in *importInput) (*huma.StreamResponse, error) {
			file, err := a.rooms.Imports.Rejects(ctx, cx.ImportID(in.ID))
			if err != nil {
				return nil, a.fail(ctx, err)
			}
			return stream("text/csv; charset=utf-8", file), nil
		})
}

// uploadRoute takes the bytes of a file as they come: a body of gigabytes is
// never held in memory.
func (a *resources) uploadRoute() {
	op := a.operation(http.MethodPost, "/uploads", "upload", "Hand in a file, as the request's body", Import)
	op.Parameters = []*huma.Param{{Name: "name", In: "query", Required: true, Description: "The file's name", Schema: &huma.Schema{Type: "string"}}}
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}},
	}}
	schema := a.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[ingest.Upload](), true, "Upload")
	op.Responses = map[string]*huma.Response{"200": {Description: "Kept", Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}}
	a.api.OpenAPI().AddOperation(&op)
	a.mux.HandleFunc("POST /api/v1/uploads", func(w http.ResponseWriter, r *http.Request) {
		if _, refusal := a.allowed(r, Import); refusal != "" {
			a.refuse(w, refusal)
			return
		}
		up, err := a.rooms.Imports.Keep(r.URL.Query().Get("name"), r.Body)
		if err != nil {
			p := a.problemOf(r.Context(), err)
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(p.Status)
			_ = json.NewEncoder(w).Encode(p)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(up)
	})
}

// stream sends a file on.
func stream(kind string, file io.ReadCloser) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		defer file.Close()
		ctx.SetHeader("Content-Type", kind)
		_, _ = io.Copy(ctx.BodyWriter(), file)
	}}
}
