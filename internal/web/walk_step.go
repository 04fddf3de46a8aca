package web

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/declare"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// Here a walk is written down without script: each step is a form. With script the
// phone sends the same records itself (walk_device.go).

// maxStepForm bounds a step's form with its files.
const maxStepForm = 100 << 20

// newFormKey marks a form, so that a file sent twice with it is kept once.
func newFormKey() string { return strings.ToLower(rand.Text()) }

func (s *Site) saveStep(w http.ResponseWriter, r *http.Request) error {
	id, _, err := s.myWalk(r)
	if err != nil {
		return err
	}
	d, err := s.Rooms.Walking.Assignment(r.Context(), id)
	if err != nil {
		return err
	}
	step, i, ok := d.Filled.Step(r.PathValue("step"))
	if !ok {
		return cx.Errorf(cx.NotFound, "this walk has no such step")
	}
	v, files, err := stepForm(w, r)
	if err != nil {
		return err
	}
	if r.MultipartForm != nil {
		defer func() { _ = r.MultipartForm.RemoveAll() }()
	}
	rec, err := recordOf(step, v, s.Now())
	if j := slices.IndexFunc(d.Visit.Steps, func(known walk.Step) bool { return known.Step == step.Name }); j >= 0 {
		known := d.Visit.Steps[j] // who puts their words right does not take longer for it
		rec.Revision, rec.Evidence, rec.Started, rec.Finished = known.Revision+1, slices.Clone(known.Evidence), known.Started, known.Finished
	}
	if err == nil {
		err = s.keepPieces(r, id, step, v.Get("form"), files, &rec)
	}
	if err == nil {
		err = s.sendWalk(r, id, walk.StepMessage, rec)
	}
	if err != nil {
		return s.showAgain(w, r, d, step.Name, err, func(p *walkPage) {
			p.Steps[i].Said = rec
			for k, check := range step.Promises {
				p.Steps[i].Promises[k] = promiseOf(check, rec.Promises)
			}
		})
	}
	next := cmp.Or(partOf(rec.Went), nextPart(d.Filled, i, step))
	http.Redirect(w, r, partPath(id, next), http.StatusSeeOther)
	return nil
}

func stepForm(w http.ResponseWriter, r *http.Request) (url.Values, map[string][]*multipart.FileHeader, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxStepForm)
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		return nil, nil, cx.Errorf(cx.Invalid, "the step did not arrive whole: %w", err).
			WithRemedy("Send it again; its photos and voice notes may have %d MiB together.", maxStepForm>>20)
	}
	return r.MultipartForm.Value, r.MultipartForm.File, nil
}

// keepPieces keeps the files of a step's form.
func (s *Site) keepPieces(r *http.Request, id int64, step cx.ScriptStep, formKey string, files map[string][]*multipart.FileHeader, rec *walk.StepRecord) error {
	for _, want := range wantedPieces(step.Evidence) {
		for n, header := range files[want.Field] {
			if header.Size == 0 { // a field that was left empty
				continue
			}
			key := firstRunes(formKey, 40) + "-" + want.Field + "-" + strconv.Itoa(n)
			err := func() error {
				file, err := header.Open()
				if err != nil {
					return cx.Errorf(cx.Unavailable, "the file did not come whole: %w", err).WithRemedy("Send it again.")
				}
				defer file.Close()
				_, err = s.Rooms.Walking.KeepEvidence(r.Context(), id, key, want.Kind, step.Name, file)
				return err
			}()
			if err != nil {
				return err
			}
			if !slices.Contains(rec.Evidence, key) {
				rec.Evidence = append(rec.Evidence, key)
			}
		}
	}
	return nil
}

