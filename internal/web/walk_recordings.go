package web

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/recorder"
)

// Robots keeps recordings by which robots walk, and the sites where they may.
type Robots interface {
	Recordings(ctx context.Context) ([]walk.Recording, error)
	SaveRecording(ctx context.Context, in walk.HandIn, by string) (walk.Recording, error)
	ScenarioOfRecording(ctx context.Context, in walk.OfRecording, by string) (cx.Scenario, error)
	WalkDaily(ctx context.Context, scenario, by string) (walk.Plan, walk.Assignment, error)
	Sites(ctx context.Context) ([]RobotSite, error)
	AddSite(ctx context.Context, name, by string) error
	ProveSite(ctx context.Context, name string) error
	RemoveSite(ctx context.Context, name string) error
}

// RobotSite is a site with how to show that it is the company's own.
type RobotSite struct {
	walk.Site
	Own  bool
	Ways map[string]string
}

// recordingsPage is where recordings are handed in and sites are shown to be ours.
type recordingsPage struct {
	walkFrame
	Sites              []siteRow
	Recordings         []recordingRow
	Problems           []fileProblem
	File               string // that has the problems
	Profiles, Networks []Option
}

func (*recordingsPage) view() string { return "walk_recordings" }

type siteRow struct {
	Name, State, Trouble string
	Own                  bool
	Ways                 []string
	ProveHref, GoneHref  string
}

type recordingRow struct {
	Name, Title, Version, Saved, Leads string
	Steps                              []string
	Notes                              []string
	Walked                             []linkRow // scenarios that walk it
	DailyHref                          string
}

func (s *Site) walkRecordings(w http.ResponseWriter, r *http.Request) error {
	p, err := s.recordingsPage(r.Context())
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, p)
}

func (s *Site) recordingsPage(ctx context.Context) (*recordingsPage, error) {
	p := &recordingsPage{walkFrame: newWalkFrame("Robots", "Robots"), Profiles: []Option{{"", "as it was recorded"}}, Networks: []Option{{"", "as fast as it comes"}}}
	for _, name := range walk.RobotProfiles() {
		p.Profiles = append(p.Profiles, Option{name, name})
	}
	for _, name := range walk.RobotNetworks() {
		p.Networks = append(p.Networks, Option{name, name})
	}
	sites, err := s.Rooms.Robots.Sites(ctx)
	if err != nil {
		return nil, err
	}
	for _, site := range sites {
		p.Sites = append(p.Sites, s.siteRow(site))
	}
	all, err := s.Rooms.Robots.Recordings(ctx)
	if err != nil {
		return nil, err
	}
	for _, rec := range all {
		p.Recordings = append(p.Recordings, s.recordingRow(rec))
	}
	return p, nil
}

func (s *Site) siteRow(site RobotSite) siteRow {
	at := "/walks/sites/" + url.PathEscape(string(site.Name))
	row := siteRow{Name: string(site.Name), Own: site.Own, ProveHref: at + "/prove", GoneHref: at + "/remove", State: "not shown yet"}
	if site.Trouble != "" {
		row.Trouble = sentence(site.Trouble)
	}
	switch {
	case site.Own:
		row.State = "yours, by a " + string(site.Proof) + "; seen " + day(site.Proven, s.Zone)
	default:
		if !site.Proven.IsZero() {
			row.State = "last seen " + day(site.Proven, s.Zone) + ", too long ago"
		}
		for _, way := range slices.Sorted(maps.Keys(site.Ways)) {
			row.Ways = append(row.Ways, site.Ways[way])
		}
	}
	return row
}

func (s *Site) recordingRow(rec walk.Recording) recordingRow {
	row := recordingRow{
		Name: rec.Name, Title: rec.Title, Version: strconv.Itoa(int(rec.Version)), Saved: day(rec.Saved, s.Zone), Leads: strings.Join(rec.Hosts, ", "),
		Steps: rec.Steps, DailyHref: "/walks/recordings/" + url.PathEscape(rec.Name) + "/daily",
	}
	for _, id := range rec.Scenarios {
		row.Walked = append(row.Walked, linkRow{id, "/walks/library/" + url.PathEscape(id)})
	}
	return row
}

