package storetest_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/journey"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/store/duckdb"
	"github.com/firsthand-cx/firsthand/internal/store/storetest"
	"github.com/firsthand-cx/firsthand/internal/wording"
)

var renamedAt = time.Date(2026, 2, 1, 9, 0, 0, 0, time.UTC)

// calls are rows whose channels are phone, chat, phone, chat.
var calls = []storetest.Row{{Thing: 0, Person: 1}, {Thing: 1, Variant: 1, Person: 2}, {Thing: 2, Person: 1}, {Thing: 3, Variant: 1, Person: 2}}

func channel(came, word string) cx.Rewording {
	return cx.Rewording{Field: cx.CodeChannel, Came: came, Word: word}
}

// channels counts interactions by the channel that the ordered stream shows.
func channels(t *testing.T, f storetest.Facts) map[string]int {
	t.Helper()
	ctx := context.Background()
	signatures, err := f.Signatures(ctx)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	err = f.Sequences(ctx, question.Filter{}, question.Want{}, func(q question.Sequence) error {
		for _, n := range q.Signature {
			out[signatures[n].Channel]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWordsAreCalledAsSomebodyRenamedThem(t *testing.T) {
	ctx := context.Background()
	tests := map[string]struct {
		renames [][]cx.Rewording
		shows   map[string]int
	}{
		"as they came":                     {nil, map[string]int{"phone": 2, "chat": 2}},
		"one is renamed":                   {[][]cx.Rewording{{channel("phone", "call")}}, map[string]int{"call": 2, "chat": 2}},
		"two are joined":                   {[][]cx.Rewording{{channel("phone", "chat")}}, map[string]int{"chat": 4}},
		"both get one new name":            {[][]cx.Rewording{{channel("phone", "talk"), channel("chat", "talk")}}, map[string]int{"talk": 4}},
		"two change places":                {[][]cx.Rewording{{channel("phone", "chat"), channel("chat", "phone")}}, map[string]int{"chat": 2, "phone": 2}},
		"the last name counts":             {[][]cx.Rewording{{channel("phone", "call")}, {channel("phone", "voice")}}, map[string]int{"voice": 2, "chat": 2}},
		"a rename is taken back":           {[][]cx.Rewording{{channel("phone", "chat")}, {channel("phone", "phone")}}, map[string]int{"phone": 2, "chat": 2}},
		"another field's word is another":  {[][]cx.Rewording{{{Field: cx.CodeOutcome, Came: "phone", Word: "x"}}}, map[string]int{"phone": 2, "chat": 2}},
		"a word that nothing has is ready": {[][]cx.Rewording{{channel("fax", "paper")}}, map[string]int{"phone": 2, "chat": 2}},
	}
	for engine, open := range engines {
		for name, test := range tests {
			t.Run(engine+"/"+name, func(t *testing.T) {
				f := open(t)
				load(t, f, 1, calls)
				for _, list := range test.renames {
					if err := f.Reword(ctx, list, renamedAt); err != nil {
						t.Fatal(err)
					}
				}
				if diff := cmp.Diff(test.shows, channels(t, f)); diff != "" {
					t.Errorf("channels (-want +got):\n%s", diff)
				}
				// The same file still meets its own rows: nothing of them was rewritten.
				if applied := load(t, f, 2, calls); applied != (ingest.Applied{Unchanged: 4}) {
					t.Errorf("the same file again: %+v", applied)
				}
				if diff := cmp.Diff(test.shows, channels(t, f)); diff != "" {
					t.Errorf("channels after the same file again (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestLaterImportsFollowARename(t *testing.T) {
	ctx := context.Background()
	for engine, open := range engines {
		t.Run(engine, func(t *testing.T) {
			f := open(t)
			load(t, f, 1, calls[:1])
			if err := f.Reword(ctx, []cx.Rewording{channel("phone", "call"), channel("chat", "call")}, renamedAt); err != nil {
				t.Fatal(err)
			}
			load(t, f, 2, calls)
			if diff := cmp.Diff(map[string]int{"call": 4}, channels(t, f)); diff != "" {
				t.Errorf("channels (-want +got):\n%s", diff)
			}
			entries, err := f.Timeline(ctx, []cx.ProfileID{1, 2}, identityStart, 10)
			if err != nil || len(entries) != 4 || slices.ContainsFunc(entries, func(e identity.Entry) bool { return e.Signature.Channel != "call" }) {
				t.Errorf("the timeline shows %+v, %v", entries, err)
			}
		})
	}
}

func TestWordsAreListedAsTheyCameWithTheirUse(t *testing.T) {
	ctx := context.Background()
	lists := map[string][]wording.Word{}
	for engine, open := range engines {
		f := open(t)
		walk := storetest.Row{Thing: 5, Person: 1, Walker: true}
		load(t, f, 1, append(slices.Clone(calls), walk))
		if err := f.Reword(ctx, []cx.Rewording{channel("phone", "chat"), channel("fax", "paper")}, renamedAt); err != nil {
			t.Fatal(err)
		}
		list, err := f.CodeWords(ctx)
		if err != nil {
			t.Fatal(err)
		}
		lists[engine] = list
	}
	if diff := cmp.Diff(lists["memory"], lists["duckdb"], cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-memory +duckdb):\n%s", diff)
	}
	want := []wording.Word{
		{Rewording: channel("chat", "chat"), Interactions: 2, Sources: []string{"desk"}},
		{Rewording: channel("fax", "paper"), Renamed: renamedAt},
		{Rewording: channel("phone", "chat"), Interactions: 3, Sources: []string{"desk"}, Renamed: renamedAt},
	}
	got := slices.DeleteFunc(lists["duckdb"], func(w wording.Word) bool { return w.Field != cx.CodeChannel })
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("channels (-want +got):\n%s", diff)
	}
}

// A rename says so in the same transaction, so that a start after a crash matches again.
func TestAfterARenameNoJourneyCountsAsMatched(t *testing.T) {
	ctx := context.Background()
	for engine, open := range engines {
		t.Run(engine, func(t *testing.T) {
			f := open(t)
			load(t, f, 1, calls)
			if err := f.PutJourney(ctx, cx.Journey{Name: "help"}, 1, []uint16{0, 1, 1}); err != nil {
				t.Fatal(err)
			}
			if err := f.Reword(ctx, []cx.Rewording{channel("phone", "call")}, renamedAt); err != nil {
				t.Fatal(err)
			}
			matched, err := f.MatchedJourneys(ctx)
			if diff := cmp.Diff([]journey.Matched{{Name: "help", Version: 1, Highest: -1}}, matched); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestARenameOutlivesARestartAndARewrite(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "facts.duckdb")
	open := func() *duckdb.Store {
		s, err := duckdb.Open(ctx, path, duckdb.Options{Threads: 1}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open()
	load(t, s, 1, calls)
	if err := s.Reword(ctx, []cx.Rewording{channel("phone", "chat")}, renamedAt); err != nil {
		t.Fatal(err)
	}
	if err := s.Rewrite(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open()
	defer s.Close()
	if got := channels(t, s); fmt.Sprint(got) != "map[chat:4]" {
		t.Errorf("after a restart the channels are %v", got)
	}
	if err := s.Reword(ctx, []cx.Rewording{channel("phone", "phone")}, renamedAt); err != nil {
		t.Fatal(err)
	}
	if got := channels(t, s); fmt.Sprint(got) != "map[chat:2 phone:2]" {
		t.Errorf("taken back after a restart the channels are %v", got)
	}
}
