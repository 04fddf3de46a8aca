package web

import (
	"context"
	"encoding/json"
	"flag"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

var screenshots = flag.String("screenshots", "", "write a picture of every story into this folder")

// widths are a phone's and a desk's. 320 is checked for overflow besides: the
// narrowest screen that WCAG 2.2 asks for (1.4.10).
var widths = []struct {
	name          string
	width, height int64
}{{"phone", 390, 844}, {"desk", 1280, 900}}

const axeRun = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
  .then(r => JSON.stringify(r.violations.map(v => ({rule: v.id, help: v.help, where: v.nodes.slice(0, 4).map(n => n.target.join(" ") + " " + (n.any[0] || n.all[0] || n.none[0] || {message: ""}).message)}))))`

func TestEveryStoryIsAccessibleAndFitsItsScreen(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: the storybook in a real browser takes a minute")
	}
	axe, err := os.ReadFile("../walk/robot/browser/script/axe/axe-4.14.1.min.js")
	if err != nil {
		t.Fatal(err)
	}
	handler, err := Storybook()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	ctx := browser(t)
	for _, screen := range widths {
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(screen.width, screen.height)); err != nil {
			t.Fatal(err)
		}
		for _, s := range append(stories(), story{Name: ""}) {
			t.Run(screen.name+"/"+s.Name, func(t *testing.T) {
				if err := chromedp.Do(ctx, chromedp.Navigate(strings.TrimSuffix(server.URL+"/storybook/"+s.Name, "/"))); err != nil {
					t.Fatal(err)
				}
				evaluate[bool](t, ctx, `document.fonts.ready.then(() => true)`)
				if wide := evaluate[int](t, ctx, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
					t.Errorf("the page is %d px wider than the screen: %s", wide, evaluate[string](t, ctx, widest))
				}
				if s.Name != "" && *screenshots != "" {
					photograph(t, ctx, screen.name, s.Name)
				}
				evaluate[bool](t, ctx, string(axe)+";true")
				var violations []struct {
					Rule, Help string
					Where      []string
				}
				if err := json.Unmarshal([]byte(evaluate[string](t, ctx, axeRun)), &violations); err != nil {
					t.Fatal(err)
				}
				for _, v := range violations {
					t.Errorf("%s: %s\n\t%s", v.Rule, v.Help, strings.Join(v.Where, "\n\t"))
				}
			})
		}
	}
}

func TestEveryStoryKeepsItsContrastInTheDark(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: the storybook in a real browser takes a minute")
	}
	axe, err := os.ReadFile("../walk/robot/browser/script/axe/axe-4.14.1.min.js")
	if err != nil {
		t.Fatal(err)
	}
	handler, err := Storybook()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	ctx := browser(t)
	dark := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1280, 900)); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, dark); err != nil {
		t.Fatal(err)
	}
	onlyContrast := strings.Replace(axeRun, `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`, `["color-contrast"]`, 1)
	for _, s := range stories() {
		if err := chromedp.Do(ctx, chromedp.Navigate(server.URL+"/storybook/"+s.Name)); err != nil {
			t.Fatal(err)
		}
		evaluate[bool](t, ctx, string(axe)+";true")
		if got := evaluate[string](t, ctx, onlyContrast); got != "[]" {
			t.Errorf("%s: %s", s.Name, got)
		}
	}
}

func TestEveryStoryReflowsAt320Pixels(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: the storybook in a real browser takes a minute")
	}
	handler, err := Storybook()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	ctx := browser(t)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(320, 640)); err != nil {
		t.Fatal(err)
	}
	for _, s := range stories() {
		if err := chromedp.Do(ctx, chromedp.Navigate(server.URL+"/storybook/"+s.Name)); err != nil {
			t.Fatal(err)
		}
		if wide := evaluate[int](t, ctx, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
			t.Errorf("%s is %d px too wide: %s", s.Name, wide, evaluate[string](t, ctx, widest))
		}
	}
}

// widest names the elements that stick out, for the message.
const widest = `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll, .map-scroll")).slice(0, 5).map(e => e.tagName + "." + e.className).join(", ")`

func evaluate[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func photograph(t *testing.T, ctx context.Context, screen, name string) {
	t.Helper()
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(*screenshots, strings.ReplaceAll(name, "/", "-")+"-"+screen+".png")
	if err := os.MkdirAll(*screenshots, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, picture, 0o644); err != nil {
		t.Fatal(err)
	}
}
