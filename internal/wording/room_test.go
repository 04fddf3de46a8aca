package wording_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/store/memory"
	"github.com/firsthand-cx/firsthand/internal/wording"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// desk is facts of contacts with these channels, and a room that notes what is gone.
func desk(t interface{ Fatal(...any) }, channels ...string) (*wording.Room, *[]cx.Rewording) {
	ctx := context.Background()
	facts := memory.NewFacts(nil)
	im, err := facts.BeginImport(ctx, 1, ingest.Header{Source: "desk"})
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range channels {
		fact := ingest.Fact{ID: cx.InteractionID{byte(i + 1)}, Signature: cx.Signature{Source: "desk", Voice: cx.VoiceCustomer, Kind: cx.Contact, Channel: c, Reason: c}, Start: now}
		if err := im.Append(ctx, []ingest.Fact{fact}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := im.Commit(ctx, ingest.LedgerNote{}); err != nil {
		t.Fatal(err)
	}
	gone := &[]cx.Rewording{}
	return wording.New(facts, func(_ context.Context, words []cx.Rewording) error { *gone = words; return nil }, func() time.Time { return now }), gone
}

// seen lists the channels as everybody sees them, with the words that came.
func seen(t interface{ Fatal(...any) }, room *wording.Room) map[string]string {
	list, err := room.List(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, c := range list {
		if c.Field != cx.CodeChannel {
			continue
		}
		var came []string
		for _, w := range c.Came {
			came = append(came, w.Came)
		}
		out[c.Word] = strings.Join(came, " ")
	}
	return out
}

func TestRenamingJoiningAndTakingBack(t *testing.T) {
	type step struct {
		from, to string // to "" = take back what came as from
		done     wording.Renamed
		gone     []cx.Rewording
		code     cx.Code
	}
	ch := cx.CodeChannel
	tests := map[string]struct {
		steps []step
		shows map[string]string
	}{
		"a rename": {
			[]step{{"tel", "phone call", wording.Renamed{Field: ch, From: "tel", Word: "phone call", Interactions: 2}, []cx.Rewording{{Field: ch, Came: "tel", Word: "phone call"}}, ""}},
			map[string]string{"phone call": "tel", "phone": "phone", "mail": "mail"},
		},
		"a join": {
			[]step{{"tel", "phone", wording.Renamed{Field: ch, From: "tel", Word: "phone", Interactions: 2, Joined: true}, []cx.Rewording{{Field: ch, Came: "tel", Word: "phone"}}, ""}},
			map[string]string{"phone": "tel phone", "mail": "mail"},
		},
		"what was joined is renamed together": {[]step{
			{"tel", "phone", wording.Renamed{Field: ch, From: "tel", Word: "phone", Interactions: 2, Joined: true}, []cx.Rewording{{Field: ch, Came: "tel", Word: "phone"}}, ""},
			{"phone", "voice", wording.Renamed{Field: ch, From: "phone", Word: "voice", Interactions: 3}, []cx.Rewording{{Field: ch, Came: "phone", Word: "voice"}}, ""},
		}, map[string]string{"voice": "tel phone", "mail": "mail"}},
		"one of those joined is taken out again": {[]step{
			{"tel", "phone", wording.Renamed{Field: ch, From: "tel", Word: "phone", Interactions: 2, Joined: true}, []cx.Rewording{{Field: ch, Came: "tel", Word: "phone"}}, ""},
			{"tel", "", wording.Renamed{Field: ch, From: "phone", Word: "tel", Interactions: 2}, nil, ""},
		}, map[string]string{"tel": "tel", "phone": "phone", "mail": "mail"}},
		"a rename taken back": {[]step{
			{"tel", "voice", wording.Renamed{Field: ch, From: "tel", Word: "voice", Interactions: 2}, []cx.Rewording{{Field: ch, Came: "tel", Word: "voice"}}, ""},
			{"tel", "", wording.Renamed{Field: ch, From: "voice", Word: "tel", Interactions: 2}, []cx.Rewording{{Field: ch, Came: "voice", Word: "tel"}}, ""},
		}, map[string]string{"tel": "tel", "phone": "phone", "mail": "mail"}},
		"spaces around it do not count":    {[]step{{"tel", "  voice ", wording.Renamed{Field: ch, From: "tel", Word: "voice", Interactions: 2}, []cx.Rewording{{Field: ch, Came: "tel", Word: "voice"}}, ""}}, map[string]string{"voice": "tel", "phone": "phone", "mail": "mail"}},
		"a word that nobody uses":          {[]step{{"fax", "paper", wording.Renamed{}, nil, cx.NotFound}}, map[string]string{"tel": "tel", "phone": "phone", "mail": "mail"}},
		"an empty name":                    {[]step{{"tel", " \t", wording.Renamed{}, nil, cx.Invalid}}, map[string]string{"tel": "tel", "phone": "phone", "mail": "mail"}},
		"the name that it has":             {[]step{{"tel", "tel", wording.Renamed{}, nil, cx.Invalid}}, map[string]string{"tel": "tel", "phone": "phone", "mail": "mail"}},
		"a name of two lines":              {[]step{{"tel", "a\nb", wording.Renamed{}, nil, cx.Invalid}}, map[string]string{"tel": "tel", "phone": "phone", "mail": "mail"}},
		"a name without end":               {[]step{{"tel", strings.Repeat("x", 201), wording.Renamed{}, nil, cx.Invalid}}, map[string]string{"tel": "tel", "phone": "phone", "mail": "mail"}},
		"taking back what was not renamed": {[]step{{"tel", "", wording.Renamed{}, nil, cx.NotFound}}, map[string]string{"tel": "tel", "phone": "phone", "mail": "mail"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			room, gone := desk(t, "tel", "tel", "phone", "mail")
			for i, s := range test.steps {
				*gone = nil
				var done wording.Renamed
				var err error
				if s.to == "" {
					done, err = room.Restore(context.Background(), ch, s.from)
				} else {
					done, err = room.Rename(context.Background(), ch, s.from, s.to)
				}
				if s.code != "" {
					if err == nil || cx.CodeOf(err) != s.code {
						t.Errorf("step %d: %v, want %s", i, err, s.code)
					}
					continue
				}
				if err != nil || done != s.done {
					t.Errorf("step %d: %+v, %v; want %+v", i, done, err, s.done)
				}
				if diff := cmp.Diff(s.gone, *gone, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("step %d is followed by (-want +got):\n%s", i, diff)
				}
			}
			if diff := cmp.Diff(test.shows, seen(t, room)); diff != "" {
				t.Errorf("seen (-want +got):\n%s", diff)
			}
		})
	}
}

// Whatever is renamed and joined, no interaction gets lost, and taking everything back
// gives the words as they came.
func TestTakingEverythingBackLeavesWhatCame(t *testing.T) {
	words := rapid.SampledFrom([]string{"a", "b", "c", "d"})
	rapid.Check(t, func(rt *rapid.T) {
		room, _ := desk(t, "a", "a", "b", "c")
		before := seen(t, room)
		for range rapid.IntRange(0, 8).Draw(rt, "renames") {
			_, err := room.Rename(context.Background(), cx.CodeChannel, words.Draw(rt, "from"), words.Draw(rt, "to"))
			if code := cx.CodeOf(err); err != nil && code != cx.NotFound && code != cx.Invalid {
				rt.Fatal(err)
			}
			list, err := room.List(context.Background())
			if err != nil {
				rt.Fatal(err)
			}
			n := int64(0)
			for _, c := range list {
				if c.Field == cx.CodeChannel {
					n += c.Interactions
				}
			}
			if n != 4 {
				rt.Fatalf("%d of 4 interactions have a channel", n)
			}
		}
		for _, came := range []string{"a", "b", "c"} {
			if _, err := room.Restore(context.Background(), cx.CodeChannel, came); err != nil && cx.CodeOf(err) != cx.NotFound {
				rt.Fatal(err)
			}
		}
		if diff := cmp.Diff(before, seen(t, room)); diff != "" {
			rt.Fatalf("(-before +after):\n%s", diff)
		}
	})
}
