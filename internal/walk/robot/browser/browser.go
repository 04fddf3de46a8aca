package browser

import (
	"context"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/guard"
)

// Options is how a Browser is started. The zero Options works.
type Options struct {
	// Chromium is the program; empty looks for it by its usual names.
	Chromium string
	// Dir is where the profile folder lives; empty is a folder of this user's below
	// the system's temporary one. Folders of robots that died are removed there.
	Dir string
	// Policy is which addresses the browser may reach.
	Policy guard.Policy
	// WalksPerBrowser is after how many walks Chromium is started afresh; 0 is 100.
	WalksPerBrowser int
}

const (
	defaultWalks = 100
	startTimeout = 60 * time.Second
	closeTimeout = 10 * time.Second
)

// Browser is one Chromium, kept. Walks take turns in it; it comes back by itself
// when it died.
type Browser struct {
	options Options
	path    string

	mu      sync.Mutex // held through a walk
	running *process
	pid     atomic.Int64
}

// process is one run of Chromium.
type process struct {
	ctx     context.Context
	cancel  context.CancelFunc
	folder  *profileFolder
	proxy   *guard.Proxy
	pid     int
	walks   int
	product string // HeadlessChrome/156.0.8078.79
}

// New finds Chromium; the first walk starts it.
func New(options Options) (*Browser, error) {
	path, err := findChromium(options.Chromium)
	if err != nil {
		return nil, err
	}
	if options.WalksPerBrowser == 0 {
		options.WalksPerBrowser = defaultWalks
	}
	return &Browser{options: options, path: path}, nil
}

// Close ends Chromium and all its processes, and removes its folder.
func (b *Browser) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stop()
	return nil
}

// Process is the id of the running Chromium, 0 if none runs. It may be asked while a walk is on.
func (b *Browser) Process() int { return int(b.pid.Load()) }

// ready is a running Chromium: the kept one, or a new one when it died or is worn.
func (b *Browser) ready(ctx context.Context) (*process, error) {
	if b.running != nil && (b.running.ctx.Err() != nil || b.running.walks >= b.options.WalksPerBrowser) {
		b.stop()
	}
	if b.running == nil {
		p, err := b.start(ctx)
		if err != nil {
			return nil, err
		}
		b.running = p
		b.pid.Store(int64(p.pid))
	}
	return b.running, nil
}

// flags beside chromedp's own. Site isolation is off so that iframes of other
// sites are reached as the page is; every address goes through our proxy, loopback
// too; nothing is fetched for the browser's own sake.
func (b *Browser) flags(folder, proxy string) []chromedp.ExecAllocatorOption {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(b.path),
		chromedp.UserDataDir(folder),
		chromedp.ModifyCmdFunc(apart),
		chromedp.NoInheritEnv,
		chromedp.Env("HOME="+folder, "PATH="+os.Getenv("PATH"), "TMPDIR="+folder, "LANG=C.UTF-8"),
		chromedp.ProxyServer("http://"+proxy),
		chromedp.Flag("proxy-bypass-list", "<-loopback>"),
		chromedp.Flag("disable-site-isolation-trials", true),
		chromedp.Flag("disable-features", "Translate,BlinkGenPropertyTrees,IsolateOrigins,site-per-process,MediaRouter,OptimizationHints,AutofillServerCommunication,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable"),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-domain-reliability", true),
		chromedp.Flag("no-pings", true),
		chromedp.Flag("disable-quic", true), // UDP would go around the proxy
		chromedp.Flag("force-webrtc-ip-handling-policy", "disable_non_proxied_udp"),
		chromedp.Flag("mute-audio", true),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium refuses a sandbox to root
	}
	return options
}

func (b *Browser) start(ctx context.Context) (*process, error) {
	proxy, err := guard.Start(b.options.Policy)
	if err != nil {
		return nil, err
	}
	folder, err := newProfileFolder(b.options.Dir)
	if err != nil {
		proxy.Close()
		return nil, err
	}
	// The browser lives as long as the context of its first call: not the walk's.
	allocated, free := chromedp.NewExecAllocator(context.WithoutCancel(ctx), b.flags(folder.path, proxy.Addr())...)
	opened, closeIt := chromedp.NewContext(allocated)
	p := &process{ctx: opened, cancel: func() { closeIt(); free() }, folder: folder, proxy: proxy}
	impatient := time.AfterFunc(startTimeout, closeIt)
	defer impatient.Stop()
	stopWaiting := context.AfterFunc(ctx, closeIt)
	defer stopWaiting()
	if err := chromedp.Do(opened); err != nil {
		p.end()
		return nil, cx.Errorf(cx.Unavailable, "Chromium did not start: %w", err).WithRemedy("Try %s --headless --dump-dom about:blank to see why.", b.path)
	}
	p.pid = chromedp.FromContext(opened).Browser.Process().Pid
	version, err := cdp.Call(ctx, chromedp.FromContext(opened).Browser, cdpbrowser.GetVersion, cdp.Empty{})
	if err != nil {
		p.end()
		return nil, cx.Errorf(cx.Unavailable, "Chromium does not answer: %w", err).WithRemedy("Try again.")
	}
	p.product = strings.TrimPrefix(version.Product, "Headless")
	return p, nil
}

func (b *Browser) stop() {
	if b.running != nil {
		b.running.end()
		b.running = nil
		b.pid.Store(0)
	}
}

// end closes Chromium politely, then whatever is left of it.
func (p *process) end() {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		p.cancel()
	}()
	select {
	case <-closed:
	case <-time.After(closeTimeout):
	}
	killGroup(p.pid)
	<-closed
	p.proxy.Close()
	p.folder.remove()
}

var majorVersion = regexp.MustCompile(`/(\d+)`)

// major is Chromium's main version, for user agents.
func (p *process) major() string {
	if m := majorVersion.FindStringSubmatch(p.product); m != nil {
		return m[1]
	}
	return "0"
}
