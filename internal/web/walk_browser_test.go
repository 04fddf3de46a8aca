package web_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

func TestAWalkOfflineArrivesOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: a walk in a real browser takes half a minute")
	}
	dir := t.TempDir()
	server := &killable{t: t, dir: dir}
	link := invited(t, dir, phoneScenario)
	server.start(true)
	t.Cleanup(server.kill)
	profile := t.TempDir()
	first := newPhone(t, chromedp.UserDataDir(profile))
	p := first
	p.accept(server.url() + link)
	p.keptOffline()
	p.tap(`.part:not([hidden]) [data-begin]`)
	p.at("call")
	p.tap(`.part:not([hidden]) [data-start]`)
	p.until("the clock runs", shown+`.querySelector("[data-time]").textContent !== "0:00"`)
	p.write("did", "I called, and waited.")
	p.write("staff", "Sandra Moe")
	p.choose("feeling", "2")

	p.network(false)
	p.until("the phone knows that it is offline", `!navigator.onLine`)
	p.tap(`.part:not([hidden]) [data-halt]`)
	p.tap(`.part:not([hidden]) [data-fill]`)
	p.tap(`.part:not([hidden]) [name="done"][value="done"]`)
	p.at("ask")
	p.says("1 note is only on this phone. There is no network now; you can go on.")
	p.photo("piece-0")
	p.voiceNote()
	p.tap(`.part:not([hidden]) [data-start]`)
	p.write("heard", "24 months")
	p.says("1 note, 1 photo and 1 voice note are only on this phone.")
	began := ask[float64](p, startedAt)

	p.do(chromedp.Reload())
	p.at("ask")
	p.says("1 note, 1 photo and 1 voice note are only on this phone.")
	if got := ask[string](p, shown+`.querySelector("[name=heard]").value`); got != "24 months" {
		t.Errorf("after a reload what was typed is %q", got)
	}
	if got := ask[float64](p, startedAt); got != began {
		t.Errorf("after a reload the clock began at %f, not %f", got, began)
	}
	p.until("the clock runs on", shown+`.querySelector(".clock.runs [data-time]").textContent !== "0:00"`)

	// The server dies while it is asked, the browser dies too, and both come again.
	server.freeze()
	p.network(true)
	p.tap(`[data-send]`)
	server.kill()
	p.says("There is no network now")
	_ = chromedp.FromContext(p.ctx).Browser.Process().Kill()
	_, _ = chromedp.FromContext(p.ctx).Browser.Process().Wait()
	_ = os.Remove(filepath.Join(profile, "SingletonLock"))
	p = newPhone(t, chromedp.UserDataDir(profile))
	p.do(chromedp.Navigate(server.url() + "/walk/1/"))
	p.at("ask")
	p.says("1 note, 1 photo and 1 voice note are only on this phone.")
	if got := ask[float64](p, startedAt); got != began {
		t.Errorf("after the browser was killed the clock began at %f, not %f", got, began)
	}
	second := p.tab()
	second.do(chromedp.Navigate(server.url() + "/walk/1/?at=call"))
	second.at("call")
	if got := ask[string](second, shown+`.querySelector("[name=did]").value`); got != "I called, and waited." {
		t.Errorf("the other tab shows %q", got)
	}

	// A browser writes its cookies down late; the link gives a lost pass anew, and nothing is lost.
	if _, err := chromedp.Call(p.ctx, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	server.start(true) // which loses its first answers
	p.tap(`[data-send]`)
	p.says("1 note, 1 photo and 1 voice note are only on this phone. This device does not have this walk.")
	p.do(chromedp.Navigate(server.url() + link))
	p.until("it says that the link was used", `document.body.innerText.includes("Somebody has begun this walk with this link")`)
	p.tap(`#agree`)
	p.tap(`.consent button.primary`)
	p.at("ask")
	second.tap(`[data-send]`)
	p.says("All that you saved has been sent.")
	second.says("All that you saved has been sent.")

	p.choose("went", "thank")
	p.tap(`.part:not([hidden]) [name="done"][value="blocked"]`)
	p.at("thank")
	p.tap(`.part:not([hidden]) [data-back]`)
	p.at("ask")
	p.do(chromedp.NavigateBack())
	p.at("thank")
	p.write("paid.free", "1,20")
	p.tap(`.part:not([hidden]) [name="done"][value="skipped"]`)
	p.finish()
	p.leavesNothing()
	second.until("the other tab sees that it is over", `document.body.innerText.includes("Handed in. Thank you.")`)
	p.leavesNothing()
	server.kill()

	d := lived(t, dir)
	if d.State != cx.WalkSubmitted || len(d.Visit.Steps) != 3 || len(d.Visit.Pieces) != 2 || len(d.Visit.Missing) != 0 {
		t.Fatalf("the server has a walk that is %s, with %d steps and %d pieces; %v are missing", d.State, len(d.Visit.Steps), len(d.Visit.Pieces), d.Visit.Missing)
	}
	for _, step := range d.Visit.Steps {
		if step.Revision != 0 {
			t.Errorf("the step %s was written %d times", step.Step, step.Revision+1)
		}
	}
	call, asked := d.Visit.Steps[0], d.Visit.Steps[1]
	if call.Did != "I called, and waited." || call.Feeling != 2 || call.Person == 0 || call.Promises[0].Seconds == nil {
		t.Errorf("the first step is %+v", call.StepRecord)
	}
	if asked.Done != walk.DoneBlocked || asked.Heard != "24 months" || asked.Went != "thank" || len(asked.Evidence) != 2 {
		t.Errorf("the second step is %+v", asked.StepRecord)
	}
	kinds := []string{d.Visit.Pieces[0].Media, d.Visit.Pieces[1].Media}
	slices.Sort(kinds)
	if !slices.Equal(kinds, []string{"audio/webm", "image/jpeg"}) {
		t.Errorf("the pieces are %v", kinds)
	}
	if d.Spent != (cx.Money{Minor: 120, Currency: "EUR"}) || d.Visit.Submission.Praise != "They were patient." {
		t.Errorf("the whole is %+v", d.Visit.Submission)
	}
	if n := messages(t, dir); n != 4 {
		t.Errorf("the server has %d messages, not 4", n)
	}
}

