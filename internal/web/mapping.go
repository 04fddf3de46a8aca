package web

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
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
	// Choices are the exports that it could be: one is chosen before anything is shown.
	// Else Other is one that it may be after all, or none of them.
	Choices []choiceRow
	Other   *choiceRow
	previewPart
}

// choiceRow is an export that a file may be read as.
type choiceRow struct{ Title, Fits, Why, Button, Href string }

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
	rejected, made, people, nobody := 0, 0, 0, 0
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
		if row.Person != nil {
			people++
			if len(row.Person.Keys) == 0 {
				nobody++
			}
			out.Becomes = append(out.Becomes, personBecomes(*row.Person))
		}
		for _, in := range row.Interactions {
			made++
			out.Becomes = append(out.Becomes, s.interaction(in))
		}
		p.Rows = append(p.Rows, out)
	}
	what := plural(made, "interaction", "interactions")
	if people > 0 {
		what = plural(people-nobody, "person", "people")
	}
	p.Counted = plural(len(rows), "row becomes ", "rows become ") + what
	if rejected > 0 {
		p.Counted += "; " + plural(rejected, "row is", "rows are") + " set aside"
	}
	p.Counted += "."
	return p
}

// personBecomes says who a row of people is.
func personBecomes(p ingest.PersonRow) recordRow {
	if len(p.Keys) == 0 {
		return recordRow{What: "Nobody that can be found again", Details: "no number, e-mail or phone: nothing of this row is kept"}
	}
	row := recordRow{What: cmp.Or(p.Person.String(), "Somebody")}
	var details []string
	for _, k := range p.Keys {
		details = append(details, keyWords[k.Kind]+" "+k.Value)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Attributes)) {
		details = append(details, name+": "+shortened(p.Attributes[name], 60))
	}
	row.Details = strings.Join(details, " · ")
	return row
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
	named := r.URL.Query().Get("source")
	proposal, err := s.Rooms.Imports.Propose(r.Context(), up.ID, named)
	if err != nil {
		return err
	}
	if proposal.Mapping == "" {
		p.ask(proposal.Candidates)
		return s.show(w, r, http.StatusOK, p)
	}
	p.YAML, p.Notes, p.previewPart = proposal.Mapping, proposal.Notes, s.preview(proposal.Preview)
	p.Detected = "Proposed from the names and values of its columns. Put it right where it is wrong."
	switch {
	case proposal.Detected != "":
		p.Detected = "Recognised: " + proposal.Detected + "."
		if named != "" {
			p.Detected = "Read as: " + proposal.Detected + "."
		}
		p.Other = &choiceRow{Why: "Is it something else?", Title: "Have a mapping proposed from its columns", Href: p.Action + "?source=" + NoSource}
	case len(proposal.Candidates) > 0:
		c := newChoice(p.Action, proposal.Candidates[0])
		c.Why, c.Title = "It may also be a "+proposal.Candidates[0].Title+": "+proposal.Candidates[0].Why+".", "Read it as that"
		p.Other = &c
	}
	return s.show(w, r, http.StatusOK, p)
}

// ask has somebody say which of several exports the file is.
func (p *mappingPage) ask(candidates []Candidate) {
	p.Detected = "Its columns fit more than one export. Say which one it is."
	for _, c := range candidates {
		p.Choices = append(p.Choices, newChoice(p.Action, c))
	}
	p.Choices = append(p.Choices, choiceRow{Title: "None of these", Why: "A mapping is proposed from the names and values of its columns.", Button: "Propose one", Href: p.Action + "?source=" + NoSource})
}

func newChoice(action string, c Candidate) choiceRow {
	return choiceRow{Title: sentenceless(c.Title), Fits: "fits " + share(c.Confidence), Why: sentence(c.Why), Button: "Read it so", Href: action + "?source=" + url.QueryEscape(c.Source)}
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
