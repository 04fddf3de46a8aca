package app

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"os"
	"time"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
	"github.com/firsthand-cx/firsthand/internal/walk/robot"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/browser"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/guard"
)

// RobotPolicy is which addresses robots may visit: the public internet, and these ranges.
func RobotPolicy(ranges []string) (guard.Policy, error) {
	var p guard.Policy
	for _, text := range ranges {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return p, cx.Errorf(cx.Invalid, "%q is no range of addresses", text).WithRemedy("Write it like 10.1.0.0/16 or 127.0.0.0/8.")
		}
		p.Allow = append(p.Allow, prefix.Masked())
	}
	return p, nil
}

// siteDesk shows that sites are the company's own, as far as robots may visit them.
type siteDesk struct {
	walks     *walk.Room
	ownership func(site guard.Site) guard.Ownership
	now       func() time.Time
}

func (a *App) siteDesk() siteDesk {
	transport := &http.Transport{
		DialContext: a.policy.Dial, TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 20 * time.Second,
		MaxIdleConns: 10, IdleConnTimeout: 10 * time.Second,
	}
	client := &http.Client{Transport: transport, Timeout: 30 * time.Second}
	return siteDesk{walks: a.walks, now: a.config.Now, ownership: func(site guard.Site) guard.Ownership {
		o := guard.Ownership{Client: client, Key: a.stores.Vault.InstallKey()}
		if host, _, err := net.SplitHostPort(string(site)); err == nil && (host == "localhost" || isAddress(host)) {
			o.Scheme = "http" // a machine inside, which has no certificate
		}
		return o
	}}
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

func (d siteDesk) prover(ctx context.Context, site guard.Site) (guard.Proof, error) {
	return d.ownership(site).Check(ctx, site)
}

func (d siteDesk) shown(s walk.Site) api.Site {
	out := api.Site{Site: s, Own: s.Own(d.now()), Ways: map[string]string{}}
	for proof, how := range d.ownership(s.Name).Instructions(s.Name) {
		out.Ways[string(proof)] = how
	}
	return out
}

// List lists the sites, each with how to show that it is one's own.
func (d siteDesk) List(ctx context.Context) ([]api.Site, error) {
	all, err := d.walks.Sites(ctx)
	out := make([]api.Site, 0, len(all))
	for _, s := range all {
		out = append(out, d.shown(s))
	}
	return out, err
}

// Add notes a site.
func (d siteDesk) Add(ctx context.Context, name, by string) (api.Site, error) {
	s, err := d.walks.AddSite(ctx, name, by)
	if err != nil {
		return api.Site{}, err
	}
	return d.shown(s), nil
}

// Prove looks for a site's token.
func (d siteDesk) Prove(ctx context.Context, name string) (api.Site, error) {
	s, err := d.walks.ProveSite(ctx, name, d.prover)
	if err != nil {
		return api.Site{}, err
	}
	return d.shown(s), nil
}

// Remove keeps robots off a site.
func (d siteDesk) Remove(ctx context.Context, name string) error {
	return d.walks.RemoveSite(ctx, name)
}

// RobotWorker makes a worker with a Chromium of its own; close ends that. It is
// Unavailable where there is no Chromium.
func RobotWorker(desk robot.Desk, policy guard.Policy, name string) (w *robot.Worker, end func() error, err error) {
	chromium, err := browser.New(browser.Options{Policy: policy})
	if err != nil {
		return nil, nil, err
	}
	if name == "" {
		if name, err = os.Hostname(); err != nil || name == "" {
			name = "worker"
		}
	}
	return &robot.Worker{Desk: desk, Walker: chromium, Name: name}, chromium.Close, nil
}

// walkByRobot is the server's own worker. Without a Chromium other machines may work.
func (a *App) walkByRobot(ctx context.Context) {
	if !a.config.Robots {
		return
	}
	w, end, err := RobotWorker(a.walks, a.policy, "")
	if err != nil {
		a.config.Log.Info("no robot works in this server", "because", err)
		return
	}
	w.Name, w.Log = "server", a.config.Log
	if err := w.Run(ctx); err != nil {
		a.config.Log.Error("the server's robot stopped", "error", err)
	}
	if err := end(); err != nil {
		a.config.Log.Error("Chromium did not end", "error", err)
	}
}