// startedAt is when the clock of the step that is shown was started.
const startedAt = `new Promise(done => { const o = indexedDB.open("firsthand walk 1"); o.onsuccess = () => { const r = o.result.transaction("drafts").objectStore("drafts").get("ask"); r.onsuccess = () => { o.result.close(); done(r.result.started) } } })`

func TestTwoTabsMakeOneWalk(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: a walk in a real browser takes half a minute")
	}
	dir := t.TempDir()
	link := invited(t, dir, phoneScenario)
	server := &killable{t: t, dir: dir}
	server.start(false)
	t.Cleanup(server.kill)
	a := newPhone(t)
	a.accept(server.url() + link)
	a.keptOffline()
	a.tap(`.part:not([hidden]) [data-begin]`)
	a.at("call")
	b := a.tab()
	b.do(chromedp.Navigate(server.url() + "/walk/1/?at=call"))
	b.at("call")
	a.write("did", "written in one tab")
	b.until("the other tab shows it", shown+`.querySelector("[name=did]").value === "written in one tab"`)
	server.kill()
	a.tap(`.part:not([hidden]) [name="done"][value="done"]`)
	a.at("ask")
	b.until("the other tab says so", `document.querySelector("[data-sync-text]").textContent.includes("1 note is only on this phone")`)
	b.write("did", "written in the other")
	b.tap(`.part:not([hidden]) [name="done"][value="done"]`)
	b.at("ask")
	a.says("1 note is only on this phone.")
	for _, p := range []*phone{a, b} {
		ask[bool](p, `document.querySelector('[data-to="end."]').click(), true`)
		p.at("end.")
		p.choose("mark.name", "yes")
		p.write("praise", "patient")
		p.write("failure", "nothing")
		p.tap(`[data-end] button.primary`)
		p.until("it says that it waits", `document.querySelector("[data-trouble]").textContent.includes("waits on this phone")`)
	}
	server.start(false)
	ask[bool](a, `document.querySelector("[data-send]").click(), true`)
	ask[bool](b, `document.querySelector("[data-send]")?.click(), true`)
	a.leavesNothing()
	b.leavesNothing()
	server.kill()
	if d := lived(t, dir); d.State != cx.WalkSubmitted || len(d.Visit.Steps) != 1 || d.Visit.Steps[0].Did != "written in the other" || messages(t, dir) != 2 {
		t.Errorf("the server has a walk that is %s, %d messages, %+v", d.State, messages(t, dir), d.Visit.Steps)
	}
}

