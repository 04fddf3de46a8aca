package walk

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/guard"
)

const (
	sitesSetting = "walk_sites" // []Site
	// A site may be sold, and its proof taken down: one that has not been seen for so
	// long is nobody's until it is shown again.
	proofLives = 30 * 24 * time.Hour
	// proofAge is after how long the proof is looked at again.
	proofAge = 24 * time.Hour
	maxSites = 100
)

// Site is one that robots may walk on, once it is shown to be the company's own.
type Site struct {
	Name    guard.Site  `json:"name"` // with all names below it
	AddedBy string      `json:"added_by"`
	Added   time.Time   `json:"added"`
	Proof   guard.Proof `json:"proof,omitempty"`   // where its token was seen
	Proven  time.Time   `json:"proven,omitzero"`   // when last
	Looked  time.Time   `json:"looked,omitzero"`   // when we looked last
	Trouble string      `json:"trouble,omitempty"` // what we saw in its place
}

// Own reports whether robots may walk there.
func (s Site) Own(now time.Time) bool {
	return !s.Proven.IsZero() && now.Before(s.Proven.Add(proofLives))
}

// Prover looks for a site's token; guard.Ownership.Check is one.
type Prover func(ctx context.Context, site guard.Site) (guard.Proof, error)

// Sites lists the sites, by name.
func (r *Room) Sites(ctx context.Context) ([]Site, error) {
	sites := []Site{}
	return sites, r.setting(ctx, sitesSetting, &sites)
}

// ownSites are those that robots may walk on now.
func (r *Room) ownSites(ctx context.Context) ([]guard.Site, error) {
	all, err := r.Sites(ctx)
	var own []guard.Site
	for _, s := range all {
		if s.Own(r.now()) {
			own = append(own, s.Name)
		}
	}
	return own, err
}

// AddSite notes a site that is to be shown to be the company's own.
func (r *Room) AddSite(ctx context.Context, name, by string) (Site, error) {
	parsed, err := guard.ParseSite(name)
	if err != nil {
		return Site{}, err
	}
	var out Site
	err = r.changeSites(ctx, func(sites []Site) ([]Site, error) {
		if i := find(sites, parsed); i >= 0 {
			out = sites[i]
			return sites, nil
		}
		if len(sites) >= maxSites {
			return nil, cx.Errorf(cx.Invalid, "there are %d sites; more are not kept", maxSites).WithRemedy("A name holds all names below it: shop.example stands for www.shop.example too.")
		}
		out = Site{Name: parsed, AddedBy: by, Added: r.at()}
		return append(sites, out), nil
	})
	return out, err
}

// ProveSite looks whether a site is the company's own. What was found stays noted; the
// error says where the token was sought.
func (r *Room) ProveSite(ctx context.Context, name string, look Prover) (Site, error) {
	parsed, err := guard.ParseSite(name)
	if err != nil {
		return Site{}, err
	}
	sites, err := r.Sites(ctx)
	if err != nil {
		return Site{}, err
	}
	if find(sites, parsed) < 0 {
		return Site{}, cx.Errorf(cx.NotFound, "the site %s was not added", parsed).WithRemedy("Add it first: firsthand walk site add %s", parsed)
	}
	proof, lookErr := look(ctx, parsed) // takes its time: nothing is held meanwhile
	var out Site
	err = r.changeSites(ctx, func(sites []Site) ([]Site, error) {
		i := find(sites, parsed)
		if i < 0 {
			return sites, nil // it was removed meanwhile
		}
		s := &sites[i]
		s.Looked, s.Trouble = r.at(), ""
		if lookErr != nil {
			s.Trouble = cx.AsError(lookErr).Text
		} else {
			s.Proof, s.Proven = proof, s.Looked
		}
		out = *s
		return sites, nil
	})
	if lookErr != nil {
		return out, lookErr
	}
	return out, err
}

// RemoveSite keeps robots off a site from now on.
func (r *Room) RemoveSite(ctx context.Context, name string) error {
	parsed, err := guard.ParseSite(name)
	if err != nil {
		return err
	}
	return r.changeSites(ctx, func(sites []Site) ([]Site, error) {
		i := find(sites, parsed)
		if i < 0 {
			return nil, cx.Errorf(cx.NotFound, "there is no site %s", parsed)
		}
		return slices.Delete(sites, i, i+1), nil
	})
}

// ProveAgain looks at the proofs that are a day old: a site that is no longer the
// company's own ends to be one.
func (r *Room) ProveAgain(ctx context.Context, look Prover) error {
	sites, err := r.Sites(ctx)
	if err != nil {
		return err
	}
	for _, s := range sites {
		if s.Proven.IsZero() || r.now().Before(s.Looked.Add(proofAge)) {
			continue
		}
		if _, err := r.ProveSite(ctx, string(s.Name), look); err != nil && ctx.Err() != nil {
			return err // what else was found is noted with the site
		}
	}
	return nil
}

func (r *Room) changeSites(ctx context.Context, change func([]Site) ([]Site, error)) error {
	r.sites.Lock()
	defer r.sites.Unlock()
	sites, err := r.Sites(ctx)
	if err != nil {
		return err
	}
	if sites, err = change(sites); err != nil {
		return err
	}
	slices.SortFunc(sites, func(a, b Site) int { return strings.Compare(string(a.Name), string(b.Name)) })
	return r.setSetting(ctx, sitesSetting, sites)
}

func find(sites []Site, name guard.Site) int {
	return slices.IndexFunc(sites, func(s Site) bool { return s.Name == name })
}
