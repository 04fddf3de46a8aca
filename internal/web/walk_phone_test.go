package web_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

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