func TestAWalkByKeyboardAlone(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: a walk in a real browser takes half a minute")
	}
	dir := t.TempDir()
	link := invited(t, dir, phoneScenario)
	server := &killable{t: t, dir: dir}
	server.start(false)
	t.Cleanup(server.kill)
	p := newPhone(t)
	p.do(chromedp.Navigate(server.url() + link))
	press := func(keys string) { t.Helper(); p.do(chromedp.KeyEvent(keys)) }
	reach := func(selector string) {
		t.Helper()
		for range 80 {
			press(kb.Tab)
			if ask[bool](p, fmt.Sprintf(`document.activeElement.matches(%q)`, selector)) {
				if !ask[bool](p, `(e => { const s = getComputedStyle(e), l = e.closest("label"); return s.outlineStyle !== "none" || (l && getComputedStyle(l).outlineStyle !== "none") })(document.activeElement)`) {
					t.Errorf("the focus on %s cannot be seen", selector)
				}
				return
			}
		}
		t.Fatalf("the tab key never reaches %s", selector)
	}
	reach("#agree")
	press(" ")
	reach(".consent button.primary")
	press(kb.Enter)
	p.at("brief.")
	reach(".part:not([hidden]) [data-begin]")
	press(kb.Enter)
	p.at("call")
	if !ask[bool](p, `document.activeElement === `+shown+`.querySelector("h1")`) {
		t.Error("the focus is not on the step's heading")
	}
	reach("[data-start]")
	press(" ")
	p.until("the clock runs", shown+`.querySelector(".clock.runs")`)
	if !ask[bool](p, `document.activeElement.matches("[data-halt]")`) {
		t.Error("the focus is not on the button that stops the clock")
	}
	press(" ")
	p.until("the clock stands", shown+`.querySelector(".clock:not(.runs) [data-start]:focus")`)
	reach("[name=did]")
	press("I called.")
	reach("[name=feeling]")
	press(kb.ArrowUp)
	reach("[name=done][value=done]")
	press(kb.Enter)
	p.at("ask")
	reach("[name=done][value=blocked]")
	press(kb.Enter)
	p.at("press")
	reach("[name=done][value=done]")
	press(kb.Enter)
	p.at("thank")
	reach("[name=done][value=skipped]")
	press(kb.Enter)
	p.at("end.")
	reach("[name='mark.name']")
	press(" ")
	reach("#praise")
	press("patient")
	reach("#failure")
	press("nothing")
	reach("[data-end] button.primary")
	press(kb.Enter)
	p.leavesNothing()
	server.kill()
	if d := lived(t, dir); d.State != cx.WalkSubmitted || len(d.Visit.Steps) != 4 || d.Visit.Steps[0].Did != "I called." || d.Visit.Steps[0].Feeling != 5 || d.Visit.Submission.Marks["name"] != cx.Yes {
		t.Errorf("the server has %s, %+v", d.State, d.Visit)
	}
}

