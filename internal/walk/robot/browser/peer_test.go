package browser_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/walk/robot/browser"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/guard"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/recorder"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/shop"
)

// peer is the reference player as a process; docs/peers/replay/play.cjs says how it speaks.
type peer struct {
	in  io.WriteCloser
	out *bufio.Reader
}

func newPeer(t *testing.T) *peer {
	t.Helper()
	if os.Getenv("PEER_MODULES") == "" {
		t.Skip("make peers runs this: it needs Node and the reference's packages")
	}
	cmd := exec.Command("node", "../../../../docs/peers/replay/play.cjs")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
	return &peer{in, bufio.NewReader(out)}
}

func (p *peer) play(t *testing.T, recording string) (ok bool, problem string) {
	t.Helper()
	var line map[string]any
	if err := json.Unmarshal([]byte(recording), &line); err != nil {
		t.Fatal(err)
	}
	raw, _ := json.Marshal(line)
	if _, err := fmt.Fprintf(p.in, "%s\n", raw); err != nil {
		t.Fatal(err)
	}
	text, err := p.out.ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		OK    bool
		Error string
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatal(err)
	}
	return answer.OK, answer.Error
}

// listener writes down what a page is made to live through, in order: the requests are
// synchronous. What a player types letter by letter counts by what it leaves.
const listener = `<script>
for (const type of ["click", "dblclick", "auxclick", "contextmenu", "change", "submit", "keydown", "keyup", "mousedown", "mouseup"])
  addEventListener(type, (e) => {
    const t = e.target;
    const to = new XMLHttpRequest();
    to.open("POST", "/heard", false);
    to.send([type, location.pathname, t.id || t.tagName, e.button ?? "", e.detail ?? "", e.key ?? "", type == "change" ? t.value : "", e.isTrusted].join(" "));
  }, true);
</script>`

// heard serves a site with the listener in each of its pages.
func heard(t *testing.T, site http.Handler) (address string, log func() []string) {
	t.Helper()
	var mu sync.Mutex
	var lines []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/heard" {
			text, _ := io.ReadAll(r.Body)
			mu.Lock()
			lines = append(lines, string(text))
			mu.Unlock()
			return
		}
		r.Header.Del("If-Modified-Since")
		got := httptest.NewRecorder()
		site.ServeHTTP(got, r)
		maps.Copy(w.Header(), got.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(got.Code)
		if strings.HasPrefix(got.Header().Get("Content-Type"), "text/html") {
			body, found := strings.CutPrefix(got.Body.String(), "<!doctype html>")
			if found {
				io.WriteString(w, "<!doctype html>")
			}
			io.WriteString(w, listener+body)
			return
		}
		w.Write(got.Body.Bytes())
	}))
	t.Cleanup(server.Close)
	return server.URL, func() []string {
		mu.Lock()
		defer mu.Unlock()
		out := lines
		lines = nil
		// A page that is closed may still tell that an input was left, or not.
		for len(out) > 0 && strings.HasPrefix(out[len(out)-1], "change ") {
			out = out[:len(out)-1]
		}
		return out
	}
}

// otherwise are the recordings at which the reference itself goes another way than ours, and why.
var otherwise = map[string]string{
	"Shift makes capitals":                              "it sends a small letter while Shift is held",
	"an accessible name is sought inside a shadow host": "it does not look inside",
	"rich text is typed":                                "it types into inputs only",
}

// The reference and our robot play the same recordings on the same pages: what the pages
// live through must be the same, event by event.
func TestTheReferencePlaysTheSame(t *testing.T) {
	reference := newPeer(t)
	address, log := heard(t, http.FileServer(http.Dir("testdata/pages")))
	site := strings.Replace(address, "127.0.0.1", "site.test", 1)
	recordings := map[string]string{}
	for name, steps := range asked() {
		text := fmt.Sprintf(`{"title": "test", "steps": [%s]}`, strings.Join(steps, ",\n"))
		recordings[name] = strings.NewReplacer("OTHER", strings.Replace(site, "site.test", "other.test", 1), "SITE", site).Replace(text)
	}
	same := 0
	for _, name := range slices.Sorted(maps.Keys(recordings)) {
		t.Run(name, func(t *testing.T) {
			log()
			ok, problem := reference.play(t, recordings[name])
			theirs := log()
			f, err := recorder.Parse(name, []byte(recordings[name]))
			if err != nil {
				t.Fatal(err)
			}
			r := walked(t, browser.Walk{Flow: f})
			ours := log()
			if why, known := otherwise[name]; known {
				if ok || r.Outcome != browser.Completed {
					t.Errorf("the reference should fail here, for %s: %v; ours: %s", why, ok, r.Outcome)
				}
				return
			}
			if ok != (r.Outcome == browser.Completed) {
				t.Errorf("the reference: %v %s; ours: %s %s", ok, problem, r.Outcome, r.Reason)
			}
			if !slices.Equal(theirs, ours) {
				t.Errorf("the reference caused\n  %s\nand we\n  %s", strings.Join(theirs, "\n  "), strings.Join(ours, "\n  "))
			} else {
				same++
			}
		})
	}
	t.Logf("%d of %d recordings cause the same events; at %d the reference fails", same, len(recordings), len(otherwise))
}

// changesApart are events with the changes of inputs behind them: we go to a list before
// we choose, as people do, so what was typed before is told earlier than by the reference.
func changesApart(lines []string) []string {
	isChange := func(line string) bool { return strings.HasPrefix(line, "change ") }
	var changes []string
	for _, line := range lines {
		if isChange(line) {
			changes = append(changes, line)
		}
	}
	slices.Sort(changes)
	return append(slices.DeleteFunc(slices.Clone(lines), isChange), changes...)
}

// On the shop the reference goes the same ways; it passes our own steps over.
func TestTheReferenceBuysTheSame(t *testing.T) {
	reference := newPeer(t)
	files, _ := filepath.Glob("../shop/recording/*.json")
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			address, log := heard(t, shop.New())
			text := strings.NewReplacer("${site}", address, "${code}", shop.Code, "${password}", secret).Replace(string(shop.Recording(filepath.Base(file))))
			ok, problem := reference.play(t, text)
			theirs := log()
			f, err := recorder.Parse(file, []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			_, w := errand(t, filepath.Base(file))
			w.Flow, w.Sites, w.Profile = f, []guard.Site{guard.Site(strings.TrimPrefix(address, "http://"))}, browser.AsRecorded
			r := walked(t, w)
			if !ok || r.Outcome != browser.Completed {
				t.Errorf("the reference: %v %s; ours: %s %s", ok, problem, r.Outcome, r.Reason)
			}
			if ours := log(); !slices.Equal(changesApart(theirs), changesApart(ours)) {
				t.Errorf("the reference caused\n  %s\nand we\n  %s", strings.Join(theirs, "\n  "), strings.Join(ours, "\n  "))
			}
		})
	}
}
