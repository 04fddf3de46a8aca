// Package bench measures what the project promises and prints it as ratios to
// baselines beside it, never as bare times: machines differ. Nothing in it is
// asserted. Start reading at Main; each file is one section.
package bench

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/app"
)

// bench is one run.
type bench struct {
	out  io.Writer
	dir  string
	rows []int
	// profiles are the sizes of the people who are linked.
	profiles []int
	// seeds and customers of the simulated companies.
	seeds, customers int
	gigabytes        int // of the large file
}

// section is one group of figures.
type section struct {
	name string
	run  func(*bench, context.Context) error
	slow bool // it runs only when it is named
}

func sections() []section {
	return []section{
		{name: "import", run: (*bench).imports},
		{name: "questions", run: (*bench).questions},
		{name: "pages", run: (*bench).pages},
		{name: "kills", run: (*bench).kills},
		{name: "linking", run: (*bench).linking},
		{name: "faults", run: (*bench).faults},
		{name: "robots", run: (*bench).robots},
		{name: "large", run: (*bench).large, slow: true},
	}
}

// Main runs the sections named, or all that are not slow.
func Main(args []string, out io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if len(args) == 4 && args[0] == childArgument {
		return childImport(ctx, args[1], args[2], args[3])
	}
	if len(args) == 3 && args[0] == childRobotArgument {
		return childRobot(ctx, args[1], args[2])
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	rows := flags.String("rows", "1000000,10000000", "sizes, in interactions")
	profiles := flags.String("profiles", "100000,1000000", "sizes of linking, in profiles")
	b := &bench{out: out}
	profile := flags.String("cpuprofile", "", "write a CPU profile to this file")
	flags.IntVar(&b.seeds, "seeds", 4, "simulated companies")
	flags.IntVar(&b.customers, "customers", 4000, "customers of each")
	flags.IntVar(&b.gigabytes, "gigabytes", 5, "size of the large file")
	var wanted []string
	for len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		wanted, args = append(wanted, args[0]), args[1:]
	}
	if err := flags.Parse(args); err != nil {
		return 2
	}
	for _, sizes := range []struct {
		text string
		to   *[]int
	}{{*rows, &b.rows}, {*profiles, &b.profiles}} {
		for _, n := range strings.Split(sizes.text, ",") {
			size, err := strconv.Atoi(strings.TrimSpace(n))
			if err != nil || size < 1 {
				fmt.Fprintf(out, "%q is not a size\n", n)
				return 2
			}
			*sizes.to = append(*sizes.to, size)
		}
	}
	var err error
	if b.dir, err = os.MkdirTemp("", "firsthand-bench-"); err != nil {
		fmt.Fprintln(out, err)
		return 1
	}
	defer os.RemoveAll(b.dir)
	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			fmt.Fprintln(out, err)
			return 1
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			fmt.Fprintln(out, err)
			return 1
		}
		defer pprof.StopCPUProfile()
	}
	b.printf("%s, %s, %d processors, load %s\n", runtime.GOARCH, runtime.Version(), runtime.NumCPU(), load())
	for _, s := range sections() {
		if len(wanted) > 0 && !slices.Contains(wanted, s.name) || len(wanted) == 0 && s.slow {
			continue
		}
		b.printf("\n## %s\n", s.name)
		if err := s.run(b, ctx); err != nil {
			b.printf("%s: %v\n", s.name, err)
			return 1
		}
	}
	return 0
}

func (b *bench) printf(format string, args ...any) { fmt.Fprintf(b.out, format, args...) }

// engineMemory is what the facts' engine may use.
const engineMemory = "2GiB"

func (b *bench) open(ctx context.Context, dir string) (*app.App, error) {
	return b.openWith(ctx, dir, engineMemory)
}

func (b *bench) openWith(ctx context.Context, dir, memory string) (*app.App, error) {
	return app.Open(ctx, app.Config{Dir: dir, Memory: memory, Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))})
}

// load is the machine's load when the run begins: figures of a busy machine are worth less.
func load() string {
	raw, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(raw))[:3], " ")
}

// median of an odd number of runs of f.
func median(runs int, f func() (time.Duration, error)) (time.Duration, error) {
	var all []time.Duration
	for range runs {
		d, err := f()
		if err != nil {
			return 0, err
		}
		all = append(all, d)
	}
	slices.Sort(all)
	return all[len(all)/2], nil
}

// peak runs f and tells the most memory that the process had meanwhile, in MiB.
func peak(f func() error) (int64, error) {
	runtime.GC()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // resets the high-water mark
	err := f()
	raw, readErr := os.ReadFile("/proc/self/status")
	if readErr != nil {
		return 0, err
	}
	for line := range strings.Lines(string(raw)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kib >> 10, err
		}
	}
	return 0, err
}
