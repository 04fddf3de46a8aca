package web

import (
	"net/http"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// route is an address, what it needs its caller to be allowed to do, and what
// answers it. An error that it returns becomes a page.
type route struct {
	pattern string
	needs   Capability
	serve   func(w http.ResponseWriter, r *http.Request) error
}

func (s *Site) routes() []route {
	return []route{
		{"GET /{$}", MayRead, s.today},
		{"GET /journeys", MayRead, s.journeys},
		{"GET /journeys/new", MayEdit, s.newJourney},
		{"POST /journeys/new", MayEdit, s.saveJourney},
		{"GET /journeys/{name}", MayRead, s.journeyMap},
		{"GET /journeys/{name}/edit", MayEdit, s.editJourney},
		{"POST /journeys/{name}/edit", MayEdit, s.saveJourney},
		{"GET /findings", MayRead, s.findings},
		{"GET /findings/{id}", MayRead, s.finding},
		{"POST /findings/{id}/state", MayEdit, s.moveFinding},
		{"POST /findings/{id}/effort", MayEdit, s.setEffort},
		{"GET /questions", MayRead, s.questions},
		{"GET /questions/{name}", MayRead, s.question},
		{"GET /questions/{name}/evidence", MaySeeCustomer, s.evidence},
		{"GET /customers", MaySeeCustomer, s.customers},
		{"GET /customers/{id}", MaySeeCustomer, s.customer},
		{"POST /customers/{id}/merge", MayErase, s.merge},
		{"POST /customers/{id}/unmerge", MayErase, s.unmerge},
		{"GET /customers/{id}/export", MayErase, s.exportCustomer},
		{"GET /customers/{id}/erase", MayErase, s.confirmErase},
		{"POST /customers/{id}/erase", MayErase, s.erase},
		{"GET /sources", MayRead, s.sources},
		{"POST /sources/upload", MayImport, s.upload},
		{"GET /sources/uploads/{id}", MayImport, s.mapping},
		{"POST /sources/uploads/{id}", MayImport, s.useMapping},
		{"POST /sources/uploads/{id}/preview", MayImport, s.previewMapping},
		{"GET /sources/running/{id}", MayImport, s.importRun},
		{"GET /sources/running/{id}/events", MayImport, s.importEvents},
		{"POST /sources/running/{id}/cancel", MayImport, s.cancelImport},
		{"GET /sources/imports/{id}", MayRead, s.importDone},
		{"GET /sources/imports/{id}/rejects", MaySeeCustomer, s.rejects},
		{"GET /sources/imports/{id}/undo", MayImport, s.confirmUndo},
		{"POST /sources/imports/{id}/undo", MayImport, s.undoImport},
		{"GET /report", MaySeeCustomer, s.report},
		{"GET /report.pdf", MaySeeCustomer, s.reportPDF},
		{"GET /sign-in", Public, s.signInHelp},
		{"GET /sign-in/{token}", Public, s.signInLink},
		{"POST /sign-in/{token}", Public, s.signIn},
		{"POST /sign-out", Public, s.signOut},
		{"GET /", MayRead, func(http.ResponseWriter, *http.Request) error {
			return cx.Errorf(cx.NotFound, "no page has this address").WithRemedy("It may have moved, or a letter may be missing.")
		}},
	}
}

// allPages is a zero value of every page, tried at start.
func allPages() []page {
	return []page{
		&todayPage{}, &journeysPage{}, &journeyMapPage{}, &journeyEditPage{}, &findingsPage{}, &findingPage{},
		&questionsPage{}, &questionPage{}, &evidencePage{}, &customersPage{}, &customerPage{}, &sourcesPage{},
		&mappingPage{}, &importRunPage{}, &importDonePage{}, &reportPage{}, &confirmPage{}, &signInPage{},
		&problemPage{}, &storybookPage{},
	}
}

// guarded lets those through who may do what the route needs, and turns its error
// into a page.
func (s *Site) guarded(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rt.needs != Public && !s.may(r, rt.needs) {
			if r.Method == http.MethodGet {
				http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
				return
			}
			s.fail(w, r, cx.Errorf(cx.Forbidden, "you are not signed in any more").WithRemedy("Open a new sign-in link and do it again."))
			return
		}
		if err := rt.serve(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// may reports whether the caller has a capability. Until people with roles arrive,
// whoever is signed in is the owner and has them all.
func (s *Site) may(r *http.Request, _ Capability) bool { return s.signedIn(r.Context()) }