func TestAPhoneSaysWhatTheServerRefuses(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: a walk in a real browser takes half a minute")
	}
	dir := t.TempDir()
	link := invited(t, dir, phoneScenario)
	server := &killable{t: t, dir: dir}
	server.start(false)
	t.Cleanup(server.kill)
	p := newPhone(t)
	p.accept(server.url() + link)
	p.tap(`.part:not([hidden]) [data-begin]`)
	p.at("call")
	file := filepath.Join(t.TempDir(), "photo.jpg")
	if err := os.WriteFile(file, []byte("this is no picture, whatever its name says"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.do(chromedp.SetUploadFiles(`.part:not([hidden]) [name="piece-0"]`, []string{file}))
	p.says("1 photo is only on this phone. The server did not take it.")
	p.tap(`.part:not([hidden]) [name="done"][value="done"]`)
	p.at("ask")
	ask[bool](p, `document.querySelector('[data-to="end."]').click(), true`)
	p.finish()
	p.until("it says that something was not taken", `document.querySelector("[data-trouble]").textContent.includes("see what the server did not take")`)
	p.tap(`[data-waiting] summary`)
	p.until("it says why", `document.querySelector("[data-waiting-list]").innerText.includes("This sort of file is not taken")`)
	p.tap(`[data-waiting-list] button`) // then the rest is handed in
	p.leavesNothing()

	// A device that is not let in any more keeps what it has, and says so.
	server.kill()
	again := invited(t, dir, phoneScenario)
	server.start(false)
	p.accept(server.url() + again)
	p.tap(`.part:not([hidden]) [data-begin]`)
	p.at("call")
	server.kill()
	inRoom(t, dir, func(room *walk.Room) {
		if _, err := room.Stop(context.Background(), 2, true); err != nil {
			t.Fatal(err)
		}
	})
	server.start(false)
	p.tap(`.part:not([hidden]) [name="done"][value="done"]`)
	p.says("1 note is only on this phone. This device does not have this walk.")
	server.kill()
	if d := lived(t, dir); d.State != cx.WalkSubmitted || len(d.Visit.Pieces) != 0 || len(d.Visit.Steps) != 1 {
		t.Errorf("the server has %s, %d pieces", d.State, len(d.Visit.Pieces))
	}
}

func TestAWalkStopsWithoutANetwork(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: a walk in a real browser takes half a minute")
	}
	dir := t.TempDir()
	link := invited(t, dir, phoneScenario)
	server := &killable{t: t, dir: dir}
	server.start(false)
	t.Cleanup(server.kill)
	p := newPhone(t)
	p.accept(server.url() + link)
	p.keptOffline()
	p.tap(`.part:not([hidden]) [data-begin]`)
	p.at("call")
	p.write("did", "I called.")
	p.tap(`.part:not([hidden]) [name="done"][value="done"]`)
	p.says("All that you saved has been sent.")
	p.voiceNote()
	p.says("All that you saved has been sent.")
	server.kill()
	p.tap(`.leave`)
	p.at("stop.")
	p.tap(`[data-stop] [value="yes"]`)
	p.says("You stopped. The server hears of it as soon as there is a network.")
	p.do(chromedp.Reload())
	p.until("it still says so", `document.querySelector("[data-over-heading]").textContent === "You stopped this walk"`)
	if held := ask[string](p, `new Promise(done => { const o = indexedDB.open("firsthand walk 1"); o.onsuccess = () => { const r = o.result.transaction("outbox").objectStore("outbox").count(); r.onsuccess = () => { o.result.close(); done("" + r.result) } } })`); held != "0" {
		t.Errorf("the phone still holds %s things", held)
	}
	server.start(false)
	p.tap(`[data-send]`)
	p.until("it is over", `document.querySelector("[data-over-text]").textContent.includes("has been removed")`)
	server.kill()
	if d := lived(t, dir); d.State != cx.WalkStopped || len(d.Visit.Steps) != 0 || len(d.Visit.Pieces) != 0 {
		t.Errorf("the server has a walk that is %s, with %d steps and %d pieces", d.State, len(d.Visit.Steps), len(d.Visit.Pieces))
	}
}

