package walk

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// Walkers lists the walkers, by number; erased ones are left out.
func (r *Room) Walkers(ctx context.Context) ([]Walker, error) {
	all, err := r.store.Walkers(ctx)
	return slices.DeleteFunc(all, func(w Walker) bool { return !w.Erased.IsZero() }), err
}

// Walker is one walker.
func (r *Room) Walker(ctx context.Context, id int64) (Walker, error) {
	return r.walkerBy(ctx, func(w Walker) bool { return w.ID == id })
}

// WalkerOf is the walker who signs in with an account; NotFound when they are none.
func (r *Room) WalkerOf(ctx context.Context, account string) (Walker, error) {
	return r.walkerBy(ctx, func(w Walker) bool { return account != "" && w.Account == account })
}

func (r *Room) walkerBy(ctx context.Context, is func(Walker) bool) (Walker, error) {
	all, err := r.store.Walkers(ctx)
	if err != nil {
		return Walker{}, err
	}
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i], nil
	}
	return Walker{}, cx.Errorf(cx.NotFound, "there is no such walker")
}

// SaveWalker stores a walker (ID 0 = a new one).
func (r *Room) SaveWalker(ctx context.Context, w Walker) (Walker, error) {
	w.Name, w.Department, w.Account = strings.TrimSpace(w.Name), strings.TrimSpace(w.Department), strings.TrimSpace(w.Account)
	switch {
	case w.Kind != Account && w.Kind != Guest:
		return w, cx.Errorf(cx.Invalid, "%q is not a kind of walker", w.Kind).WithRemedy("Write account or guest.")
	case (w.Kind == Account) != (w.Account != ""):
		return w, cx.Errorf(cx.Invalid, "a walker has an account if they sign in, and none if they come by link")
	case w.Kind == Account && w.Name == "":
		return w, cx.Errorf(cx.Invalid, "the walker has no name")
	case len(w.Name) > 200 || len(w.Department) > 100:
		return w, cx.Errorf(cx.Invalid, "the name or the department is too long")
	}
	if w.Arm != "" && !slug.MatchString(w.Arm) {
		return w, cx.Errorf(cx.Invalid, "%q is not an arm", w.Arm).WithRemedy("Such as connected or best.")
	}
	all, err := r.store.Walkers(ctx)
	if err != nil {
		return w, err
	}
	if w.Account != "" && slices.ContainsFunc(all, func(o Walker) bool { return o.Account == w.Account && o.ID != w.ID }) {
		return w, cx.Errorf(cx.Conflict, "the account %s is a walker already", w.Account)
	}
	if w.ID == 0 {
		w.Made = r.at()
	}
	return r.store.SaveWalker(ctx, w)
}

// EraseWalker forgets a person: their name, the words and evidence of their walks, and
// what opens them. Walks that are under way are stopped; of a walk that counts the facts
// keep numbers alone, without who walked and in which department.
func (r *Room) EraseWalker(ctx context.Context, id int64, by string) error {
	w, err := r.Walker(ctx, id)
	if err != nil {
		return err
	}
	walks, err := r.store.Assignments(ctx, Filter{Walker: id})
	if err != nil {
		return err
	}
	for _, a := range walks {
		if err := r.forget(ctx, a.ID, by); err != nil {
			return err
		}
	}
	_, err = r.store.SaveWalker(ctx, Walker{ID: w.ID, Revision: w.Revision, Kind: w.Kind, Made: w.Made, Away: true, Erased: r.at()})
	return err
}

// forget removes the words, evidence and passes of a walk; one that is not over stops.
func (r *Room) forget(ctx context.Context, id int64, by string) error {
	_, err := retry(func() (Assignment, error) {
		a, err := r.store.Assignment(ctx, id)
		if err != nil {
			return a, err
		}
		pieces, err := r.store.Pieces(ctx, id)
		if err != nil {
			return a, err
		}
		left, err := r.withoutWalker(ctx, a)
		if err != nil {
			return a, err
		}
		forget := func(c *Change) error {
			c.Forget, c.Facts = true, left
			if rv := c.Assignment.Review; rv != nil { // it may quote them
				mute := *rv
				mute.Praise, mute.Failure, mute.Words = "", "", ""
				c.Assignment.Review = &mute
			}
			if ap := c.Assignment.Appeal; ap != nil {
				mute := *ap
				mute.Why, mute.Words = "", ""
				c.Assignment.Appeal = &mute
			}
			return endLease(c)
		}
		if !a.State.Over() {
			a, err = r.move(ctx, a, cx.WalkStop, by, "the walker was erased", forget)
		} else {
			c := Change{Assignment: a}
			if err = forget(&c); err == nil {
				a, err = r.store.CommitWalk(ctx, c)
			}
		}
		if err != nil {
			return a, err
		}
		files := make([]string, len(pieces))
		for i, p := range pieces {
			files[i] = p.File
		}
		return a, r.files.Remove(files...)
	})
	return err
}

