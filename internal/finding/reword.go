package finding

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Follow keeps findings with what they are about when words are renamed: one about
// channel=tel goes on as one about channel=phone, with its history. Where that has a
// finding already, the former closes, and says why. Words are those that nobody sees
// any more, with what they are called now.
func (r *Room) Follow(ctx context.Context, words []cx.Rewording) error {
	r.running.Lock()
	defer r.running.Unlock()
	there, err := r.store.Findings(ctx)
	if err != nil {
		return fmt.Errorf("listing the findings: %w", err)
	}
	taken := map[cx.FindingKey]bool{}
	for _, f := range there {
		taken[f.Key] = true
	}
	for _, f := range there {
		for _, w := range words {
			was := string(w.Field) + "=" + w.Came
			is := string(w.Field) + "=" + w.Word
			if f.Key.Segment != was {
				continue
			}
			state := f.State
			e := Event{Finding: f.ID, At: r.now().UTC(), What: Renamed, From: state, Reason: fmt.Sprintf("%s “%s” is called “%s” now", w.Field, w.Came, w.Word), Figures: f.Why}
			key := f.Key
			key.Segment = is
			if taken[key] {
				if state == cx.FindingClosed {
					break
				}
				f.State, f.StateReason, f.StateBy = cx.FindingClosed, e.Reason+", which has a finding of its own", ""
				e.What, e.Reason = ClosedNow, f.StateReason
			} else {
				delete(taken, f.Key)
				taken[key] = true
				f.Key = key
				f.Title = strings.Replace(f.Title, where(was), where(is), 1)
				f.Evidence = reworded(f.Evidence, w)
			}
			e.To = f.State
			if err := r.store.SaveFinding(ctx, f, state, e); err != nil {
				return fmt.Errorf("renaming what finding %d is about: %w", f.ID, err)
			}
			break
		}
	}
	return nil
}

// reworded is an evidence query with a word in place of another.
func reworded(evidence string, w cx.Rewording) string {
	v, err := url.ParseQuery(evidence)
	if err != nil || v.Get(string(w.Field)) != w.Came {
		return evidence
	}
	v.Set(string(w.Field), w.Word)
	return v.Encode()
}
