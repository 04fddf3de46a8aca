package api_test

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
)

// Who may call, in words, so that a line of the table is read at a glance.
const (
	owners   = "owner"
	analysts = "owner analyst"
	leads    = "owner analyst step_owner"
	readers  = "owner analyst step_owner front_line"
	workers  = "owner analyst worker"
	strange  = "signed in or not"
)

// allowed says of every operation which roles it is for. A new one needs a line here.
var allowed = map[string]string{
	"health":                strange,
	"list-questions":        readers,
	"coverage":              readers,
	"ask":                   readers,
	"evidence":              leads,
	"upload":                analysts,
	"drop-upload":           analysts,
	"propose-mapping":       analysts,
	"start-import":          analysts,
	"watch-import":          analysts,
	"cancel-import":         analysts,
	"list-imports":          readers,
	"undo-import":           analysts,
	"rejects":               analysts,
	"list-journeys":         readers,
	"propose-journey":       readers,
	"get-journey":           readers,
	"save-journey":          analysts,
	"contact-charges":       leads,
	"list-rulings":          leads,
	"rule":                  analysts,
	"take-ruling-back":      analysts,
	"list-findings":         readers,
	"evaluate":              analysts,
	"move-finding":          leads,
	"find-customers":        analysts,
	"get-customer":          analysts,
	"export-customer":       owners,
	"erase-customer":        owners,
	"merge-customers":       analysts,
	"unmerge-customer":      analysts,
	"linking":               readers,
	"set-linking":           analysts,
	"link":                  analysts,
	"unlink":                analysts,
	"doubts":                analysts,
	"decide":                analysts,
	"backup":                analysts,
	"checks":                analysts,
	"report":                leads,
	"report-pdf":            leads,
	"list-watched":          readers,
	"claim-walk":            workers,
	"hold-walk":             workers,
	"may-order":             workers,
	"keep-robot-evidence":   workers,
	"finish-walk":           workers,
	"release-walk":          workers,
	"list-recordings":       readers,
	"save-recording":        analysts,
	"show-recording":        analysts,
	"scenario-of-recording": analysts,
	"walk-daily":            analysts,
	"list-sites":            readers,
	"add-site":              analysts,
	"prove-site":            analysts,
	"remove-site":           analysts,
	"list-walks":            leads,
	"ask-for-walk":          analysts,
	"get-walk":              leads,
	"make-link":             analysts,
	"cancel-walk":           analysts,
	"move-walk":             analysts,
	"walk-evidence":         leads,
	"review-queue":          leads,
	"take-walk":             leads,
	"put-back-walk":         leads,
	"return-walk":           leads,
	"reject-walk":           leads,
	"approve-walk":          leads,
	"appeal-walk":           leads,
	"decide-walk":           leads,
	"list-walk-plans":       analysts,
	"get-walk-plan":         analysts,
	"save-walk-plan":        analysts,
	"pause-walk-plan":       analysts,
	"announce-release":      analysts,
	"walk-calendar":         analysts,
	"walk-ical":             analysts,
	"walk-calendar-address": analysts,
	"list-scenarios":        analysts,
	"get-scenario":          analysts,
	"scenario-versions":     analysts,
	"save-scenario":         analysts,
	"list-walk-values":      analysts,
	"set-walk-values":       analysts,
	"list-test-customers":   analysts,
	"set-test-customers":    analysts,
	"list-walkers":          analysts,
	"add-walker":            analysts,
	"walker-reliability":    analysts,
	"erase-walker":          owners,
	"walk-participation":    leads,
	"list-words":            readers,
	"rename-word":           analysts,
	"restore-word":          analysts,
	"list-people":           owners,
	"invite-person":         owners,
	"set-role":              owners,
	"disable-person":        owners,
	"enable-person":         owners,
	"reset-person":          owners,
	"list-tokens":           owners,
	"make-token":            owners,
	"revoke-token":          owners,
}

func TestEveryOperationIsForTheRolesOfTheTable(t *testing.T) {
	described := api.New(http.NewServeMux(), api.Rooms{Log: slog.New(slog.DiscardHandler)})
	seen := map[string]bool{}
	for path, item := range described.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			seen[op.OperationID] = true
			want, ok := allowed[op.OperationID]
			if !ok {
				t.Errorf("%s (%s %s) has no line in the table: say which roles it is for", op.OperationID, op.Method, path)
				continue
			}
			capability, _ := op.Metadata["capability"].(api.Capability)
			for _, role := range append(cx.Roles(), cx.RoleWorker, "") {
				may := want == strange || role != "" && slices.Contains(strings.Fields(want), string(role))
				if got := people.May(role, capability); got != may {
					t.Errorf("%s for %q: %v, the table says %v", op.OperationID, role, got, may)
				}
			}
		}
	}
	for id := range allowed {
		if !seen[id] {
			t.Errorf("%s stands in the table, and there is no such operation", id)
		}
	}
}
