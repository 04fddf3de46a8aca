package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
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
		{"GET /journeys/{name}/process", MayRead, s.process},
		{"GET /journeys/{name}/edit", MayEdit, s.editJourney},
		{"POST /journeys/{name}/edit", MayEdit, s.saveJourney},
		{"GET /journeys/{name}/bill", MayRead, s.bill},
		{"GET /journeys/{name}/charge", MayEdit, s.askCharge},
		{"POST /journeys/{name}/charge", MayEdit, s.charge},
		{"POST /journeys/rulings/{id}/end", MayEdit, s.takeRulingBack},
		{"GET /contacts/{id}", MaySeeEvidence, s.contact},
		{"GET /findings", MayRead, s.findings},
		{"GET /findings/{id}", MayRead, s.finding},
		{"POST /findings/{id}/state", MayJudge, s.moveFinding},
		{"POST /findings/{id}/effort", MayJudge, s.setEffort},
		{"GET /leavers", MayRead, s.leavers},
		{"GET /questions", MayRead, s.questions},
		{"GET /questions/{name}", MayRead, s.question},
		{"GET /questions/{name}/evidence", MaySeeEvidence, s.evidence},
		{"GET /customers", MaySeeCustomer, s.customers},
		{"GET /customers/doubts", MaySeeCustomer, s.doubts},
		{"POST /customers/doubts", MayLink, s.decideDoubt},
		{"GET /customers/{id}", MaySeeCustomer, s.customer},
		{"POST /customers/{id}/merge", MayLink, s.merge},
		{"POST /customers/{id}/unmerge", MayLink, s.unmerge},
		{"GET /customers/{id}/export", MayErase, s.exportCustomer},
		{"GET /customers/{id}/erase", MayErase, s.confirmErase},
		{"POST /customers/{id}/erase", MayErase, s.erase},
		{"GET /walks", MayReview, s.walks},
		{"GET /walks/{id}", MayReview, s.ofWalk(s.walk)},
		{"GET /walks/evidence/{id}/{key}", MayReview, s.ofWalk(s.walkEvidence)},
		{"GET /walks/review", MayReview, s.reviewQueue},
		{"POST /walks/take/{id}", MayReview, s.ofWalk(s.takeWalk)},
		{"POST /walks/put-back/{id}", MayReview, s.ofWalk(s.putBackWalk)},
		{"POST /walks/judge/{id}", MayReview, s.ofWalk(s.judgeWalk)},
		{"POST /walks/appeal/{id}", MayReview, s.ofWalk(s.appealWalk)},
		{"POST /walks/decide/{id}", MayReview, s.ofWalk(s.decideWalk)},
		{"POST /walks/link/{id}", MayPlan, s.newLink},
		{"POST /walks/move/{id}", MayPlan, s.moveWalk},
		{"POST /walks/cancel/{id}", MayPlan, s.cancelWalk},
		{"GET /walks/invite", MayPlan, s.inviteForm},
		{"POST /walks/invite", MayPlan, s.invite},
		{"GET /walks/library", MayPlan, s.walkLibrary},
		{"GET /walks/library/{id}", MayPlan, s.scenario},
		{"GET /walks/library/{id}/edit", MayPlan, s.editScenario},
		{"POST /walks/library/{id}/edit", MayPlan, s.saveScenario},
		{"POST /walks/library/{id}/places", MayPlan, s.mapTouches},
		{"GET /walks/scenarios/new", MayPlan, s.newScenario},
		{"POST /walks/scenarios/new", MayPlan, s.saveScenario},
		{"GET /walks/values", MayPlan, s.walkValues},
		{"POST /walks/values", MayPlan, s.setWalkValues},
		{"GET /walks/plans", MayPlan, s.walkPlans},
		{"GET /walks/plans/new", MayPlan, s.newPlan},
		{"POST /walks/plans/new", MayPlan, s.savePlan},
		{"GET /walks/plans/{id}", MayPlan, s.walkPlan},
		{"POST /walks/plans/{id}", MayPlan, s.savePlan},
		{"POST /walks/plans/{id}/pause", MayPlan, s.pausePlan},
		{"GET /walks/calendar", MayPlan, s.walkCalendar},
		{"POST /walks/calendar", MayPlan, s.freshCalendar},
		{"GET /walks/calendar/{file}", Public, s.iCalendar},
		{"GET /walks/walkers", MayPlan, s.walkers},
		{"POST /walks/walkers", MayPlan, s.addWalker},
		{"GET /walks/walkers/{id}", MayPlan, s.walker},
		{"POST /walks/walkers/{id}", MayPlan, s.saveWalker},
		{"GET /walks/walkers/{id}/erase", MayErase, s.confirmEraseWalker},
		{"POST /walks/walkers/{id}/erase", MayErase, s.eraseWalker},
		{"GET /walks/participation", MayReview, s.participation},
		{"GET /walks/comparisons", MayReview, s.comparisons},
		{"GET /walks/recordings", MayPlan, s.walkRecordings},
		{"POST /walks/recordings", MayPlan, s.saveRecording},
		{"POST /walks/recordings/{name}/daily", MayPlan, s.walkRecordingDaily},
		{"POST /walks/sites", MayPlan, s.addSite},
		{"POST /walks/sites/{name}/prove", MayPlan, s.proveSite},
		{"POST /walks/sites/{name}/remove", MayPlan, s.removeSite},
		{"GET /walks/test-customers", MayPlan, s.testCustomers},
		{"POST /walks/test-customers", MayPlan, s.setTestCustomers},
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
		{"GET /sources/words", MayRead, s.words},
		{"GET /sources/words/rename", MayEdit, s.askRename},
		{"POST /sources/words/rename", MayEdit, s.rename},
		{"POST /sources/words/restore", MayEdit, s.restoreWord},
		{"GET /report", MaySeeEvidence, s.report},
		{"GET /report.pdf", MaySeeEvidence, s.reportPDF},
		{"GET /people", MayManage, s.people},
		{"POST /people", MayManage, s.invitePerson},
		{"GET /people/{id}", MayManage, s.person},
		{"POST /people/{id}/role", MayManage, s.setRole},
		{"POST /people/{id}/disable", MayManage, s.disable},
		{"POST /people/{id}/enable", MayManage, s.enable},
		{"POST /people/{id}/reset", MayManage, s.reset},
		{"GET /tokens", MayManage, s.tokens},
		{"POST /tokens", MayManage, s.makeToken},
		{"POST /tokens/{id}/revoke", MayManage, s.revokeToken},
		{"GET /account", MaySelf, s.myAccount},
		{"POST /account/password", MaySelf, s.changePassword},
		{"POST /account/sessions/end", MaySelf, s.endSessions},
		{"GET /account/second-step", MaySelf, s.secondStep},
		{"POST /account/second-step", MaySelf, s.turnSecondStepOn},
		{"POST /account/second-step/off", MaySelf, s.turnSecondStepOff},
		{"GET /invitation/{secret}", Public, s.accountLink},
		{"POST /invitation/{secret}", Public, s.takeAccountLink},
		{"GET /sign-in", Public, s.signInPage},
		{"POST /sign-in", Public, s.signInByPassword},
		{"GET /sign-in/code", Public, s.codePage},
		{"POST /sign-in/code", Public, s.signInByCode},
		{"GET /sign-in/company", Public, s.toCompany},
		{"GET /sign-in/company/callback", Public, s.fromCompany},
		{"GET /w/{secret}", Public, s.onPhone(s.invitation)},
		{"POST /w/{secret}", Public, s.onPhone(s.acceptInvitation)},
		{"GET /walk/{id}", Public, s.onPhone(s.walkAddress)},
		{"GET /walk/{id}/{$}", Public, s.onPhone(s.walkPage)},
		{"POST /walk/{id}/agree", Public, s.onPhone(s.acceptMine)},
		{"POST /walk/{id}/steps/{step}", Public, s.onPhone(s.saveStep)},
		{"POST /walk/{id}/hand-in", Public, s.onPhone(s.handIn)},
		{"POST /walk/{id}/stop", Public, s.onPhone(s.stopWalk)},
		{"GET /walk/{id}/worker.js", Public, s.walkWorker},
		{"POST /walk/{id}/messages", Public, s.onDevice(s.takeMessages)},
		{"POST /walk/{id}/evidence", Public, s.onDevice(s.takeEvidence)},
		{"GET /walks/mine", MayWalk, s.myWalks},
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
		&todayPage{}, &journeysPage{}, &journeyMapPage{}, &processPage{}, &journeyEditPage{}, &billPage{}, &contactPage{}, &chargePage{}, &findingsPage{}, &findingPage{},
		&questionsPage{}, &leaversPage{}, &questionPage{}, &evidencePage{}, &customersPage{}, &customerPage{}, &doubtsPage{}, &sourcesPage{}, &recordingsPage{},
		&walksPage{}, &walkedPage{}, &reviewQueuePage{}, &invitePage{}, &invitationPage{}, &libraryPage{}, &scenarioPage{},
		&scenarioEditPage{}, &valuesPage{}, &plansPage{}, &planPage{}, &calendarPage{}, &walkersPage{}, &walkerPage{},
		&participationPage{}, &comparisonsPage{}, &testCustomersPage{},
		&mappingPage{}, &importRunPage{}, &importDonePage{}, &reportPage{}, &confirmPage{}, &signInPage{},
		&wordsPage{}, &renamePage{},
		&linkPage{}, &codePage{}, &welcomePage{},
		&peoplePage{}, &personPage{}, &tokensPage{}, &accountPage{}, &secondStepPage{}, &recoveryPage{},
		&consentPage{}, &walkPage{}, &walkClosedPage{}, &myWalksPage{},
		&problemPage{}, &storybookPage{},
	}
}

