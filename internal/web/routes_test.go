package web_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
	"github.com/firsthand-cx/firsthand/internal/web"
)

// Who may come, in words, so that a line of the table is read at a glance.
const (
	owners   = "owner"
	analysts = "owner analyst"
	leads    = "owner analyst step_owner"
	readers  = "owner analyst step_owner front_line"
	everyone = "owner analyst step_owner front_line walker"
	strange  = "signed in or not"
)

// allowed says of every page which roles it is for. A new one needs a line here.
var allowed = map[string]string{
	"GET /{$}":                            readers,
	"GET /journeys":                       readers,
	"GET /journeys/new":                   analysts,
	"POST /journeys/new":                  analysts,
	"GET /journeys/{name}":                readers,
	"GET /journeys/{name}/bill":           readers,
	"GET /journeys/{name}/charge":         analysts,
	"POST /journeys/{name}/charge":        analysts,
	"POST /journeys/rulings/{id}/end":     analysts,
	"GET /contacts/{id}":                  leads,
	"GET /journeys/{name}/process":        readers,
	"GET /journeys/{name}/edit":           analysts,
	"POST /journeys/{name}/edit":          analysts,
	"GET /findings":                       readers,
	"GET /findings/{id}":                  readers,
	"POST /findings/{id}/state":           leads,
	"POST /findings/{id}/effort":          leads,
	"GET /leavers":                        readers,
	"GET /questions":                      readers,
	"GET /questions/{name}":               readers,
	"GET /questions/{name}/evidence":      leads,
	"GET /customers":                      analysts,
	"GET /customers/doubts":               analysts,
	"POST /customers/doubts":              analysts,
	"GET /customers/{id}":                 analysts,
	"POST /customers/{id}/merge":          analysts,
	"POST /customers/{id}/unmerge":        analysts,
	"GET /customers/{id}/export":          owners,
	"GET /customers/{id}/erase":           owners,
	"POST /customers/{id}/erase":          owners,
	"GET /walks":                          leads,
	"GET /walks/{id}":                     leads,
	"GET /walks/evidence/{id}/{key}":      leads,
	"GET /walks/review":                   leads,
	"POST /walks/take/{id}":               leads,
	"POST /walks/put-back/{id}":           leads,
	"POST /walks/judge/{id}":              leads,
	"POST /walks/appeal/{id}":             leads,
	"POST /walks/decide/{id}":             leads,
	"POST /walks/link/{id}":               analysts,
	"POST /walks/move/{id}":               analysts,
	"POST /walks/cancel/{id}":             analysts,
	"GET /walks/invite":                   analysts,
	"POST /walks/invite":                  analysts,
	"GET /walks/library":                  analysts,
	"GET /walks/library/{id}":             analysts,
	"GET /walks/library/{id}/edit":        analysts,
	"POST /walks/library/{id}/edit":       analysts,
	"POST /walks/library/{id}/places":     analysts,
	"GET /walks/scenarios/new":            analysts,
	"POST /walks/scenarios/new":           analysts,
	"GET /walks/values":                   analysts,
	"POST /walks/values":                  analysts,
	"GET /walks/plans":                    analysts,
	"GET /walks/plans/new":                analysts,
	"POST /walks/plans/new":               analysts,
	"GET /walks/plans/{id}":               analysts,
	"POST /walks/plans/{id}":              analysts,
	"POST /walks/plans/{id}/pause":        analysts,
	"GET /walks/calendar":                 analysts,
	"POST /walks/calendar":                analysts,
	"GET /walks/calendar/{file}":          strange,
	"GET /walks/walkers":                  analysts,
	"POST /walks/walkers":                 analysts,
	"GET /walks/walkers/{id}":             analysts,
	"POST /walks/walkers/{id}":            analysts,
	"GET /walks/walkers/{id}/erase":       owners,
	"POST /walks/walkers/{id}/erase":      owners,
	"GET /walks/participation":            leads,
	"GET /walks/comparisons":              leads,
	"GET /walks/test-customers":           analysts,
	"POST /walks/test-customers":          analysts,
	"GET /sources":                        readers,
	"POST /sources/upload":                analysts,
	"GET /sources/uploads/{id}":           analysts,
	"POST /sources/uploads/{id}":          analysts,
	"POST /sources/uploads/{id}/preview":  analysts,
	"GET /sources/running/{id}":           analysts,
	"GET /sources/running/{id}/events":    analysts,
	"POST /sources/running/{id}/cancel":   analysts,
	"GET /sources/imports/{id}":           readers,
	"GET /sources/imports/{id}/rejects":   analysts,
	"GET /sources/imports/{id}/undo":      analysts,
	"POST /sources/imports/{id}/undo":     analysts,
	"GET /sources/words":                  readers,
	"GET /sources/words/rename":           analysts,
	"POST /sources/words/rename":          analysts,
	"POST /sources/words/restore":         analysts,
	"GET /report":                         leads,
	"GET /report.pdf":                     leads,
	"GET /sign-in":                        strange,
	"GET /people":                         owners,
	"POST /people":                        owners,
	"GET /people/{id}":                    owners,
	"POST /people/{id}/role":              owners,
	"POST /people/{id}/disable":           owners,
	"POST /people/{id}/enable":            owners,
	"POST /people/{id}/reset":             owners,
	"GET /tokens":                         owners,
	"POST /tokens":                        owners,
	"POST /tokens/{id}/revoke":            owners,
	"GET /account":                        everyone,
	"POST /account/password":              everyone,
	"POST /account/sessions/end":          everyone,
	"GET /account/second-step":            everyone,
	"POST /account/second-step":           everyone,
	"POST /account/second-step/off":       everyone,
	"GET /invitation/{secret}":            strange,
	"POST /invitation/{secret}":           strange,
	"POST /sign-in":                       strange,
	"GET /sign-in/code":                   strange,
	"POST /sign-in/code":                  strange,
	"GET /sign-in/company":                strange,
	"GET /sign-in/company/callback":       strange,
	"GET /sign-in/{token}":                strange,
	"POST /sign-in/{token}":               strange,
	"POST /sign-out":                      strange,
	"GET /":                               readers,
	"GET /walks/recordings":               analysts,
	"POST /walks/recordings":              analysts,
	"POST /walks/recordings/{name}/daily": analysts,
	"POST /walks/sites":                   analysts,
	"POST /walks/sites/{name}/prove":      analysts,
	"POST /walks/sites/{name}/remove":     analysts,
	"GET /w/{secret}":                     strange,
	"POST /w/{secret}":                    strange,
	"GET /walk/{id}":                      strange,
	"GET /walk/{id}/{$}":                  strange,
	"POST /walk/{id}/agree":               strange,
	"POST /walk/{id}/steps/{step}":        strange,
	"POST /walk/{id}/hand-in":             strange,
	"POST /walk/{id}/stop":                strange,
	"GET /walk/{id}/worker.js":            strange,
	"POST /walk/{id}/messages":            strange,
	"POST /walk/{id}/evidence":            strange,
	"GET /walks/mine":                     everyone,
}

// roles are all there are, with the one that is a program's.
var roles = append(cx.Roles(), cx.RoleWorker, "")

func TestEveryPageIsForTheRolesOfTheTable(t *testing.T) {
	needs := web.Needs()
	for pattern, capability := range needs {
		want, ok := allowed[pattern]
		if !ok {
			t.Errorf("%s has no line in the table: say which roles it is for", pattern)
			continue
		}
		for _, role := range roles {
			may := want == strange || role != "" && slices.Contains(strings.Fields(want), string(role))
			if got := people.May(role, capability); got != may {
				t.Errorf("%s for %q: %v, the table says %v", pattern, role, got, may)
			}
		}
	}
	for pattern := range allowed {
		if needs[pattern] == "" {
			t.Errorf("%s stands in the table, and there is no such page", pattern)
		}
	}
}