// saveRecording takes a recording; what is wrong with it is shown all at once.
func (s *Site) saveRecording(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, recorder.MaxBytes+maxForm)
	file, header, err := r.FormFile("file")
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return cx.Errorf(cx.Invalid, "the recording is larger than %d MiB", recorder.MaxBytes>>20).WithRemedy("Record one errand at a time.")
	case err != nil:
		return cx.Errorf(cx.Invalid, "no recording came with the form").WithRemedy("Choose the JSON file that Chrome exported, and send the form again.")
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	if err != nil {
		return cx.Errorf(cx.Invalid, "the recording did not arrive whole: %w", err).WithRemedy("Send it again.")
	}
	by := who(r.Context()).By()
	saved, err := s.Rooms.Robots.SaveRecording(r.Context(), walk.HandIn{File: header.Filename, JSON: string(text)}, by)
	if err != nil && cx.CodeOf(err) == cx.Invalid {
		p, listErr := s.recordingsPage(r.Context())
		if listErr != nil {
			return listErr
		}
		p.Problems, p.File = problemsOf(err), header.Filename
		return s.show(w, r, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	if r.FormValue("daily") != "" {
		return s.daily(w, r, walk.OfRecording{Recording: saved.Name, Title: r.FormValue("title"), Profile: r.FormValue("profile"), Network: r.FormValue("network")}, saved.Notes)
	}
	s.say(r.Context(), "good", strings.Join(append([]string{"The recording “" + saved.Title + "” is kept."}, saved.Notes...), " "))
	http.Redirect(w, r, "/walks/recordings", http.StatusSeeOther)
	return nil
}

// walkRecordingDaily lets robots walk each day what is there already.
func (s *Site) walkRecordingDaily(w http.ResponseWriter, r *http.Request) error {
	if _, err := form(w, r); err != nil {
		return err
	}
	return s.daily(w, r, walk.OfRecording{Recording: r.PathValue("name")}, nil)
}

// daily plans a recording. A scenario that walks it already stays as it is.
func (s *Site) daily(w http.ResponseWriter, r *http.Request, of walk.OfRecording, notes []string) error {
	by := who(r.Context()).By()
	all, err := s.Rooms.Robots.Recordings(r.Context())
	if err != nil {
		return err
	}
	id := ""
	for _, rec := range all {
		if rec.Name == of.Recording && len(rec.Scenarios) > 0 && of.Title == "" && of.Profile == "" && of.Network == "" {
			id = rec.Scenarios[0]
		}
	}
	if id == "" {
		made, err := s.Rooms.Robots.ScenarioOfRecording(r.Context(), of, by)
		if err != nil {
			return err
		}
		id = made.ID
	}
	_, first, err := s.Rooms.Robots.WalkDaily(r.Context(), id, by)
	switch code := cx.CodeOf(err); {
	case err == nil:
		text := "Robots walk “" + id + "” each day. The first walk, number " + strconv.FormatInt(first.ID, 10) + ", begins as soon as a robot is free."
		s.say(r.Context(), "good", strings.Join(append([]string{text}, notes...), " "))
	case code == cx.Invalid || code == cx.Forbidden:
		// The recording and its scenario are kept: what is missing can be given now.
		e := cx.AsError(err)
		s.say(r.Context(), "warn", "The recording is kept, and not walked yet: "+e.Text+". "+e.Remedy)
	default:
		return err
	}
	http.Redirect(w, r, "/walks/recordings", http.StatusSeeOther)
	return nil
}

func (s *Site) addSite(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	return s.siteChanged(w, r, "Do one of the three things below, then let us look.", s.Rooms.Robots.AddSite(r.Context(), v.Get("name"), who(r.Context()).By()))
}

func (s *Site) proveSite(w http.ResponseWriter, r *http.Request) error {
	return s.siteChanged(w, r, r.PathValue("name")+" is shown to be yours. Robots may walk there.", s.Rooms.Robots.ProveSite(r.Context(), r.PathValue("name")))
}

func (s *Site) removeSite(w http.ResponseWriter, r *http.Request) error {
	return s.siteChanged(w, r, "No robot walks on "+r.PathValue("name")+" any more.", s.Rooms.Robots.RemoveSite(r.Context(), r.PathValue("name")))
}

// siteChanged says what came of a change. What nothing shows yet is no mistake of the reader's.
func (s *Site) siteChanged(w http.ResponseWriter, r *http.Request, done string, err error) error {
	switch code := cx.CodeOf(err); {
	case err == nil:
		s.say(r.Context(), "good", done)
	case code == cx.Forbidden || code == cx.Invalid:
		e := cx.AsError(err)
		s.say(r.Context(), "warn", sentence(e.Text)+" "+e.Remedy)
	default:
		return err
	}
	http.Redirect(w, r, "/walks/recordings", http.StatusSeeOther)
	return nil
}
