package web_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
	"github.com/firsthand-cx/firsthand/internal/web"
)

// phone is one tab of a real Chromium that is as wide as the narrowest phone.
type phone struct {
	t   *testing.T
	ctx context.Context
}

var fakeMicrophone = []chromedp.ExecAllocatorOption{
	chromedp.Flag("use-fake-device-for-media-stream", true), chromedp.Flag("use-fake-ui-for-media-stream", true),
}

func newPhone(t *testing.T, options ...chromedp.ExecAllocatorOption) *phone {
	t.Helper()
	p := &phone{t, web.Browser(t, append(slices.Clone(fakeMicrophone), options...)...)}
	p.do(chromedp.EmulateViewport(320, 640))
	return p
}

// tab is another tab of the same browser.
func (p *phone) tab() *phone {
	ctx, closeTab := chromedp.NewContext(p.ctx)
	p.t.Cleanup(closeTab)
	other := &phone{p.t, ctx}
	other.do(chromedp.EmulateViewport(320, 640))
	return other
}

func (p *phone) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

func ask[T any](p *phone, expression string) T {
	p.t.Helper()
	ctx, giveUp := context.WithTimeout(p.ctx, time.Minute)
	defer giveUp()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// until waits for something to become so on the page, which may be loading.
func (p *phone) until(what, expression string) {
	p.t.Helper()
	ctx, giveUp := context.WithTimeout(p.ctx, 40*time.Second)
	defer giveUp()
	for {
		_, err := chromedp.Run(ctx, chromedp.Poll[any](`(() => { try { return !!(`+expression+`) } catch { return false } })()`, chromedp.WithPollingTimeout(0), chromedp.WithPollingInterval(50*time.Millisecond)))
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			said, _ := chromedp.Run(p.ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`))
			p.t.Fatalf("it never came to be that %s; the page shows %s", what, said)
		}
	}
}

const shown = `[...document.querySelectorAll(".part")].find(p => !p.hidden)`

func (p *phone) at(part string) {
	p.t.Helper()
	p.until("the page shows "+part, shown+`.dataset.part === "`+part+`" && document.querySelector("[data-ready]")`)
	if wide := ask[int](p, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
		p.t.Errorf("%s is %d px wider than the screen: %s", part, wide, ask[string](p, web.Widest))
	}
}

func (p *phone) says(text string) {
	p.t.Helper()
	p.until("it says “"+text+"”", fmt.Sprintf(`document.querySelector("[data-sync-text]").textContent.includes(%q)`, text))
}

// tap taps what is shown and can be seen.
func (p *phone) tap(selector string) {
	p.t.Helper()
	p.until(selector+" can be tapped", fmt.Sprintf(`[...document.querySelectorAll(%q)].some(e => e.offsetParent)`, selector))
	p.t.Log("tap", selector)
	ask[bool](p, fmt.Sprintf(`[...document.querySelectorAll(%q)].find(e => e.offsetParent).click(), true`, selector))
}

func (p *phone) write(name, text string) {
	p.t.Helper()
	ask[bool](p, fmt.Sprintf(`(e => { e.focus(); e.value = %q; e.dispatchEvent(new Event("input", {bubbles: true})); return true })(%s.querySelector('[name="%s"]'))`, text, shown, name))
}

func (p *phone) choose(name, value string) {
	p.tap(fmt.Sprintf(`.part:not([hidden]) [name="%s"][value="%s"]`, name, value))
}

// photo takes a photo: the camera hands the page a file.
func (p *phone) photo(field string) {
	p.t.Helper()
	file := filepath.Join(p.t.TempDir(), "photo.png")
	if err := os.WriteFile(file, picture(p.t, 3000, 400), 0o600); err != nil {
		p.t.Fatal(err)
	}
	p.do(chromedp.SetUploadFiles(`.part:not([hidden]) [name="`+field+`"]`, []string{file}))
	p.until("the photo is kept", shown+`.querySelector("[data-kept] img")?.naturalWidth > 0`)
}

func (p *phone) voiceNote() {
	p.t.Helper()
	p.tap(`.part:not([hidden]) [data-record]`)
	p.until("it records", shown+`.querySelector("[data-record]").textContent.startsWith("Stop recording, 0:01")`)
	p.tap(`.part:not([hidden]) [data-record]`)
	p.until("the voice note is kept", shown+`.querySelector("[data-kept] audio")`)
}

// network turns the network of the page and of its worker off, or on again.
func (p *phone) network(on bool) {
	p.t.Helper()
	conditions := network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{{Offline: !on, DownloadThroughput: -1, UploadThroughput: -1}}}
	for _, ctx := range append(p.workers(), p.ctx) {
		if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
			p.t.Fatal(err)
		}
		if _, err := chromedp.Call(ctx, network.EmulateNetworkConditionsByRule, conditions); err != nil {
			p.t.Fatal(err)
		}
		if _, err := chromedp.Call(ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: !on, DownloadThroughput: -1, UploadThroughput: -1}); err != nil {
			p.t.Fatal(err)
		}
	}
}

func (p *phone) workers() []context.Context {
	p.t.Helper()
	targets, err := chromedp.Targets(p.ctx)
	if err != nil {
		p.t.Fatal(err)
	}
	var out []context.Context
	for _, info := range targets {
		if info.Type == "service_worker" {
			ctx, stop := chromedp.NewContext(p.ctx, chromedp.WithTargetID(target.ID(info.TargetID)))
			p.t.Cleanup(stop)
			out = append(out, ctx)
		}
	}
	return out
}

// accept opens an invitation and agrees.
func (p *phone) accept(address string) {
	p.t.Helper()
	p.do(chromedp.Navigate(address))
	p.tap(`#agree`)
	p.tap(`.consent button.primary`)
	p.at("brief.")
}

func (p *phone) keptOffline() {
	p.t.Helper()
	p.until("the worker keeps the page", `window.kept ?? (window.kept = undefined, navigator.serviceWorker.ready.then(async () => { for (const n of await caches.keys()) if (await (await caches.open(n)).match(location.origin + location.pathname)) window.kept = true }), window.kept)`)
	p.until("the worker looks after the page", `navigator.serviceWorker.controller`)
}

func (p *phone) finish() {
	p.t.Helper()
	p.at("end.")
	p.choose("mark.name", "yes")
	p.choose("solved", "yes")
	p.write("praise", "They were patient.")
	p.write("failure", "nothing")
	p.write("spent", "1,20")
	p.tap(`[data-end] button.primary`)
}

func (p *phone) leavesNothing() {
	p.t.Helper()
	p.until("the walk is handed in", `document.querySelector("h1:not([hidden] h1)") && document.body.innerText.includes("Handed in. Thank you.")`)
	left := ask[string](p, `new Promise(done => { const until = performance.now() + 20000, look = async () => {
		const left = JSON.stringify([await indexedDB.databases(), await caches.keys(), (await navigator.serviceWorker.getRegistrations()).length])
		left === "[[],[],0]" || performance.now() > until ? done(left) : setTimeout(look, 50) // a tab behind another has no frames
	}; look() })`)
	if left != `[[],[],0]` {
		p.t.Errorf("the phone still holds %s", left)
	}
}

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
