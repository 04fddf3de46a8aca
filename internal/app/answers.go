package app

import (
	"container/list"
	"context"
	"errors"
	"net/url"
	"strconv"
	"sync"

	"golang.org/x/sync/singleflight"
)

// answers remembers answers until the facts change, so that a page that asks ten
// questions costs once. Whoever asks what is being asked already waits for it.
type answers[T any] struct {
	changes func() int64
	most    int

	asking singleflight.Group
	mu     sync.Mutex
	known  map[string]*list.Element
	recent *list.List // of *answered[T], the last used first
}

type answered[T any] struct {
	key    string
	at     int64 // the count of changes that it holds for
	answer T
}

// mostAnswers bounds the memory: an answer is a few kilobytes.
const mostAnswers = 2000

func newAnswers[T any](changes func() int64) *answers[T] {
	return &answers[T]{changes: changes, most: mostAnswers, known: map[string]*list.Element{}, recent: list.New()}
}

// get returns the remembered answer, or asks for it. The answer is shared: nobody
// may change it.
func (a *answers[T]) get(ctx context.Context, name string, params url.Values, ask func(context.Context) (T, error)) (T, error) {
	key := name + "?" + params.Encode()
	now := a.changes()
	if known, ok := a.find(key, now); ok {
		return known, nil
	}
	value, err, shared := a.asking.Do(key+"#"+strconv.FormatInt(now, 10), func() (any, error) {
		answer, err := ask(ctx)
		if err == nil {
			a.keep(&answered[T]{key, now, answer})
		}
		return answer, err
	})
	if shared && errors.Is(err, context.Canceled) && ctx.Err() == nil {
		return ask(ctx) // whoever asked first went away
	}
	answer, _ := value.(T)
	return answer, err
}

func (a *answers[T]) find(key string, now int64) (answer T, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	e, ok := a.known[key]
	if !ok || e.Value.(*answered[T]).at != now {
		return answer, false
	}
	a.recent.MoveToFront(e)
	return e.Value.(*answered[T]).answer, true
}

func (a *answers[T]) keep(one *answered[T]) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if old, ok := a.known[one.key]; ok {
		a.recent.Remove(old)
	}
	a.known[one.key] = a.recent.PushFront(one)
	for a.recent.Len() > a.most {
		last := a.recent.Back()
		delete(a.known, last.Value.(*answered[T]).key)
		a.recent.Remove(last)
	}
}