func TestAnAddressThatIsNotSecureWorksOnlineAndSaysSo(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: a walk in a real browser takes half a minute")
	}
	dir := t.TempDir()
	link := invited(t, dir, phoneScenario)
	server := &killable{t: t, dir: dir}
	server.start(false)
	t.Cleanup(server.kill)
	p := newPhone(t, chromedp.Flag("host-resolver-rules", "MAP office.test 127.0.0.1"))
	at := strings.Replace(server.url(), "127.0.0.1", "office.test", 1)
	p.accept(at + link)
	p.until("it says so", `!document.querySelector("[data-insecure]").hidden`)
	p.tap(`.part:not([hidden]) [data-begin]`)
	p.at("call")
	p.write("did", "I called.")
	p.tap(`.part:not([hidden]) [name="done"][value="done"]`)
	p.at("ask")
	p.says("All that you saved has been sent.")
	if ask[bool](p, `!!`+shown+`.querySelector("[data-record]:not([hidden])")`) {
		t.Error("it offers a microphone that the browser will not give")
	}
	p.photo("piece-0")
	p.says("All that you saved has been sent.")
	ask[bool](p, `document.querySelector('[data-to="end."]').click(), true`)
	p.finish()
	p.until("the walk is handed in", `document.body.innerText.includes("Handed in. Thank you.")`)
	server.kill()
	if d := lived(t, dir); d.State != cx.WalkSubmitted || len(d.Visit.Steps) != 1 || len(d.Visit.Pieces) != 1 {
		t.Errorf("the server has %s", d.State)
	}
}

func TestAFullPhoneIsTold(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: a walk in a real browser takes half a minute")
	}
	dir := t.TempDir()
	link := invited(t, dir, phoneScenario)
	server := &killable{t: t, dir: dir}
	server.start(false)
	t.Cleanup(server.kill)
	p := newPhone(t)
	quota := func(bytes float64) {
		t.Helper()
		if _, err := chromedp.Call(p.ctx, storage.OverrideQuotaForOrigin, storage.OverrideQuotaForOriginParams{Origin: server.url(), QuotaSize: &bytes}); err != nil {
			t.Fatal(err)
		}
	}
	quota(600_000) // the page takes some 400 kB of it, the photo as much again
	p.accept(server.url() + link)
	p.keptOffline()
	p.tap(`.part:not([hidden]) [data-begin]`)
	p.at("call")
	p.write("did", "I called.")
	file := filepath.Join(t.TempDir(), "photo.png")
	if err := os.WriteFile(file, picture(t, 3000, 400), 0o600); err != nil {
		t.Fatal(err)
	}
	p.do(chromedp.SetUploadFiles(`.part:not([hidden]) [name="piece-0"]`, []string{file}))
	p.until("it says that the phone is full", `document.querySelector("[data-trouble]").innerText.includes("This phone has no room left, so the photo was not kept.")`)
	if got := ask[string](p, shown+`.querySelector("[name=did]").value`); got != "I called." {
		t.Errorf("what was typed is %q", got)
	}
	small := filepath.Join(t.TempDir(), "small.png")
	if err := os.WriteFile(small, picture(t, 60, 40), 0o600); err != nil {
		t.Fatal(err)
	}
	p.do(chromedp.SetUploadFiles(`.part:not([hidden]) [name="piece-0"]`, []string{small})) // for which there is room
	p.until("the small one is kept", shown+`.querySelector("[data-kept] li")`)
	p.tap(`.part:not([hidden]) [name="done"][value="done"]`)
	p.at("ask")
	p.says("All that you saved has been sent.")
	server.kill()
	if d := lived(t, dir); len(d.Visit.Pieces) != 1 || d.Visit.Steps[0].Did != "I called." || !slices.Equal(d.Visit.Steps[0].Evidence, []string{d.Visit.Pieces[0].Key}) {
		t.Errorf("the server has %+v", d.Visit)
	}
}

// messages counts what the server has of walk 1.
func messages(t *testing.T, dir string) (n int) {
	t.Helper()
	inStore(t, dir, func(s walk.Store) {
		all, err := s.Messages(context.Background(), 1)
		if err != nil {
			t.Fatal(err)
		}
		n = len(all)
	})
	return n
}
