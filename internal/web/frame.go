package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
)

//go:embed view/*.html
var viewFiles embed.FS

//go:embed static
var staticFiles embed.FS

// Frame is what surrounds every page's content.
type Frame struct {
	Title    string // in the browser's tab
	Section  string // the navigation entry that is marked
	Company  string
	SignedIn bool
	Who      cx.Account // who is signed in
	Wide     bool       // the page uses the whole width
	Notice   *Notice
	CSV      string // links to the page's list as a file; "" = none
	JSON     string
	// Styles makes the page stand alone, without our files beside it, as a file that
	// is printed does; "" = it links to them.
	Styles template.CSS
}

// May reports whether the reader may do something, so that pages offer only that.
func (f *Frame) May(c Capability) bool { return people.May(f.Who.Role, c) }

// Nav is the navigation that the reader has a use for. Who judges walks finds their
// own on the page of their account.
func (f *Frame) Nav() []entry {
	return slices.DeleteFunc(slices.Clone(navigation), func(e entry) bool { return !f.May(e.needs) || e.needs == MayWalk && f.May(MayReview) })
}

// frame lets the server fill in what it alone knows.
func (f *Frame) frame() *Frame { return f }

// Notice says once what the last step did.
type Notice struct {
	Kind   string // good, warn or bad
	Text   string
	Detail string
}

// Empty is a list with nothing in it: what it will answer, and the one next step.
type Empty struct {
	Title, Text  string
	Href, Action string
}

// page is a page's struct; view names its template in view/.
type page interface {
	view() string
	frame() *Frame
}

// entry is one link of the navigation.
type entry struct {
	Name, Href string
	needs      Capability
}

var navigation = []entry{
	{"Today", "/", MayRead},
	{"Journeys", "/journeys", MayRead},
	{"Findings", "/findings", MayRead},
	{"Questions", "/questions", MayRead},
	{"Customers", "/customers", MaySeeCustomer},
	{"Walks", "/walks", MayReview},
	{"My walks", "/walks/mine", MayWalk},
	{"Sources", "/sources", MayRead},
	{"Report", "/report", MaySeeEvidence},
}

// views are the parsed templates, by name.
type views map[string]*template.Template

// parseViews parses every template and tries each page's zero value, so that a
// field that is not there stops the start and not a reader. opens keeps the links that
// the reader may open and makes the others "".
func parseViews(pages []page, opens func(href string) string) (views, error) {
	functions := template.FuncMap{
		"opens": opens, "walkFiles": walkFiles, "feelings": cx.Feelings,
		"step": func(w *walkPage, s walkStep) stepInWalk { return stepInWalk{w, s} },
	}
	shared, err := template.New("").Funcs(functions).ParseFS(viewFiles, "view/layout.html", "view/part_*.html")
	if err != nil {
		return nil, fmt.Errorf("parse the shared templates: %w", err)
	}
	files, err := fs.Glob(viewFiles, "view/*.html")
	if err != nil {
		return nil, err
	}
	v := views{}
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(file, "view/"), ".html")
		if name == "layout" || strings.HasPrefix(name, "part_") {
			continue
		}
		own, err := shared.Clone()
		if err != nil {
			return nil, err
		}
		if v[name], err = own.ParseFS(viewFiles, file); err != nil {
			return nil, fmt.Errorf("parse %s: %w", file, err)
		}
	}
	for _, p := range pages {
		if _, err := v.render(p); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// opensFor drops the links into evidence, to customers and to editors for a role that
// may not open them; the figures and the words themselves are its to read.
func opensFor(role cx.Role) func(href string) string {
	return func(href string) string {
		switch {
		case strings.HasPrefix(href, "/customers/") && !people.May(role, MaySeeCustomer):
			return ""
		case strings.HasPrefix(href, "/questions/") && strings.Contains(href, "/evidence") && !people.May(role, MaySeeEvidence):
			return ""
		case strings.HasPrefix(href, "/contacts/") && !people.May(role, MaySeeEvidence):
			return ""
		case strings.HasPrefix(href, "/journeys/") && strings.Contains(href, "/charge?") && !people.May(role, MayEdit):
			return ""
		case strings.HasPrefix(href, "/journeys/") && (strings.HasSuffix(href, "/new") || strings.HasSuffix(href, "/edit")) && !people.May(role, MayEdit):
			return ""
		case strings.HasPrefix(href, "/walks/scenarios/") && !people.May(role, MayPlan):
			return ""
		case (href == "/walks" || strings.HasPrefix(href, "/walks/")) && !people.May(role, MayReview):
			return ""
		}
		return href
	}
}

// viewsByRole parses the templates for each role that reads.
func viewsByRole() (map[cx.Role]views, error) {
	all := map[cx.Role]views{}
	for _, role := range append(cx.Roles(), cx.RoleWorker, "") {
		v, err := parseViews(allPages(), opensFor(role))
		if err != nil {
			return nil, err
		}
		all[role] = v
	}
	return all, nil
}

// render makes the whole page before anything is sent, so that an error becomes
// an error page and not half a page.
func (v views) render(p page) ([]byte, error) {
	t, ok := v[p.view()]
	if !ok {
		return nil, fmt.Errorf("no template view/%s.html", p.view())
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "layout", p); err != nil {
		return nil, fmt.Errorf("render %s: %w", p.view(), err)
	}
	return b.Bytes(), nil
}

func writePage(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the reader has gone: nobody is left to tell
}
