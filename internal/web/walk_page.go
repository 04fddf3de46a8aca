package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/declare"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// walkPage is a whole walk on one page, of which one part is shown at a time: the
// brief, each step, the end, how to stop. With script the page keeps all that is
// written on the phone first, and works without a network; without, each part is a
// form and a link leads to the next.
type walkPage struct {
	Frame
	ID       int64
	Path     string // /walk/12/
	At       string // the part that is shown
	Version  string // of the page's files
	Scenario string
	About    []string
	Brief    walkBrief
	Returned string // what the reviewer asks for
	Steps    []walkStep
	End      walkEnd
	Begin    string // the part that the brief leads to
	Missing  int    // variables that nobody has filled in
	Problem  *problemPage
	Still    *walkStill
}

// walkStill is a moment of the page as its script makes it on a phone, for the storybook.
// The server knows nothing of it.
type walkStill struct {
	Sync          string
	Sent          bool
	Waiting       []string
	Refused       string // of the first that waits
	Trouble       string
	Time          string // of a running clock
	Insecure      bool
	Over, OverHow string
}

func (*walkPage) view() string { return "walk" }

type walkBrief struct {
	Persona, Arm string
	Text         []string // briefParagraphs
	Never, Bring []string
}

// Names of the parts that are no steps. A step's name is a slug: none begins with a dot.
const (
	partBrief = "brief."
	partEnd   = "end."
	partStop  = "stop."
)

type walkStep struct {
	Name, Do, Say string
	Number, Of    int
	Shown         bool
	Said          walk.StepRecord // what the server has; its Revision is −1 where it has nothing
	Known         bool
	Chip          Chip
	FollowUps     []string
	Objections    []cx.Objection
	Branches      []cx.Branch // Go is a part
	Wait          string
	Ask           *cx.AnswerKey
	ShowKey       bool
	Evidence      []wantedPiece
	Pieces        []string // what the server has, in words
	Promises      []walkPromise
	Next, Back    string // parts
	Opened        string // for the form without script: when the page was made
	Form          string // for the form without script: the same file twice is once
}

// stepInWalk is what the template of a step needs.
type stepInWalk struct {
	Walk *walkPage
	Step walkStep
}

type wantedPiece struct {
	Kind     cx.EvidenceKind
	Field    string
	Label    string
	Optional bool
	Voice    bool
	Accept   string
	Capture  string
}

type walkPromise struct {
	Name, Text    string
	Timed         bool
	Currency      string // of a promise about money
	Decimals      int
	Seconds, Paid string
	Kept          string // yes, no, "" = not said
}

type walkEnd struct {
	Shown     bool
	Treatment []walkCriterion
	Outcome   []walkCriterion
	Limit     string // what the walker may spend
	Currency  string
	Said      walk.Submission
	Spent     string
	Solved    string
	Form      string
	Back      string
}

type walkCriterion struct{ Name, Text, Mark string }

func formatID(id int64) string { return strconv.FormatInt(id, 10) }

func walkPath(id int64) string { return "/walk/" + formatID(id) + "/" }

// partPath is where a part of a walk is shown.
func partPath(id int64, part string) string { return walkPath(id) + "?at=" + part }

// walkPage shows a walk, from the consent to what became of it.
func (s *Site) walkPage(w http.ResponseWriter, r *http.Request) error {
	id, walker, err := s.myWalk(r)
	if err != nil {
		return err
	}
	d, err := s.Rooms.Walking.Assignment(r.Context(), id)
	if err != nil {
		return err
	}
	switch {
	case !walkable(d.State):
		return s.showClosed(w, r, d.Assignment)
	case d.Consent.At.IsZero():
		return s.askConsent(w, r, id, walkPath(id)+"agree", walker != 0, nil)
	}
	p := s.walkOf(d, r.URL.Query().Get("at"))
	w.Header().Set("Walk-State", "open") // the phone may keep this page
	return s.show(w, r, http.StatusOK, p)
}

// walkable reports whether a walker may write in a walk.
func walkable(state cx.WalkState) bool {
	switch state {
	case cx.WalkPlanned, cx.WalkInvited, cx.WalkConsented, cx.WalkStarted, cx.WalkReturned:
		return true
	}
	return false
}

