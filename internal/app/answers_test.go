package app

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"sync"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/question"
)

func TestAnAnswerIsRememberedUntilTheFactsChange(t *testing.T) {
	changes, asked := int64(0), 0
	a := newAnswers[question.Table](func() int64 { return changes })
	ask := func(context.Context) (question.Table, error) {
		asked++
		return question.Table{Scanned: int64(asked)}, nil
	}
	get := func(name, days string) int64 {
		t.Helper()
		table, err := a.get(t.Context(), name, url.Values{"days": {days}}, ask)
		if err != nil {
			t.Fatal(err)
		}
		return table.Scanned
	}
	for range 2 {
		if get("q", "7") != 1 {
			t.Error("the second asking was not remembered")
		}
	}
	if get("q", "30") != 2 || get("r", "7") != 3 {
		t.Error("another question got the first one's answer")
	}
	changes++
	if get("q", "7") != 4 {
		t.Error("the answer outlived the facts that it rests on")
	}
}

func TestAFailureIsNotRememberedAndMemoryIsBounded(t *testing.T) {
	a := newAnswers[question.Table](func() int64 { return 0 })
	a.most = 3
	broken := errors.New("broken")
	if _, err := a.get(t.Context(), "q", nil, func(context.Context) (question.Table, error) { return question.Table{}, broken }); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	for i := range 10 {
		if _, err := a.get(t.Context(), "q"+strconv.Itoa(i), nil, func(context.Context) (question.Table, error) { return question.Table{}, nil }); err != nil {
			t.Fatal(err)
		}
	}
	if len(a.known) != 3 || a.recent.Len() != 3 {
		t.Errorf("%d answers are kept, want 3", len(a.known))
	}
}

func TestWhoAsksTogetherWaitsForOneAnswer(t *testing.T) {
	a := newAnswers[question.Table](func() int64 { return 0 })
	begun, release := make(chan struct{}), make(chan struct{})
	var mu sync.Mutex
	asked := 0
	ask := func(context.Context) (question.Table, error) {
		mu.Lock()
		asked++
		if asked == 1 {
			close(begun)
		}
		mu.Unlock()
		<-release
		return question.Table{}, nil
	}
	var all sync.WaitGroup
	all.Go(func() { _, _ = a.get(t.Context(), "q", nil, ask) })
	<-begun
	for range 5 {
		all.Go(func() { _, _ = a.get(t.Context(), "q", nil, ask) })
	}
	close(release)
	all.Wait()
	if asked > 6 || asked < 1 {
		t.Errorf("asked %d times", asked)
	}
	if _, err := a.get(t.Context(), "q", nil, func(context.Context) (question.Table, error) {
		t.Error("asked again")
		return question.Table{}, nil
	}); err != nil {
		t.Fatal(err)
	}
}
