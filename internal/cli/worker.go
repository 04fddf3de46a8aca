package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

type workerCommand struct {
	Server string        `help:"The server's address; without one, the server of the data folder." env:"FIRSTHAND_SERVER" placeholder:"URL"`
	Token  string        `help:"A token that may work; without one, the data folder's. Better given as an environment variable: a command line can be read by others." env:"FIRSTHAND_TOKEN"`
	Name   string        `help:"The worker's name; without one, the machine's."`
	Can    []string      `help:"What this worker can do that plans may ask for."`
	Lease  time.Duration `help:"How long a walk is held without a sign of life." default:"2m"`
	Pause  time.Duration `help:"How long to wait where nothing is to be done." default:"5s"`
}

func (w *workerCommand) Run(ctx context.Context, config app.Config, std streams) error {
	c, err := w.connect(ctx, config.Dir)
	if err != nil {
		return err
	}
	policy, err := app.RobotPolicy(config.RobotsMayVisit)
	if err != nil {
		return err
	}
	worker, end, err := app.RobotWorker(leaseClient{c}, policy, w.Name)
	if err != nil {
		return err
	}
	defer func() { _ = end() }()
	worker.Can, worker.Lease, worker.Pause, worker.Log = w.Can, w.Lease, w.Pause, config.Log
	fmt.Fprintf(std.err, "Working for %s as %s. Stop with Ctrl-C: the walk under way is given back.\n", c.base, worker.Name)
	return worker.Run(ctx)
}

func (w *workerCommand) connect(ctx context.Context, dir string) (*client, error) {
	if w.Server == "" {
		c, err := running(ctx, dir)
		if err != nil {
			return nil, err
		}
		if c == nil {
			return nil, cx.Errorf(cx.Unavailable, "no server runs over %s", dir).WithRemedy("Start one (firsthand serve), or name it: firsthand worker --server URL --token TOKEN")
		}
		return c, nil
	}
	base, err := url.Parse(w.Server)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" {
		return nil, cx.Errorf(cx.Invalid, "%q is not an address of a server", w.Server).WithRemedy("Write it like https://firsthand.example.com.")
	}
	if w.Token == "" {
		return nil, cx.Errorf(cx.Invalid, "a worker needs a token").WithRemedy("Make one beside the server (firsthand token make NAME) and give it as FIRSTHAND_TOKEN.")
	}
	return &client{base: strings.TrimSuffix(w.Server, "/"), token: w.Token, http: &http.Client{Timeout: time.Minute}, close: func() error { return nil }}, nil
}

// leaseClient is a robot.Desk over the API.
type leaseClient struct{ *client }

// Claim takes a walk.
func (l leaseClient) Claim(ctx context.Context, worker string, can []string, lease time.Duration) (walk.Claimed, bool, error) {
	var out api.ClaimedWalk
	err := l.send(ctx, http.MethodPost, "/walk-leases", api.ClaimWalk{Worker: worker, Can: can, Seconds: seconds(lease)}, &out)
	if err != nil || out.Walk == nil {
		return walk.Claimed{}, false, err
	}
	return *out.Walk, true, nil
}

// Heartbeat makes a lease longer.
func (l leaseClient) Heartbeat(ctx context.Context, id int64, lease string, length time.Duration) (time.Time, error) {
	var out api.LeaseUntil
	err := l.leased(ctx, id, lease, "heartbeat", map[string]int{"seconds": seconds(length)}, &out)
	return out.Until, err
}

// MayOrder counts an order.
func (l leaseClient) MayOrder(ctx context.Context, id int64, lease string) error {
	return l.leased(ctx, id, lease, "order", nil, nil)
}

// KeepRobotEvidence hands a file in.
func (l leaseClient) KeepRobotEvidence(ctx context.Context, id int64, lease, key string, kind cx.EvidenceKind, step string, from io.Reader) error {
	query := url.Values{"key": {key}, "kind": {string(kind)}}
	if step != "" {
		query.Set("step", step)
	}
	return l.request(ctx, id, lease, "evidence", query, from, "application/octet-stream", nil)
}

// Finish hands a walk in.
func (l leaseClient) Finish(ctx context.Context, id int64, lease string, res walk.RobotResult) (walk.Assignment, error) {
	return walk.Assignment{}, l.leased(ctx, id, lease, "result", res, nil)
}

// Release gives a walk back.
func (l leaseClient) Release(ctx context.Context, id int64, lease, reason string) error {
	return l.leased(ctx, id, lease, "release", map[string]string{"reason": reason}, nil)
}

func (l leaseClient) leased(ctx context.Context, id int64, lease, what string, in, out any) error {
	if in == nil {
		return l.request(ctx, id, lease, what, nil, nil, "", out)
	}
	raw, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return l.request(ctx, id, lease, what, nil, bytes.NewReader(raw), "application/json", out)
}

func (l leaseClient) request(ctx context.Context, id int64, lease, what string, query url.Values, in io.Reader, kind string, out any) error {
	with := *l.client
	with.lease = lease
	return with.do(ctx, http.MethodPost, "/walk-leases/"+strconv.FormatInt(id, 10)+"/"+what, query, in, kind, out)
}

// seconds rounds up, so that a lease is never shorter than asked for.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