// walkOf lays a walk out; at is the part to show, "" = where the walker is.
func (s *Site) walkOf(d walk.Detail, at string) *walkPage {
	sc := d.Filled
	p := &walkPage{
		Frame: Frame{Title: sc.Title}, ID: d.ID, Path: walkPath(d.ID), Version: walkFiles(), Scenario: sc.Title, About: append(about(d), s.due(d.Assignment)...),
		Brief: walkBrief{Persona: sc.Persona, Text: paragraphs(sc.Brief), Never: sc.Never, Bring: sc.Bring}, Missing: len(d.Missing), Begin: partEnd,
	}
	if i := slices.IndexFunc(sc.Arms, func(a cx.Arm) bool { return a.Name == d.Arm }); i >= 0 {
		p.Brief.Arm = sc.Arms[i].Brief
	}
	if d.State == cx.WalkReturned || d.State == cx.WalkStarted {
		p.Returned = askedFor(d)
	}
	said := map[string]walk.Step{}
	for _, step := range d.Visit.Steps {
		said[step.Step] = step
	}
	path := walkedPath(sc, said)
	for i, step := range sc.Script {
		known, has := said[step.Name]
		view := s.stepOf(sc, i, known, has, d)
		view.Back = backOf(path, sc, step.Name)
		p.Steps = append(p.Steps, view)
	}
	p.End = endOf(d)
	p.End.Back = backOf(path, sc, partEnd)
	if len(p.Steps) > 0 {
		p.Begin = path[len(path)-1]
	}
	p.show(at, len(said) > 0)
	return p
}

// show marks the part that is shown; one that is not there is the brief at first, and
// where the walker is later.
func (p *walkPage) show(at string, begun bool) {
	known := at == partBrief || at == partEnd || at == partStop || slices.ContainsFunc(p.Steps, func(s walkStep) bool { return s.Name == at })
	if !known {
		at = partBrief
		if begun {
			at = p.Begin
		}
	}
	p.At = at
	p.End.Shown = at == partEnd
	for i := range p.Steps {
		p.Steps[i].Shown = p.Steps[i].Name == at
	}
}

// walkedPath are the parts that a walker came through, to the one where they are.
func walkedPath(sc cx.Scenario, said map[string]walk.Step) []string {
	var path []string
	for part := firstPart(sc); ; {
		path = append(path, part)
		step, i, ok := sc.Step(part)
		known, has := said[part]
		if !ok || !has || len(path) > len(sc.Script) {
			return path
		}
		part = cmp.Or(partOf(known.Went), nextPart(sc, i, step))
	}
}

func firstPart(sc cx.Scenario) string {
	if len(sc.Script) == 0 {
		return partEnd
	}
	return sc.Script[0].Name
}

func nextPart(sc cx.Scenario, i int, step cx.ScriptStep) string {
	if step.Ends || i+1 >= len(sc.Script) {
		return partEnd
	}
	return sc.Script[i+1].Name
}

// partOf is the part that a branch leads to.
func partOf(branch string) string {
	if branch == "end" {
		return partEnd
	}
	return branch
}

// backOf is the part before one: on the walker's path if it is on it, else in the script.
func backOf(path []string, sc cx.Scenario, part string) string {
	if i := slices.Index(path, part); i > 0 {
		return path[i-1]
	}
	_, i, ok := sc.Step(part)
	switch {
	case ok && i > 0:
		return sc.Script[i-1].Name
	case !ok && len(sc.Script) > 0:
		return path[len(path)-1]
	}
	return partBrief
}

func (s *Site) stepOf(sc cx.Scenario, i int, known walk.Step, has bool, d walk.Detail) walkStep {
	step := sc.Script[i]
	v := walkStep{
		Name: step.Name, Do: step.Do, Say: step.Say, Number: i + 1, Of: len(sc.Script), Said: known.StepRecord, Known: has,
		FollowUps: step.FollowUps, Objections: step.Objections, Ask: step.Ask, Next: nextPart(sc, i, step),
		// Who reads an invoice must not read the answers; who asks must know whether they were right.
		ShowKey: step.Ask != nil && step.Ask.By != cx.ByWalker,
		Opened:  s.Now().UTC().Format(time.RFC3339), Form: newFormKey(), Chip: Chip{"", "not yet"},
	}
	if has {
		v.Chip = doneChip(known.Done)
	} else {
		v.Said.Revision = -1
	}
	for _, b := range step.Branches {
		v.Branches = append(v.Branches, cx.Branch{If: b.If, Go: b.Go})
	}
	if step.Wait > 0 {
		v.Wait = lengthOf(step.Wait)
	}
	v.Evidence = wantedPieces(step.Evidence)
	for _, piece := range d.Visit.Pieces {
		if piece.Step == step.Name {
			v.Pieces = append(v.Pieces, pieceWords(piece.Kind))
		}
	}
	for _, check := range step.Promises {
		v.Promises = append(v.Promises, promiseOf(check, known.Promises))
	}
	return v
}

