package journey

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/declare"
)

// longestNote is how many characters a ruling's note may have.
const longestNote = 500

// Rule says which step caused a contact, or every contact about a reason: it overrules
// what is reckoned, and takes the place of an earlier ruling on the same. An empty step
// is none of the journey's. by is the person who says so.
func (r *Room) Rule(ctx context.Context, ruling cx.Ruling, by string) (cx.Ruling, error) {
	file, err := r.Current(ctx, ruling.Journey)
	if err != nil {
		return ruling, err
	}
	j, err := Parse(file.Name, []byte(file.YAML))
	if err != nil {
		return ruling, err
	}
	if _, known := j.Step(ruling.Step); !known && ruling.Step != "" {
		var names []string
		for _, s := range j.Steps() {
			names = append(names, s.Name)
		}
		return ruling, cx.Errorf(cx.NotFound, "journey %q has no step %q", j.Name, ruling.Step).WithRemedy("%s", declare.DidYouMean(ruling.Step, names))
	}
	ruling.Note = strings.TrimSpace(ruling.Note)
	if utf8.RuneCountInString(ruling.Note) > longestNote {
		return ruling, cx.Errorf(cx.Invalid, "a note may have %d characters at most", longestNote).WithRemedy("Say it in fewer words.")
	}
	var profile cx.ProfileID
	if ruling.Contact != (cx.InteractionID{}) {
		if profile, err = r.contact(ctx, &ruling); err != nil {
			return ruling, err
		}
	} else if err := r.askedAbout(ctx, ruling.Reason); err != nil {
		return ruling, err
	}
	ruling.By, ruling.At = by, r.now()
	return r.files.PutRuling(ctx, ruling, profile)
}

// contact looks whether the interaction is one that can be charged.
func (r *Room) contact(ctx context.Context, ruling *cx.Ruling) (cx.ProfileID, error) {
	profile, signature, found, err := r.facts.Contact(ctx, ruling.Contact)
	switch {
	case err != nil:
		return 0, err
	case !found:
		return 0, cx.Errorf(cx.NotFound, "there is no interaction %s", ruling.Contact).
			WithRemedy("It may have gone with an import that was undone. Open the contact from the answer again.")
	case signature.Kind != cx.Contact:
		return 0, cx.Errorf(cx.Invalid, "the interaction is a %s, and only contacts are charged to a step", strings.ReplaceAll(signature.Kind.String(), "_", " "))
	}
	ruling.Reason = signature.Reason
	return profile, nil
}

func (r *Room) askedAbout(ctx context.Context, reason string) error {
	signatures, err := r.facts.Signatures(ctx)
	if err != nil {
		return err
	}
	var reasons []string
	for _, s := range signatures {
		if s.Kind == cx.Contact && !slices.Contains(reasons, s.Reason) {
			reasons = append(reasons, s.Reason)
		}
	}
	if slices.Contains(reasons, reason) {
		return nil
	}
	reasons = slices.DeleteFunc(reasons, func(r string) bool { return r == "" })
	return cx.Errorf(cx.NotFound, "no contact is about %q", reason).WithRemedy("%s", declare.DidYouMean(reason, reasons))
}

// TakeBack ends a ruling on a journey.
func (r *Room) TakeBack(ctx context.Context, id int64, by string) (cx.Ruling, error) {
	return r.files.EndRuling(ctx, id, by, r.now())
}

// Rulings lists all rulings on a journey, the newest first.
func (r *Room) Rulings(ctx context.Context, journey string) ([]cx.Ruling, error) {
	if _, err := r.Current(ctx, journey); err != nil {
		return nil, err
	}
	return r.files.Rulings(ctx, journey)
}