// withoutWalker is what the facts keep of a walk that counts once its walker is
// forgotten; nil = they need not be told.
func (r *Room) withoutWalker(ctx context.Context, a Assignment) ([]StepFact, error) {
	if !a.Counts() {
		return nil, nil
	}
	s, v, err := r.lived(ctx, a)
	if err != nil || len(v.Steps) == 0 {
		return nil, err
	}
	facts, err := r.facts(ctx, a, s, v)
	for i := range facts {
		facts[i].Walker, facts[i].Department = 0, ""
	}
	return facts, err
}

// Reliability is how far a walker's marks can be taken as they are. Under five
// reviewed walks it is withheld: Withheld is true and there are no figures.
type Reliability struct {
	Walker    int64               `json:"walker"`
	Walks     int64               `json:"walks"` // reviewed
	Withheld  bool                `json:"withheld"`
	Agreed    int64               `json:"agreed"` // marks that the reviewer left as they were
	Marks     int64               `json:"marks"`
	Agreement statistics.Interval `json:"agreement"` // Wilson
	Returned  int64               `json:"returned"`  // walks that were returned at least once
	ReturnsIn statistics.Interval `json:"returns_in"`
}

// Reliability looks at all reviewed walks of a walker.
func (r *Room) Reliability(ctx context.Context, walker int64) (Reliability, error) {
	out := Reliability{Walker: walker}
	walks, err := r.store.Assignments(ctx, Filter{Walker: walker})
	if err != nil {
		return out, err
	}
	for _, a := range walks {
		if a.Review == nil {
			continue
		}
		s, _, err := r.filled(ctx, a)
		if err != nil {
			return out, err
		}
		v, err := r.visit(ctx, a, s)
		if err != nil {
			return out, err
		}
		out.Walks++
		if a.Returns > 0 {
			out.Returned++
		}
		if v.Submission == nil {
			continue // its words were erased
		}
		for name, mark := range v.Submission.Marks {
			if reviewed, ok := a.Review.Marks[name]; ok {
				out.Marks++
				if reviewed == mark {
					out.Agreed++
				}
			}
		}
	}
	if out.Walks < fewestForOne {
		return Reliability{Walker: walker, Walks: out.Walks, Withheld: true}, nil
	}
	out.Agreement, out.ReturnsIn = statistics.Wilson(out.Agreed, out.Marks), statistics.Wilson(out.Returned, out.Walks)
	return out, nil
}

// Department is how a department took part.
type Department struct {
	Name    string    `json:"name"`    // "" = not said
	Walkers int       `json:"walkers"` // who walked
	Known   int       `json:"known"`   // walkers of the department, whether they walked or not
	Walks   int       `json:"walks"`   // handed in
	Last    time.Time `json:"last,omitzero"`
}

// Participation says who in the company walked in a period, department by department,
// those that did not at all among them; the most walks first.
func (r *Room) Participation(ctx context.Context, p cx.Period) ([]Department, error) {
	walkers, err := r.store.Walkers(ctx)
	if err != nil {
		return nil, err
	}
	walks, err := r.store.Assignments(ctx, Filter{Voice: cx.VoiceWalker})
	if err != nil {
		return nil, err
	}
	by := map[string]*Department{}
	of := map[int64]*Department{}
	for _, w := range walkers {
		d := by[w.Department]
		if d == nil {
			d = &Department{Name: w.Department}
			by[w.Department] = d
		}
		if w.Erased.IsZero() {
			d.Known++
		}
		of[w.ID] = d
	}
	walked := map[int64]bool{}
	for _, a := range walks {
		d := of[a.Walker]
		if d == nil || a.Submitted.IsZero() || a.State == cx.WalkStopped || !p.Holds(a.Submitted) {
			continue // not handed in, or taken back
		}
		d.Walks++
		if !walked[a.Walker] {
			walked[a.Walker] = true
			d.Walkers++
		}
		if a.Submitted.After(d.Last) {
			d.Last = a.Submitted
		}
	}
	out := make([]Department, 0, len(by))
	for _, d := range by {
		if d.Known > 0 || d.Walks > 0 {
			out = append(out, *d)
		}
	}
	slices.SortFunc(out, func(a, b Department) int {
		return cmp.Or(cmp.Compare(b.Walks, a.Walks), strings.Compare(a.Name, b.Name))
	})
	return out, nil
}