// wantedPieces are what a step asks for, and then what may always be added: a photo
// and a voice note.
func wantedPieces(wanted []cx.EvidenceWanted) []wantedPiece {
	asked := slices.Clone(wanted)
	for _, kind := range []cx.EvidenceKind{cx.Photo, cx.VoiceNote} {
		asked = append(asked, cx.EvidenceWanted{Kind: kind, Optional: true})
	}
	out := make([]wantedPiece, 0, len(asked))
	for i, want := range asked {
		p := wantedPiece{Kind: want.Kind, Field: "piece-" + strconv.Itoa(i), Label: sentenceCase(want.Of), Optional: want.Optional, Voice: want.Kind == cx.VoiceNote, Accept: "image/*"}
		switch want.Kind {
		case cx.Photo, cx.Receipt:
			p.Capture = "environment"
		case cx.VoiceNote:
			p.Accept, p.Capture = "audio/*", "user"
		}
		if want.Of == "" {
			p.Label = map[cx.EvidenceKind]string{cx.Photo: "A photo, if it shows something", cx.VoiceNote: "A voice note, instead of typing"}[want.Kind]
		}
		out = append(out, p)
	}
	return out
}

func pieceWords(kind cx.EvidenceKind) string {
	switch kind {
	case cx.VoiceNote:
		return "Voice note"
	case cx.Receipt:
		return "Receipt"
	case cx.Screenshot:
		return "Screenshot"
	}
	return "Photo"
}

func promiseOf(check cx.PromiseCheck, seen []walk.PromiseSeen) walkPromise {
	p := walkPromise{Name: check.Name, Text: check.Text, Timed: check.Within > 0, Currency: check.AtMost.Currency}
	if p.Currency != "" {
		p.Decimals = cx.Decimals(p.Currency)
	}
	i := slices.IndexFunc(seen, func(s walk.PromiseSeen) bool { return s.Name == check.Name })
	if i < 0 {
		return p
	}
	if v := seen[i].Seconds; v != nil {
		p.Seconds = strconv.FormatFloat(*v, 'f', -1, 64)
	}
	p.Paid, p.Kept = amountOnly(seen[i].Paid), yesNo(seen[i].Kept)
	return p
}

func endOf(d walk.Detail) walkEnd {
	e := walkEnd{Form: newFormKey(), Currency: d.Filled.CostLimit.Currency}
	if e.Currency != "" {
		e.Limit = declare.FormatMoney(d.Filled.CostLimit)
	}
	if sub := d.Visit.Submission; sub != nil {
		e.Said, e.Solved = *sub, yesNo(sub.Solved)
		e.Currency, e.Spent = cmp.Or(sub.Spent.Currency, e.Currency), amountOnly(sub.Spent)
	}
	for _, c := range d.Filled.Criteria {
		row := walkCriterion{c.Name, c.Text, string(e.Said.Marks[c.Name])}
		if c.Kind == cx.Treatment {
			e.Treatment = append(e.Treatment, row)
		} else {
			e.Outcome = append(e.Outcome, row)
		}
	}
	return e
}

// lengthOf is a length of time in words, in its largest whole unit.
func lengthOf(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return plural(int(d.Hours()/24), "day", "days")
	case d >= 2*time.Hour:
		return plural(int(d.Hours()), "hour", "hours")
	case d >= time.Minute:
		return plural(int(d.Minutes()), "minute", "minutes")
	}
	return plural(int(d.Seconds()), "second", "seconds")
}

// about says in a few words what a walk takes.
func about(d walk.Detail) []string {
	var out []string
	if d.Filled.TimeLimit > 0 {
		out = append(out, "about "+lengthOf(d.Filled.TimeLimit))
	}
	if waits := d.Filled.Waits(); waits > 0 {
		out = append(out, "with up to "+lengthOf(waits)+" of waiting")
	}
	if d.Filled.CostLimit.Currency != "" {
		out = append(out, "at most "+declare.FormatMoney(d.Filled.CostLimit)+", which you get back")
	}
	if d.Place != "" {
		out = append(out, d.Place)
	}
	return out
}

func (s *Site) due(a walk.Assignment) []string {
	if until := cmp.Or(a.Until, a.Due); !until.IsZero() {
		return []string{"until " + day(until, s.Zone)}
	}
	return nil
}

// askedFor is what the reviewer asked for when they returned the walk.
func askedFor(d walk.Detail) string {
	for _, e := range slices.Backward(d.Events) {
		if e.To == cx.WalkReturned {
			return e.Reason
		}
	}
	return ""
}

func doneChip(done walk.Done) Chip {
	switch done {
	case walk.DoneBlocked:
		return Chip{"warn", "could not be done"}
	case walk.DoneSkipped:
		return Chip{"", "skipped"}
	}
	return Chip{"good", "done"}
}

func walkChip(state cx.WalkState) Chip {
	switch state {
	case cx.WalkReturned:
		return Chip{"warn", "something is asked of you"}
	case cx.WalkStarted:
		return Chip{"accent", "under way"}
	case cx.WalkSubmitted, cx.WalkInReview:
		return Chip{"good", "handed in"}
	}
	return Chip{}
}

func yesNo(b *bool) string {
	switch {
	case b == nil:
		return ""
	case *b:
		return "yes"
	}
	return "no"
}
