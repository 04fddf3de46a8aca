package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/firsthand-cx/firsthand/internal/app"
)

const benchJourney = `name: bench
title: Bench
attempt: {by: gap, gap: 7 days}
stages:
  - name: all
    title: All
    steps:
      - {name: ask, title: Ask, match: [{reason: [invoice, delivery]}]}
      - {name: wait, title: Wait, match: [{reason: [repair, order]}]}
      - {name: done, title: Done, match: [{reason: [promo, other]}],
         promises: [{name: quick, measure: first_human_answer, within: 4h, share: 0.9}]}
`

// surveyMapping has the scale and its metric put in.
const surveyMapping = `source: bench-%[1]s
id: id
start: at
kind: survey_answer
channel: email
reason: {column: reason}
score: {column: score, scale: %[1]s}
scales:
  - {name: %[1]s, metric: %[1]s, min: %[2]d, max: %[3]d%[4]s}
customer:
  - email: email
texts: [comment]
`

// surveys are the scales that customers answer on.
var surveys = []struct {
	metric   string
	min, max int
	more     string
}{{"nps", 0, 10, ""}, {"csat", 1, 5, ", satisfied_from: 4"}, {"ces", 1, 7, ", satisfied_from: 5"}}

// filled makes a folder with n interactions, mapped whole, and a journey: contacts,
// and three answers to surveys in twenty.
func (b *bench) filled(ctx context.Context, n int) (dir string, err error) {
	dir = filepath.Join(b.dir, fmt.Sprintf("filled-%d", n))
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	a, err := b.open(ctx, dir)
	if err != nil {
		return dir, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	each := n / 20
	contacts := n - each*len(surveys)
	csv := dir + ".csv"
	err = b.brought(ctx, a, csv, whole, writeCSV(csv, contacts))
	for _, s := range surveys {
		if err == nil {
			mapping := fmt.Sprintf(surveyMapping, s.metric, s.min, s.max, s.more)
			err = b.brought(ctx, a, csv, mapping, writeSurvey(csv, each, customersOf(contacts), s.min, s.max))
		}
	}
	if err != nil {
		return dir, err
	}
	return dir, a.SaveJourney(ctx, "bench.journey.yaml", benchJourney)
}

// brought imports a file that was written, if it was, and removes it.
func (b *bench) brought(ctx context.Context, a *app.App, csv, mapping string, written error) error {
	defer os.Remove(csv)
	if written != nil {
		return written
	}
	_, err := a.ImportFile(ctx, csv, mapping)
	return err
}

// writeSurvey writes n answers over the year by the customers of the contacts.
func writeSurvey(path string, n, customers, low, high int) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprintln(w, "id,email,at,reason,score,comment")
	rng := rand.New(rand.NewPCG(3, uint64(high)))
	step := benchYear / time.Duration(max(n, 1))
	for i := range n {
		fmt.Fprintf(w, "%d,c%d@example.org,%s,%s,%d,%s\n", i, rng.IntN(customers), benchStart.Add(time.Duration(i)*step).Format(benchLayout),
			benchReasons[rng.IntN(len(benchReasons))], low+rng.IntN(high-low+1), comment(rng))
	}
	return w.Flush()
}
