package web

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
)

// mappingPage shows what an upload's rows become, while the mapping is edited.
type mappingPage struct {
	Frame
	File, Size, Detected string
	Action               string
	YAML                 string
	Problems             []fileProblem
	Notes                []string
	previewPart
}

func (*mappingPage) view() string { return "mapping" }

// ProblemCount says how many things are wrong.
func (p *mappingPage) ProblemCount() string { return plural(len(p.Problems), "thing", "things") }

// previewPart is the first rows and what they become: a part of the page that the
// editor fetches anew as one types.
type previewPart struct {
	Counted string
	Rows    []previewRow
}

type previewRow struct {
	Line     int64
	Raw      []rawCell
	Becomes  []recordRow
	Skipped  bool
	Rejected string
}

type rawCell struct{ Name, Value string }

func (s *Site) preview(rows []PreviewRow) previewPart {
	var p previewPart
	rejected, made := 0, 0
	for _, row := range rows {
		out := previewRow{Line: row.Line, Skipped: row.Skipped, Rejected: sentence(row.Rejected)}
		for i, cell := range row.Cells {
			if cell != "" && i < len(row.Columns) {
				out.Raw = append(out.Raw, rawCell{row.Columns[i], shortened(cell, 160)})
			}
		}
		if row.Rejected != "" {
			rejected++
		}
		for _, in := range row.Interactions {
			made++
			out.Becomes = append(out.Becomes, s.interaction(in))
		}
		p.Rows = append(p.Rows, out)
	}
	p.Counted = plural(len(rows), "row becomes ", "rows become ") + plural(made, "interaction", "interactions")
	if rejected > 0 {
		p.Counted += "; " + plural(rejected, "row is", "rows are") + " set aside"
	}
	p.Counted += "."
	return p
}

// interaction says a mapped row as the timeline will.
func (s *Site) interaction(in cx.Interaction) recordRow {
	rec := cx.Record{
		Start: in.Start, End: in.End, Precision: in.Precision, FirstHuman: in.FirstHuman, Censored: in.Censored, Thread: in.Thread, Amount: in.Amount, Texts: in.Texts, Dimensions: in.Dimensions,
		Signature: cx.Signature{Kind: in.Kind, Initiator: in.Initiator, Voice: in.Voice, Channel: in.Channel, Touchpoint: in.Touchpoint, Reason: in.Reason, Outcome: in.Outcome, Source: "this file"},
	}
	row := record(rec, s.Zone)
	row.What = row.When + " · " + row.What
	if in.Scale != "" {
		row.Details = "score " + plain(in.Score) + " on " + in.Scale + " · " + row.Details
	}
	if len(in.Keys) == 0 {
		row.Details = "nobody identified · " + row.Details
	} else {
		row.Details = keyWords[in.Keys[0].Kind] + " " + in.Keys[0].Value + " · " + row.Details
	}
	if in.Person != nil {
		row.Details = in.Person.String() + " · " + row.Details
	}
	row.Details = strings.TrimSuffix(row.Details, " · from this file")
	return row
}

func size(bytes int64) string {
	switch {
	case bytes >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(bytes)/(1<<30))
	case bytes >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20))
	}
	return count(max(bytes>>10, 1)) + " KiB"
}

func (s *Site) mappingOf(r *http.Request) (*mappingPage, ingest.Upload, error) {
	up, err := s.Rooms.Imports.Find(r.PathValue("id"))
	if err != nil {
		return nil, up, err
	}
	return &mappingPage{Frame: Frame{Title: up.File, Section: "Sources"}, File: up.File, Size: size(up.Size), Action: "/sources/uploads/" + up.ID}, up, nil
}

func (s *Site) mapping(w http.ResponseWriter, r *http.Request) error {
	p, up, err := s.mappingOf(r)
	if err != nil {
		return err
	}
	proposal, err := s.Rooms.Imports.Propose(r.Context(), up.ID)
	if err != nil {
		return err
	}
	p.YAML, p.Notes, p.previewPart = proposal.Mapping, proposal.Notes, s.preview(proposal.Preview)
	p.Detected = "Proposed from the names and values of its columns. Put it right where it is wrong."
	if proposal.Detected != "" {
		p.Detected = "Recognised as an export of " + proposal.Detected + "."
	}
	return s.show(w, r, http.StatusOK, p)
}

func (s *Site) useMapping(w http.ResponseWriter, r *http.Request) error {
	p, up, err := s.mappingOf(r)
	if err != nil {
		return err
	}
	v, err := form(w, r)
	if err != nil {
		return err
	}
	p.YAML, p.Detected = strings.ReplaceAll(v.Get("mapping"), "\r\n", "\n"), "The mapping as you changed it."
	rows, err := s.Rooms.Imports.Preview(r.Context(), up.ID, p.YAML)
	if err == nil && v.Get("do") == "import" {
		run, err := s.Rooms.Imports.Start(r.Context(), up.ID, p.YAML)
		if err != nil {
			return err
		}
		http.Redirect(w, r, "/sources/running/"+run.ID, http.StatusSeeOther)
		return nil
	}
	if err != nil {
		if cx.CodeOf(err) != cx.Invalid {
			return err
		}
		p.Problems = problemsOf(err)
		p.Counted = "The rows can be shown once the mapping reads well."
		return s.show(w, r, http.StatusUnprocessableEntity, p)
	}
	p.previewPart = s.preview(rows)
	return s.show(w, r, http.StatusOK, p)
}

// previewMapping is the preview alone, as the editor fetches it.
func (s *Site) previewMapping(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	var part previewPart
	rows, err := s.Rooms.Imports.Preview(r.Context(), r.PathValue("id"), strings.ReplaceAll(v.Get("mapping"), "\r\n", "\n"))
	switch {
	case err != nil && cx.CodeOf(err) != cx.Invalid:
		return err
	case err != nil:
		for _, told := range problemsOf(err) {
			if told.Line > 0 {
				part.Counted += fmt.Sprintf("Line %d: ", told.Line)
			}
			part.Counted += told.Text + " " + told.Remedy + " "
		}
	default:
		part = s.preview(rows)
	}
	return s.fragment(w, "mapping", "preview", part)
}
