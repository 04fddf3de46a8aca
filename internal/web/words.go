package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/wording"
)

// wordsPage lists what channels, touchpoints, reasons and outcomes are called, and
// lets a person rename and join them.
type wordsPage struct {
	Frame
	Filters Filters
	Empty   *Empty
	Fields  []wordField
}

func (*wordsPage) view() string { return "words" }

type wordField struct {
	Name, ID string
	Counted  string // "" = all are shown
	Words    []wordRow
}

type wordRow struct {
	Field, Word, Interactions, Sources string
	RenameHref                         string
	Came                               []cameRow // those that came otherwise than they are called
}

type cameRow struct{ Came, Interactions, When string }

// mostWords is how many words of a field are shown at once.
const mostWords = 50

const wordsHref = "/sources/words"

// fieldNames say a field as a heading.
var fieldNames = map[cx.CodeField]string{
	cx.CodeChannel: "Channels", cx.CodeTouchpoint: "Touchpoints", cx.CodeReason: "Reasons", cx.CodeOutcome: "Outcomes",
}

func (s *Site) words(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Rooms.Words.List(r.Context())
	if err != nil {
		return err
	}
	head := []string{"field", "word", "came", "interactions", "sources", "renamed"}
	var lines []wording.Word
	for _, code := range list {
		lines = append(lines, code.Came...)
	}
	if done, err := exported(w, r, "words", lines, head, wordLine); done {
		return err
	}
	p := s.wordsPage(list, r.URL.Query())
	p.exports(r)
	return s.show(w, r, http.StatusOK, p)
}

func wordLine(w wording.Word) []string {
	return []string{string(w.Field), w.Word, w.Came, strconv.FormatInt(w.Interactions, 10), strings.Join(w.Sources, " "), instant(w.Renamed)}
}

func (s *Site) wordsPage(list []wording.Code, v url.Values) *wordsPage {
	options := []Option{{"", "All"}}
	for _, f := range cx.CodeFields() {
		options = append(options, Option{string(f), fieldNames[f]})
	}
	p := &wordsPage{
		Frame: Frame{Title: "Words", Section: "Sources"},
		Filters: Filters{Action: wordsHref, Set: v.Get("field") != "" || v.Get("q") != "", Fields: []Field{
			{Name: "field", Label: "Which words", Value: v.Get("field"), Options: options},
			{Name: "q", Label: "Containing", Type: "search", Value: v.Get("q")},
		}},
	}
	for _, f := range cx.CodeFields() {
		if only := v.Get("field"); only != "" && only != string(f) {
			continue
		}
		field := wordField{Name: fieldNames[f], ID: string(f)}
		fit := 0
		for _, code := range list {
			if code.Field != f || !holdsWord(code, v.Get("q")) {
				continue
			}
			if fit++; fit <= mostWords {
				field.Words = append(field.Words, s.wordRow(code))
			}
		}
		if fit > mostWords {
			field.Counted = "The " + strconv.Itoa(mostWords) + " most used of " + count(int64(fit)) + ". Search for another."
		}
		if fit > 0 {
			p.Fields = append(p.Fields, field)
		}
	}
	switch {
	case len(list) == 0:
		p.Empty = &Empty{"No words yet", "Once a file is imported, its channels, touchpoints, reasons and outcomes stand here, to be renamed and joined.", "/sources", "Import a file"}
	case len(p.Fields) == 0:
		p.Empty = &Empty{Title: "No word fits", Text: "Try a part of the word, or all four kinds of words."}
	}
	return p
}

func holdsWord(code wording.Code, part string) bool {
	part = strings.ToLower(strings.TrimSpace(part))
	return part == "" || strings.Contains(strings.ToLower(code.Word), part) ||
		slices.ContainsFunc(code.Came, func(w wording.Word) bool { return strings.Contains(strings.ToLower(w.Came), part) })
}

func (s *Site) wordRow(code wording.Code) wordRow {
	row := wordRow{
		Field: string(code.Field), Word: code.Word, Interactions: count(code.Interactions),
		RenameHref: link(wordsHref+"/rename", url.Values{"field": {string(code.Field)}, "word": {code.Word}}),
	}
	var sources []string
	for _, w := range code.Came {
		for _, source := range w.Sources {
			if !slices.Contains(sources, source) {
				sources = append(sources, source)
			}
		}
		if w.Came != code.Word {
			row.Came = append(row.Came, cameRow{w.Came, count(w.Interactions), day(w.Renamed, s.Zone)})
		}
	}
	row.Sources = strings.Join(sources, ", ")
	return row
}

// renamePage asks what a word is to be called.
type renamePage struct {
	Frame
	Field, Word, Kind string
	Interactions      string
	To, Problem       string
	Others            []string
}

func (*renamePage) view() string { return "rename" }

// mostOffered is how many of a field's words are offered to join with.
const mostOffered = 200

func (s *Site) askRename(w http.ResponseWriter, r *http.Request) error {
	v := r.URL.Query()
	p, err := s.renamePage(r, v.Get("field"), v.Get("word"))
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, p)
}

func (s *Site) renamePage(r *http.Request, field, word string) (*renamePage, error) {
	f, err := cx.ParseCodeField(field)
	if err != nil {
		return nil, err
	}
	list, err := s.Rooms.Words.List(r.Context())
	if err != nil {
		return nil, err
	}
	p := &renamePage{Frame: Frame{Title: "Rename “" + word + "”", Section: "Sources"}, Field: field, Word: word, Kind: strings.ToLower(strings.TrimSuffix(fieldNames[f], "s")), To: word}
	for _, code := range list {
		switch {
		case code.Field != f:
		case code.Word == word:
			p.Interactions = count(code.Interactions)
		case len(p.Others) < mostOffered:
			p.Others = append(p.Others, code.Word)
		}
	}
	if p.Interactions == "" {
		return nil, cx.Errorf(cx.NotFound, "there is no %s “%s”", p.Kind, word).WithRemedy("It may have been renamed meanwhile. See the list of words.")
	}
	return p, nil
}

func (s *Site) rename(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	field, err := cx.ParseCodeField(v.Get("field"))
	if err != nil {
		return err
	}
	done, err := s.Rooms.Words.Rename(r.Context(), field, v.Get("word"), v.Get("to"))
	if cx.CodeOf(err) == cx.Invalid && err != nil {
		p, lost := s.renamePage(r, v.Get("field"), v.Get("word"))
		if lost != nil {
			return lost
		}
		said := problem(err)
		p.To, p.Problem = v.Get("to"), said.Text+" "+said.Remedy
		return s.show(w, r, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	said := "“" + done.From + "” is called “" + done.Word + "” now: " + count(done.Interactions) + " interactions."
	if done.Joined {
		said = "“" + done.From + "” is one with “" + done.Word + "” now: " + count(done.Interactions) + " interactions joined it."
	}
	s.say(r.Context(), "good", said)
	http.Redirect(w, r, wordsHref, http.StatusSeeOther)
	return nil
}

func (s *Site) restoreWord(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	field, err := cx.ParseCodeField(v.Get("field"))
	if err != nil {
		return err
	}
	done, err := s.Rooms.Words.Restore(r.Context(), field, v.Get("came"))
	if err != nil {
		return err
	}
	s.say(r.Context(), "good", "“"+done.Word+"” is called as it came again: "+count(done.Interactions)+" interactions.")
	http.Redirect(w, r, wordsHref, http.StatusSeeOther)
	return nil
}