// guarded lets those through who may do what the route needs, and turns its error
// into a page. Who is signed in stands in the request's context from here on.
func (s *Site) guarded(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, signedIn, err := s.signedInAs(r.Context())
		if err != nil {
			s.fail(w, r, err)
			return
		}
		// Pages of a walk are open to a device's pass too, so they are Public.
		if signedIn && (rt.needs == MayWalk || rt.needs == Public) {
			if who.Walker, err = s.Rooms.WalkerOf(r.Context(), who); err != nil {
				s.fail(w, r, err)
				return
			}
		}
		if signedIn {
			r = r.WithContext(withAccount(r.Context(), who))
		}
		switch {
		case rt.needs == Public || signedIn && people.May(who.Role, rt.needs):
			if err := rt.serve(w, r); err != nil {
				s.fail(w, r, err)
			}
		case !signedIn && r.Method == http.MethodGet:
			http.Redirect(w, r, link("/sign-in", url.Values{"next": {next(r)}}), http.StatusSeeOther)
		case !signedIn:
			s.fail(w, r, cx.Errorf(cx.Forbidden, "you are not signed in any more").WithRemedy("Sign in again and do it once more."))
		case r.URL.Path == "/" && r.Method == http.MethodGet:
			http.Redirect(w, r, home(who.Role), http.StatusSeeOther)
		default:
			s.fail(w, r, cx.Errorf(cx.Forbidden, "this is not among what your role, %s, may do", strings.ToLower(who.Role.Words())).
				WithRemedy("If you need it, ask an owner: they set roles on the page People."))
		}
	})
}

// home is where a role begins.
func home(role cx.Role) string {
	switch {
	case people.May(role, MayRead):
		return "/"
	case people.May(role, MayWalk):
		return "/walks/mine"
	}
	return "/account"
}
