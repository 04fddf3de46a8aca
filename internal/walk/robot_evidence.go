package walk

import (
	"context"
	"io"
	"regexp"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

var robotKey = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$`)

// maxRobotPieces is what one walk of a robot brings at most.
const maxRobotPieces = 400

// KeepRobotEvidence takes a picture or the report of a walk that is under way. The same
// key with the same file once more changes nothing.
func (r *Room) KeepRobotEvidence(ctx context.Context, id int64, lease, key string, kind cx.EvidenceKind, step string, from io.Reader) error {
	a, err := r.held(ctx, id, lease) // before the disk is written
	if err != nil {
		return err
	}
	s, err := r.version(ctx, a.Scenario, a.Version)
	if err != nil {
		return err
	}
	if _, _, there := s.Step(step); step != "" && !there {
		return cx.Errorf(cx.Invalid, "the scenario %q has no step %q", s.ID, step)
	}
	switch {
	case !robotKey.MatchString(key):
		return cx.Errorf(cx.Invalid, "%q is not a key of evidence", key).WithRemedy("Use letters, digits, points, hyphens and underscores.")
	case kind != cx.Screenshot && kind != cx.RobotReport:
		return cx.Errorf(cx.Invalid, "a robot brings screenshots and its report, no %s", kind)
	}
	before, err := r.store.Pieces(ctx, id)
	if err != nil {
		return err
	}
	if len(before) >= maxRobotPieces {
		return cx.Errorf(cx.Invalid, "a robot's walk has at most %d pieces of evidence", maxRobotPieces)
	}
	kept, err := r.files.Keep(kind, from)
	if err != nil {
		return err
	}
	for _, p := range before {
		if p.Key == key && p.Sent == kept.Sent {
			return r.files.Remove(kept.File) // it came before
		}
	}
	_, err = retry(func() (Assignment, error) {
		a, err := r.held(ctx, id, lease)
		if err != nil {
			return a, err
		}
		return r.store.CommitWalk(ctx, Change{Assignment: a, Pieces: []Piece{{
			Key: key, File: kept.File, Kind: kind, Step: step, Media: kept.Media, SHA256: kept.SHA256, Sent: kept.Sent, Size: kept.Size, Received: r.at(),
		}}})
	})
	if err != nil {
		_ = r.files.Remove(kept.File)
	}
	return err
}

// forgotten removes the files of a walk that is done again.
func (r *Room) forgotten(ctx context.Context, id int64, forget func() (Assignment, error)) (Assignment, error) {
	pieces, err := r.store.Pieces(ctx, id)
	if err != nil {
		return Assignment{}, err
	}
	a, err := forget()
	if err != nil {
		return a, err
	}
	for _, p := range pieces {
		if err := r.files.Remove(p.File); err != nil {
			return a, err
		}
	}
	return a, nil
}

// MayOrder counts an order that a robot is about to make, before it makes it: a robot
// that dies afterwards has ordered. The error says why it may not.
func (r *Room) MayOrder(ctx context.Context, id int64, lease string) error {
	r.orders.Lock() // two workers must not take the same last order
	defer r.orders.Unlock()
	_, err := retry(func() (Assignment, error) {
		a, err := r.held(ctx, id, lease)
		if err != nil {
			return a, err
		}
		s, err := r.version(ctx, a.Scenario, a.Version)
		if err != nil {
			return a, err
		}
		most := s.Robot.OrdersPerDay
		if most == 0 {
			return a, cx.Errorf(cx.Forbidden, "the scenario lets robots order nothing")
		}
		all, err := r.store.Assignments(ctx, Filter{Scenario: a.Scenario, Voice: cx.VoiceRobot})
		if err != nil {
			return a, err
		}
		today := midnight(r.now(), r.store.Zone())
		made := 0
		for _, other := range all {
			for _, at := range other.Orders {
				if !at.Before(today) {
					made++
				}
			}
		}
		if made >= most {
			return a, cx.Errorf(cx.Forbidden, "%d orders a day are the most, and they are made", most)
		}
		a.Orders = append(a.Orders, r.at())
		return r.store.CommitWalk(ctx, Change{Assignment: a})
	})
	return err
}
