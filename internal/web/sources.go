package web

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
)

// sourcesPage says what comes in, when it last came, and what was set aside.
type sourcesPage struct {
	Frame
	Running []linkRow
	Empty   *Empty
	Covered *coveragePart
	Imports []importRow
	Folder  string // that is watched
	Watched []watchedRow
}

func (*sourcesPage) view() string { return "sources" }

type importRow struct {
	File, Source, When                string
	Read, New, Superseding, Unchanged string
	Rejected                          string
	Href, RejectsHref, UndoHref       string
}

func (s *Site) sources(w http.ResponseWriter, r *http.Request) error {
	imports, err := s.Rooms.Imports.List(r.Context())
	if err != nil {
		return err
	}
	slices.SortStableFunc(imports, func(a, b ingest.Summary) int { return b.Started.Compare(a.Started) })
	covered, err := s.Rooms.Questions.Coverage(r.Context())
	if err != nil {
		return err
	}
	if done, err := exportedCoverage(w, r, covered); done {
		return err
	}
	if done, err := exported(w, r, "imports", imports, importHead, importLine); done {
		return err
	}
	p := &sourcesPage{Frame: Frame{Title: "Sources", Section: "Sources"}}
	p.exports(r)
	for _, run := range s.Rooms.Imports.Recent() {
		if !run.State.Over() {
			p.Running = append(p.Running, linkRow{run.File, "/sources/running/" + run.ID})
		}
	}
	if err := s.addWatched(r.Context(), p); err != nil {
		return err
	}
	p.Covered = s.coveragePart(covered, imports)
	for _, i := range imports {
		p.Imports = append(p.Imports, s.importRow(i))
	}
	if len(imports) == 0 {
		p.Empty = &Empty{Title: "Nothing has come in yet", Text: "Exports of help desks, survey tools, shops, payment providers, web analytics and mailboxes are recognised by themselves. For any other table Firsthand proposes which column is what, and shows what each row becomes before anything is kept."}
	}
	return s.show(w, r, http.StatusOK, p)
}

func importHref(id cx.ImportID) string { return "/sources/imports/" + strconv.Itoa(int(id)) }

func (s *Site) importRow(i ingest.Summary) importRow {
	row := importRow{
		File: i.File, Source: i.Source, When: moment(i.Finished, s.Zone, cx.ToTheSecond), Read: count(i.Read), New: count(i.Applied.New),
		Superseding: count(i.Applied.Superseding), Unchanged: count(i.Applied.Unchanged + i.Applied.Older + i.Applied.Repeated),
		Href: importHref(i.Import), UndoHref: importHref(i.Import) + "/undo",
	}
	if i.People > 0 {
		row.New, row.Unchanged = plural(int(i.NewPeople), "person", "people"), plural(int(i.People-i.NewPeople), "person", "people")
	}
	if i.Rejected > 0 {
		row.Rejected = count(i.Rejected)
		if i.RejectsFile != "" {
			row.RejectsHref = importHref(i.Import) + "/rejects"
		}
	}
	return row
}

var importHead = []string{"import", "source", "file", "started", "finished", "read", "skipped", "rejected", "interactions", "unidentified", "new", "superseding", "unchanged", "people", "new_people"}

func importLine(i ingest.Summary) []string {
	n := func(v int64) string { return strconv.FormatInt(v, 10) }
	return []string{n(int64(i.Import)), i.Source, i.File, instant(i.Started), instant(i.Finished), n(i.Read), n(i.Skipped), n(i.Rejected), n(i.Interactions), n(i.Unidentified), n(i.Applied.New), n(i.Applied.Superseding), n(i.Applied.Unchanged), n(i.People), n(i.NewPeople)}
}

// importDonePage is what one import did.
type importDonePage struct {
	Frame
	File, What, Recognised                     string
	Made                                       string // what rows became: interactions or people
	Read, Interactions, Unidentified, Rejected string
	Applied, Reasons                           []countRow
	Warnings                                   []string
	RejectsHref, UndoHref                      string
}

func (*importDonePage) view() string { return "import_done" }

type countRow struct{ What, Count string }

// summary finds an import in the list of them.
func (s *Site) summary(r *http.Request) (ingest.Summary, error) {
	id, err := number(r, "id", "import")
	if err != nil {
		return ingest.Summary{}, err
	}
	imports, err := s.Rooms.Imports.List(r.Context())
	if err != nil {
		return ingest.Summary{}, err
	}
	for _, i := range imports {
		if int64(i.Import) == id {
			return i, nil
		}
	}
	return ingest.Summary{}, cx.Errorf(cx.NotFound, "there is no import %d", id).WithRemedy("It may have been undone. See the list of sources.")
}

