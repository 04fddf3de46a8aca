package app

import (
	"container/list"
	"context"
	"errors"
	"net/url"
	"strconv"
	"sync"

	"golang.org/x/sync/singleflight"

	"github.com/firsthand-cx/firsthand/internal/question"
)

// answers remembers answers until the facts change, so that a page that asks ten
// questions costs once. Whoever asks what is being asked already waits for it.
type answers struct {
	changes func() int64
	most    int

	asking singleflight.Group
	mu     sync.Mutex
	known  map[string]*list.Element
	recent *list.List // of *answered, the last used first
}

type answered struct {
	key   string
	at    int64 // the count of changes that it holds for
	table question.Table
}

// mostAnswers bounds the memory: an answer is a few kilobytes.
const mostAnswers = 2000

func newAnswers(changes func() int64) *answers {
	return &answers{changes: changes, most: mostAnswers, known: map[string]*list.Element{}, recent: list.New()}
}

// get returns the remembered answer, or asks for it. The table is shared: nobody
// may change it.
func (a *answers) get(ctx context.Context, name string, params url.Values, ask func(context.Context) (question.Table, error)) (question.Table, error) {
	key := name + "?" + params.Encode()
	now := a.changes()
	if table, ok := a.find(key, now); ok {
		return table, nil
	}
	value, err, shared := a.asking.Do(key+"#"+strconv.FormatInt(now, 10), func() (any, error) {
		table, err := ask(ctx)
		if err == nil {
			a.keep(&answered{key, now, table})
		}
		return table, err
	})
	if shared && errors.Is(err, context.Canceled) && ctx.Err() == nil {
		return ask(ctx) // whoever asked first went away
	}
	table, _ := value.(question.Table)
	return table, err
}

func (a *answers) find(key string, now int64) (question.Table, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	e, ok := a.known[key]
	if !ok || e.Value.(*answered).at != now {
		return question.Table{}, false
	}
	a.recent.MoveToFront(e)
	return e.Value.(*answered).table, true
}

func (a *answers) keep(one *answered) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if old, ok := a.known[one.key]; ok {
		a.recent.Remove(old)
	}
	a.known[one.key] = a.recent.PushFront(one)
	for a.recent.Len() > a.most {
		last := a.recent.Back()
		delete(a.known, last.Value.(*answered).key)
		a.recent.Remove(last)
	}
}