// recordOf reads what was said of a step. With an error it is as far as it could be read.
func recordOf(step cx.ScriptStep, v url.Values, now time.Time) (walk.StepRecord, error) {
	rec := walk.StepRecord{
		Step: step.Name, Started: now, Finished: now, Done: walk.Done(v.Get("done")),
		Did: v.Get("did"), Thought: v.Get("thought"), Felt: v.Get("felt"),
		Heard: v.Get("heard"), Answer: cx.Answer(v.Get("answer")), Went: v.Get("went"), Staff: v.Get("staff"),
	}
	// The page's own time of being made; who opened it and went away says so in words.
	if opened, err := time.Parse(time.RFC3339, v.Get("opened")); err == nil && opened.Before(now) && now.Sub(opened) < 60*24*time.Hour {
		rec.Started = opened
	}
	if f, err := strconv.Atoi(v.Get("feeling")); err == nil && f > 0 && f < 256 {
		rec.Feeling = cx.Feeling(f)
	}
	if rec.Went != "" && !slices.ContainsFunc(step.Branches, func(b cx.Branch) bool { return b.Go == rec.Went }) {
		return rec, cx.Errorf(cx.Invalid, "the step does not lead to %q", rec.Went)
	}
	for _, check := range step.Promises {
		seen := walk.PromiseSeen{Name: check.Name, Kept: isYes(v.Get("kept." + check.Name))}
		if text := strings.TrimSpace(v.Get("seconds." + check.Name)); text != "" {
			n, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", "."), 64)
			if err != nil {
				return rec, cx.Errorf(cx.Invalid, "%q is not a number of seconds", text)
			}
			seen.Seconds = &n
		}
		var err error
		if seen.Paid, err = amount(v.Get("paid."+check.Name), check.AtMost.Currency); err != nil {
			return rec, err
		}
		if seen.Seconds != nil || seen.Kept != nil || seen.Paid.Currency != "" {
			rec.Promises = append(rec.Promises, seen)
		}
	}
	return rec, nil
}

// handIn takes what is said of the whole walk, without script.
func (s *Site) handIn(w http.ResponseWriter, r *http.Request) error {
	id, _, err := s.myWalk(r)
	if err != nil {
		return err
	}
	v, err := form(w, r)
	if err != nil {
		return err
	}
	d, err := s.Rooms.Walking.Assignment(r.Context(), id)
	if err != nil {
		return err
	}
	sub, err := submissionOf(d.Filled, v)
	if err == nil {
		err = s.sendWalk(r, id, walk.SubmitMessage, sub)
	}
	if err != nil {
		return s.showAgain(w, r, d, partEnd, err, func(p *walkPage) {
			d.Visit.Submission = &sub
			back := p.End.Back
			p.End = endOf(d)
			p.End.Back, p.End.Shown = back, true
		})
	}
	http.Redirect(w, r, walkPath(id), http.StatusSeeOther)
	return nil
}

func submissionOf(sc cx.Scenario, v url.Values) (walk.Submission, error) {
	sub := walk.Submission{Messages: []string{}, Marks: map[string]cx.Mark{}, Solved: isYes(v.Get("solved")), Praise: v.Get("praise"), Failure: v.Get("failure")}
	for _, c := range sc.Criteria {
		if mark := v.Get("mark." + c.Name); mark != "" {
			sub.Marks[c.Name] = cx.Mark(mark)
		}
	}
	var err error
	sub.Spent, err = amount(v.Get("spent"), cmp.Or(strings.ToUpper(strings.TrimSpace(v.Get("currency"))), sc.CostLimit.Currency))
	return sub, err
}

func (s *Site) sendWalk(r *http.Request, id int64, kind walk.MessageKind, what any) error {
	body, err := json.Marshal(what)
	if err != nil {
		return err
	}
	_, err = s.Rooms.Walking.Send(r.Context(), id, []walk.Message{{Key: newFormKey(), Kind: kind, Sent: s.Now(), Body: body}})
	return err
}

// showAgain shows a part with what was typed in it, and what is wrong with it.
func (s *Site) showAgain(w http.ResponseWriter, r *http.Request, d walk.Detail, part string, problem error, put func(p *walkPage)) error {
	status := statusOf(cx.CodeOf(problem))
	if status == http.StatusInternalServerError || !walkable(d.State) {
		return problem
	}
	p := s.walkOf(d, part)
	put(p)
	p.Problem = problemOf(problem)
	return s.show(w, r, status, p)
}

func isYes(s string) *bool {
	switch s {
	case "yes", "no":
		yes := s == "yes"
		return &yes
	}
	return nil
}

// amount reads an amount of a currency as people type it, with a comma or a point.
func amount(text, currency string) (cx.Money, error) {
	if text = strings.TrimSpace(text); text == "" {
		return cx.Money{}, nil
	}
	m, err := declare.ParseMoney(strings.ReplaceAll(text, ",", ".") + " " + currency)
	if err != nil {
		return m, cx.Errorf(cx.Invalid, "%q is not an amount of money", text).WithRemedy("Write it like 7.50, with the currency's three letters, such as EUR, beside it.")
	}
	return m, nil
}

// amountOnly writes what amount reads.
func amountOnly(m cx.Money) string {
	if m.Currency == "" {
		return ""
	}
	return strings.TrimSuffix(declare.FormatMoney(m), " "+m.Currency)
}

// sentenceCase begins with a capital.
func sentenceCase(s string) string { return strings.TrimSuffix(sentence(s), ".") }