func (s *Site) importDone(w http.ResponseWriter, r *http.Request) error {
	i, err := s.summary(r)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, s.importDonePage(i))
}

func (s *Site) importDonePage(i ingest.Summary) *importDonePage {
	row := s.importRow(i)
	p := &importDonePage{
		Frame: Frame{Title: i.File, Section: "Sources"}, File: i.File, What: "Import " + strconv.Itoa(int(i.Import)) + " of " + i.Source + ", " + row.When,
		Recognised: i.Recognised, Made: "Interactions made", Read: row.Read, Interactions: count(i.Interactions), Unidentified: count(i.Unidentified), Rejected: count(i.Rejected),
		Applied: []countRow{
			{"New", row.New},
			{"Newer than what was there", row.Superseding},
			{"Already there, the same", count(i.Applied.Unchanged)},
			{"Already there, newer", count(i.Applied.Older)},
			{"Repeated in this file", count(i.Applied.Repeated)},
			{"Rows skipped by a rule", count(i.Skipped)},
			{"Kept out because the person was erased", count(i.Erased)},
		},
		Warnings: i.Warnings, RejectsHref: row.RejectsHref, UndoHref: row.UndoHref,
	}
	if i.People > 0 {
		p.Made, p.Interactions = "People named", count(i.People)
		p.Applied = append([]countRow{{"New customers", count(i.NewPeople)}, {"Known already, or twice in this file", count(i.People - i.NewPeople)}}, p.Applied[5:]...)
	}
	reasons := slices.SortedFunc(maps.Keys(i.Reasons), func(a, b string) int { return cmp.Or(cmp.Compare(i.Reasons[b], i.Reasons[a]), cmp.Compare(a, b)) })
	for _, reason := range reasons {
		p.Reasons = append(p.Reasons, countRow{sentenceless(reason), count(i.Reasons[reason])})
	}
	return p
}

func (s *Site) rejects(w http.ResponseWriter, r *http.Request) error {
	i, err := s.summary(r)
	if err != nil {
		return err
	}
	file, err := s.Rooms.Imports.Rejects(r.Context(), i.Import)
	if err != nil {
		return err
	}
	return s.send(r.Context(), w, file, fmt.Sprintf("rejects-%d.csv", i.Import), "text/csv; charset=utf-8")
}

func (s *Site) confirmUndo(w http.ResponseWriter, r *http.Request) error {
	i, err := s.summary(r)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, undoQuestion(i))
}

func undoQuestion(i ingest.Summary) *confirmPage {
	goes := count(i.Applied.New) + " interactions go, and " + count(i.Applied.Superseding) + " return to the version before. Texts, people and links that only this import brought go too. What other imports hold the same stays."
	if i.People > 0 {
		goes = "What the file says of " + plural(int(i.People), "person", "people") + " goes, and so do people and links that only this import brought. No interaction goes."
	}
	return &confirmPage{
		Frame: Frame{Title: "Undo an import", Section: "Sources"}, Heading: "Undo the import of " + i.File + "?",
		Text:   []string{goes, "Importing the file again brings all of it back."},
		Action: importHref(i.Import) + "/undo", Button: "Undo this import", Cancel: "/sources",
	}
}

func (s *Site) undoImport(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id", "import")
	if err != nil {
		return err
	}
	undone, err := s.Rooms.Imports.Undo(r.Context(), cx.ImportID(id))
	if err != nil {
		return err
	}
	said := count(undone.Removed) + " interactions removed, " + count(undone.Restored) + " restored"
	if undone.People > 0 {
		said = "what the file said of " + plural(int(undone.People), "person", "people") + " is gone"
	}
	if stay := undone.Stay(); stay != "" {
		said += ". " + stay
	}
	s.say(r.Context(), "good", "Undone: "+said+".")
	http.Redirect(w, r, "/sources", http.StatusSeeOther)
	return nil
}

// upload streams a file to where uploads are kept; it is never whole in memory.
func (s *Site) upload(w http.ResponseWriter, r *http.Request) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return cx.Errorf(cx.Invalid, "no file came with the form").WithRemedy("Choose a file and send the form again.")
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return cx.Errorf(cx.Invalid, "no file was chosen").WithRemedy("Choose a file and send the form again.")
		}
		if err != nil {
			return cx.Errorf(cx.Invalid, "the file did not arrive whole: %w", err).WithRemedy("Send it again.")
		}
		if part.FormName() != "file" || part.FileName() == "" {
			continue
		}
		up, err := s.Rooms.Imports.Keep(part.FileName(), part)
		if err != nil {
			return err
		}
		http.Redirect(w, r, "/sources/uploads/"+up.ID, http.StatusSeeOther)
		return nil
	}
}
