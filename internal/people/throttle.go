package people

import (
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// throttle slows guessing down without ever locking anybody out: after some free
// failures each further one doubles the wait, up to a limit. It counts by account and
// address together, by address, and by account from anywhere; the last has the
// shortest limit, since a stranger could fill it to keep a person waiting.
type throttle struct {
	now   func() time.Time
	mu    sync.Mutex
	seen  map[string]*failures
	swept time.Time
}

type failures struct {
	count int
	last  time.Time
	until time.Time
}

// bound is how many failures are free, and how long the longest wait is.
type bound struct {
	free int
	most time.Duration
}

var (
	ofPair    = bound{5, 15 * time.Minute}
	ofAddress = bound{30, 15 * time.Minute}
	ofAccount = bound{50, time.Minute}
)

const forgetAfter = time.Hour // without a failure

func newThrottle(now func() time.Time) *throttle {
	return &throttle{now: now, seen: map[string]*failures{}}
}

type key struct {
	name  string
	bound bound
}

// keys of an attempt at an account (by e-mail or number) from an address.
func keys(account, address string) []key {
	network := networkOf(address)
	return []key{{"pair " + account + " " + network, ofPair}, {"address " + network, ofAddress}, {"account " + account, ofAccount}}
}

// attempt refuses an attempt while its wait runs, and else counts it as a failure until
// succeeded says that it was none: many at once are no more than one after another.
func (t *throttle) attempt(account, address string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	var wait time.Duration
	for _, k := range keys(account, address) {
		if f := t.seen[k.name]; f != nil {
			wait = max(wait, f.until.Sub(now))
		}
	}
	if wait > 0 {
		return cx.Errorf(cx.Unavailable, "there were too many tries").WithRemedy("Wait %s, then try again.", inWords(wait))
	}
	t.sweep(now)
	for _, k := range keys(account, address) {
		f := t.seen[k.name]
		if f == nil || now.Sub(f.last) > forgetAfter {
			f = &failures{}
			t.seen[k.name] = f
		}
		f.count++
		f.last = now
		if over := f.count - k.bound.free; over >= 0 {
			f.until = now.Add(min(time.Second<<min(over, 20), k.bound.most))
		}
	}
	return nil
}

// succeeded takes the last attempt back, and forgets the failures of this account from
// this address.
func (t *throttle) succeeded(account, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, k := range keys(account, address) {
		if i == 0 {
			delete(t.seen, k.name)
		} else if f := t.seen[k.name]; f != nil {
			f.count--
			f.until = time.Time{}
		}
	}
}

// sweep forgets what is over, each minute.
func (t *throttle) sweep(now time.Time) {
	if now.Sub(t.swept) < time.Minute {
		return
	}
	t.swept = now
	for name, f := range t.seen {
		if now.Sub(f.last) > forgetAfter {
			delete(t.seen, name)
		}
	}
}

// networkOf is the address, of IPv6 the /64 that one household or machine has.
func networkOf(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap(); ip.Is4() {
		return ip.String()
	}
	network, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return network.String()
}

func inWords(wait time.Duration) string {
	if wait > time.Minute {
		return fmt.Sprintf("%d minutes", int((wait+time.Minute-1)/time.Minute))
	}
	return fmt.Sprintf("%d seconds", max(1, int((wait+time.Second-1)/time.Second)))
}
