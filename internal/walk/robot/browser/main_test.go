package browser_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/walk/robot/browser"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/guard"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/recorder"
)

// loopback is the policy of these tests; site.test and other.test are two sites on it.
var loopback = guard.Policy{
	Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	Hosts: map[string]netip.Addr{"site.test": netip.MustParseAddr("127.0.0.1"), "other.test": netip.MustParseAddr("127.0.0.1")},
}

// shared is the one browser of this test binary.
var shared = sync.OnceValues(func() (*browser.Browser, error) { return browser.New(browser.Options{Policy: loopback}) })

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == workerArgument {
		os.Exit(worker(os.Args[2]))
	}
	code := m.Run()
	if hasChromium() {
		if b, err := shared(); err == nil {
			b.Close()
		}
	}
	os.Exit(code)
}

func hasChromium() bool {
	for _, name := range []string{"chromium", "chromium-browser", "chromium-headless-shell", "google-chrome"} {
		if _, err := exec.LookPath(name); err == nil {
			return true
		}
	}
	return false
}

func chromium(t *testing.T) *browser.Browser {
	t.Helper()
	if !hasChromium() {
		t.Skip("there is no Chromium on this machine: apt-get install -y chromium")
	}
	b, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// pages serves the test pages as site.test and other.test.
func pages(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.FileServer(http.Dir("testdata/pages")))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "127.0.0.1", "site.test", 1)
}

// flow is a recording of these steps, with SITE standing for the site.
func flow(t *testing.T, site string, steps ...string) recorder.Flow {
	t.Helper()
	text := fmt.Sprintf(`{"title": "test", "steps": [%s]}`, strings.Join(steps, ",\n"))
	text = strings.ReplaceAll(text, "OTHER", strings.Replace(site, "site.test", "other.test", 1))
	f, err := recorder.Parse("test.json", []byte(strings.ReplaceAll(text, "SITE", site)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func walked(t *testing.T, w browser.Walk) browser.Recording {
	t.Helper()
	if w.Sites == nil {
		w.Sites = []guard.Site{"site.test", "other.test"}
	}
	r, err := chromium(t).Walk(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func shown(r browser.Recording) string {
	text, _ := json.MarshalIndent(r, "", "  ")
	return string(text)
}
