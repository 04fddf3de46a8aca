package question

import (
	"bufio"
	"context"
	"encoding/csv"
	"hash/fnv"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// table reads a CSV file of the real data as one map a row.
func table(t *testing.T, path ...string) []map[string]string {
	t.Helper()
	file, err := os.Open(sharedData(t, path...))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	in := csv.NewReader(file)
	in.LazyQuotes, in.FieldsPerRecord, in.ReuseRecord = true, -1, true
	head, err := in.Read()
	if err != nil {
		t.Fatal(err)
	}
	names := append([]string(nil), head...)
	var rows []map[string]string
	for {
		record, err := in.Read()
		if err == io.EOF {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		row := map[string]string{}
		for i, v := range record {
			if i < len(names) {
				row[strings.TrimPrefix(names[i], "\ufeff")] = v
			}
		}
		rows = append(rows, row)
	}
}

// eventLog reads a log of cases as interactions in threads.
func eventLog(t *testing.T, layout string, caseOf, activity, at string, path ...string) *sliceFacts {
	t.Helper()
	var facts []fact
	for _, row := range table(t, path...) {
		start, err := time.Parse(layout, row[at])
		if err != nil {
			t.Fatal(err)
		}
		h := fnv.New64a()
		h.Write([]byte(row[caseOf]))
		facts = append(facts, fact{Start: start, Thread: int64(h.Sum64() >> 1), Signature: cx.Signature{Kind: cx.Event, Touchpoint: row[activity]}})
	}
	return newSliceFacts(facts)
}

func TestEventLogsHaveTheirKnownVariantsAndEdges(t *testing.T) {
	for _, log := range []struct {
		name            string
		facts           func(t *testing.T) *sliceFacts
		cases, variants int
		edges           int
		commonest       float64
		slowest         string // edge, and its share of all time
		slowestShare    float64
		loop            string // the one of most cases, counted apart by a program in Python
		rounds          int64
		roundCases      int64
		added           float64 // seconds at the median
		loops           int
	}{
		{"helpdesk_italy", func(t *testing.T) *sliceFacts {
			return eventLog(t, "2006/01/02 15:04:05.000", "Case ID", "Activity", "Complete Timestamp", "helpdesk_italy", "finale.csv")
		}, 4580, 226, 55, .517, "Resolve ticket → Closed", .7155, "Take in charge ticket → Wait → Take in charge ticket", 504, 456, 764907, 29},
		{"sepsis", func(t *testing.T) *sliceFacts {
			return eventLog(t, "2006-01-02 15:04:05", "case_id", "activity", "timestamp", "bupar_logs", "sepsis.csv")
		}, 1050, 846, 115, .033, "Release A → Return ER", .7602, "Leucocytes → CRP → Leucocytes", 536, 250, 86400, 259},
		{"hospital_billing", func(t *testing.T) *sliceFacts {
			return eventLog(t, "2006-01-02 15:04:05", "case_id", "activity", "timestamp", "bupar_logs", "hospital_billing.csv")
		}, 10_000, 288, 87, .362, "NEW → FIN", .4022, "FIN → RELEASE → CODE OK → REOPEN → FIN", 353, 313, 2992754, 48},
	} {
		t.Run(log.name, func(t *testing.T) {
			facts := log.facts(t)
			ways, err := AskVariants(context.Background(), facts, Params{})
			if err != nil {
				t.Fatal(err)
			}
			cases := 0
			for _, w := range ways.Rows {
				cases += int(w.Cases)
			}
			if cases != log.cases || len(ways.Rows) != log.variants || math.Abs(ways.Rows[0].Share.Value-log.commonest) > .0005 {
				t.Errorf("%d cases, %d variants, the commonest %.4f", cases, len(ways.Rows), ways.Rows[0].Share.Value)
			}
			follows, err := AskDirectlyFollows(context.Background(), facts, Params{})
			if err != nil {
				t.Fatal(err)
			}
			edges := 0
			for _, e := range follows.Rows {
				if e.From.Name != "" && e.To.Name != "" {
					edges++
					if e.From.Name == "Resolve ticket" && e.To.Name == "Closed" && e.Transitions != 4558 {
						t.Errorf("Resolve ticket → Closed %d", e.Transitions)
					}
				}
			}
			if edges != log.edges {
				t.Errorf("%d edges", edges)
			}
			for _, e := range follows.Rows {
				if from, to, _ := strings.Cut(log.slowest, " → "); e.From.Name == from && e.To.Name == to && math.Abs(e.Time.Value-log.slowestShare) > 5e-5 {
					t.Errorf("%s takes %.4f of all time, want %.4f", log.slowest, e.Time.Value, log.slowestShare)
				}
			}
			rounds, err := AskLoops(context.Background(), facts, Params{})
			if err != nil {
				t.Fatal(err)
			}
			first := rounds.Rows[0]
			if way := strings.Join(namesOf(first.Activities), " → "); way != log.loop || first.Rounds != log.rounds || first.Cases != log.roundCases || first.Added.Value != log.added || len(rounds.Rows) != log.loops {
				t.Errorf("%d kinds of rounds, the commonest %s: %d in %d cases, adds %g s", len(rounds.Rows), way, first.Rounds, first.Cases, first.Added.Value)
			}
			shown, err := directlyFollows().Ask(context.Background(), facts, Params{})
			if err != nil {
				t.Fatal(err)
			}
			for i, e := range follows.Rows { // to begin or to end takes no time: neither a figure nor "too few"
				median := shown.Rows[i][4]
				if ends := e.From.Name == "" || e.To.Name == ""; (median == Cell{}) != ends {
					t.Errorf("%s → %s has the median %+v", e.From.Title, e.To.Title, median)
				}
			}
		})
	}
}

// The telco's customers: Kaplan–Meier and log-rank as lifelines and R give them.
func TestTelcoCustomersStayAsLongAsIsKnown(t *testing.T) {
	const month = 30 * 24 * time.Hour
	asOf := january.AddDate(10, 0, 0)
	var facts []fact
	for i, row := range table(t, "ibm_telco", "Telco_customer_churn.csv") {
		months, err := strconv.Atoi(row["Tenure Months"])
		if err != nil {
			t.Fatal(err)
		}
		if months == 0 {
			continue
		}
		p := person{&facts, int64(i + 1)}
		dims := func(f *fact) { f.Dims = map[string]string{"contract": row["Contract"]} }
		begun := asOf.Add(-time.Duration(months) * month)
		facts = append(facts, fact{Customer: p.customer, Start: begun, Signature: cx.Signature{Kind: cx.Order, Initiator: cx.ByCustomer}})
		dims(&facts[len(facts)-1])
		if row["Churn Value"] == "1" {
			facts = append(facts, fact{Customer: p.customer, Start: asOf, Signature: cx.Signature{Kind: cx.Cancellation, Initiator: cx.ByCustomer, Reason: row["Churn Reason"]}})
			dims(&facts[len(facts)-1])
		}
	}
	world := newSliceFacts(facts)
	byContract, err := AskLeavers(context.Background(), world, Params{By: "dimension:contract"})
	if err != nil {
		t.Fatal(err)
	}
	var customers int64
	for _, row := range byContract.Rows {
		customers += row.Customers
		if row.Group.Name == "Month-to-month" && row.Stayed.Value != (35*month).Seconds() {
			t.Errorf("month-to-month median %g months", row.Stayed.Value/month.Seconds())
		}
	}
	if customers != 7032 || !strings.Contains(byContract.Notes[0], "χ² 2352.87 with 2 degrees") {
		t.Errorf("%d customers; %s", customers, byContract.Notes[0])
	}
	checkTelcoCurve(t, world, month)
	stated, err := AskLeavers(context.Background(), world, Params{})
	if err != nil {
		t.Fatal(err)
	}
	var left int64
	kinds := map[string]int64{}
	for _, row := range stated.Rows {
		left += row.Leavers
		kinds[row.Group.Name] = row.Leavers
	}
	if left != 1869 || kinds[moved] != 53+6 || kinds[unknownCause] > 200 {
		t.Errorf("%d left: %v", left, kinds)
	}
}

// checkTelcoCurve holds the curve of all customers against what lifelines gives, and the
// numbers at risk against the file's.
func checkTelcoCurve(t *testing.T, world *sliceFacts, month time.Duration) {
	t.Helper()
	everybody, err := leavers().Ask(context.Background(), world, Params{By: "channel"})
	if err != nil || len(everybody.Curves) != 1 {
		t.Fatalf("%d curves: %v", len(everybody.Curves), err)
	}
	points := everybody.Curves[0].Points
	at := func(months int) CurvePoint { // the first point that lies so late
		i := slices.IndexFunc(points, func(p CurvePoint) bool { return p.After >= float64(months)*month.Seconds() })
		return points[i]
	}
	for months, want := range map[int]float64{12: .8432, 24: .7887, 48: .7088, 72: .5928} {
		if p := at(months); math.Abs(p.Share-want) > 5e-5 || !(p.Interval.Low < p.Share && p.Share < p.Interval.High) {
			t.Errorf("S(%d) = %.4f %v, want %.4f", months, p.Share, p.Interval, want)
		}
	}
	// 362 of the 7,032 have stayed for all of the 72 months.
	if first, last := points[0], points[len(points)-1]; first.AtRisk != 7032 || first.Share != 1 || last.AtRisk != 362 || last.After != 72*month.Seconds() {
		t.Errorf("the curve goes from %+v to %+v", first, last)
	}
}

func TestTelcoSurvivalCurveIsTheKnownOne(t *testing.T) {
	var w statistics.Waits
	for _, row := range table(t, "ibm_telco", "Telco_customer_churn.csv") {
		if months, _ := strconv.Atoi(row["Tenure Months"]); months > 0 {
			w.Add(int64(months), row["Churn Value"] != "1")
		}
	}
	curve := w.Survival()
	for months, want := range map[int64]float64{12: .8432, 24: .7887, 48: .7088, 72: .5928} {
		if got, interval := curve.ShareAt(months); math.Abs(got-want) > 5e-5 || interval.Low >= got || interval.High <= got {
			t.Errorf("S(%d) = %.4f %v, want %.4f", months, got, interval, want)
		}
	}
}

// The CDNOW sample, calibrated on the first 39 weeks as Fader, Hardie & Lee 2005 did.
func TestCDNowBuyersFitThePublishedModel(t *testing.T) {
	file, err := os.Open(sharedData(t, "cdnow", "cdnow_customers_summary.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var buyers []statistics.Buyer
	lines := bufio.NewScanner(file)
	lines.Scan()
	for lines.Scan() {
		c := strings.Split(strings.TrimSpace(lines.Text()), ",")
		number := func(i int) float64 {
			v, err := strconv.ParseFloat(c[i], 64)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		buyers = append(buyers, statistics.Buyer{Repeats: int(number(1)), Last: number(2), Seen: number(3), Customers: 1})
	}
	m, ok := statistics.FitBGNBD(buyers)
	if !ok || len(buyers) != 2357 {
		t.Fatalf("%d buyers, fitted %v", len(buyers), ok)
	}
	for name, pair := range map[string][2]float64{"r": {m.R, .243}, "α": {m.Alpha, 4.414}, "a": {m.A, .793}, "b": {m.B, 2.426}} {
		if math.Abs(pair[0]-pair[1]) > .002 {
			t.Errorf("%s = %.4f, published %.3f", name, pair[0], pair[1])
		}
	}
	if math.Abs(m.LogLikelihood+9582.4) > .1 {
		t.Errorf("log likelihood %.2f", m.LogLikelihood)
	}
	// P(alive) of the customer of the published example: x = 2, t_x = 30.43, T = 38.86.
	if alive := m.Alive(statistics.Buyer{Repeats: 2, Last: 30.43, Seen: 38.86}); math.Abs(alive-.7266) > .002 {
		t.Errorf("P(alive) = %.4f", alive)
	}
}

func TestACustomerWhoSlowsDownIsNoticed(t *testing.T) {
	var facts []fact
	buy := cx.Signature{Kind: cx.Order, Channel: "web"}
	for c := int64(1); c <= 30; c++ {
		p := person{&facts, c}
		day := float64(c % 5)
		for day < 200 {
			p.did(day, buy)
			day += 9 + float64((c+int64(day))%3)
		}
		switch {
		case c <= 10: // goes on
			for day < 400 {
				p.did(day, buy)
				day += 9 + float64((c+int64(day))%3)
			}
		case c <= 20: // slows down, then leaves
			for day < 330 {
				p.did(day, buy)
				day += 40
			}
			p.did(390, cx.Signature{Kind: cx.Cancellation})
		}
	}
	person{&facts, 1}.did(400, buy)
	answer, err := AskTailOff(context.Background(), newSliceFacts(facts), Params{MinRows: 1})
	if err != nil {
		t.Fatal(err)
	}
	row := answer.Rows[0]
	if row.Customers != 20 || row.Slowing+row.Gone != 10 || row.Left != 10 || row.Forewarned.Value != 1 {
		t.Errorf("%+v", row)
	}
	if !row.LeadTime.Shown || row.LeadTime.Value < 60*86400 || row.LeadTime.Value > 180*86400 {
		t.Errorf("lead time %+v", row.LeadTime)
	}
}

func TestBurstsAreToldFromAClockwork(t *testing.T) {
	var clock, bursts []int64
	for i := range int64(30) {
		clock = append(clock, 3*i)
		bursts = append(bursts, i/10*100+i%10)
	}
	if b := burstiness(clock); math.Abs(b+1) > 1e-9 {
		t.Errorf("a clockwork has %g", b)
	}
	if b := burstiness(bursts); b < .6 {
		t.Errorf("bursts have %g", b)
	}
}

func TestAContactBeforeLeavingIsHeldAgainstOtherTimes(t *testing.T) {
	var facts []fact
	for c := int64(1); c <= 60; c++ {
		p := person{&facts, c}
		p.did(0, cx.Signature{Kind: cx.Event})
		p.did(20, asksAbout("address")) // everybody asks this once
		if c <= 12 {
			p.did(300, asksAbout("outage"))
			p.did(310, cx.Signature{Kind: cx.Cancellation, Reason: "service was poor"})
		}
		if c > 12 && c <= 18 { // leave without a word
			p.did(200, cx.Signature{Kind: cx.Cancellation})
		}
		p.did(360, cx.Signature{Kind: cx.Event, Initiator: cx.ByCompany})
	}
	answer, err := AskLeavers(context.Background(), newSliceFacts(facts), Params{By: "reason"})
	if err != nil {
		t.Fatal(err)
	}
	row := answer.Rows[0]
	if len(answer.Rows) != 1 || row.Group.Name != "outage" || row.Leavers != 12 || row.Ratio.Interval.Low < 20 || row.Q > .001 {
		t.Errorf("%+v", answer.Rows)
	}
	staying, err := AskLeavers(context.Background(), newSliceFacts(facts), Params{By: "channel"})
	if err != nil || staying.Rows[0].Customers != 60 || staying.Rows[0].Leavers != 18 {
		t.Errorf("%+v, %v", staying.Rows, err)
	}
}

// Those who had stayed until a period began would flatter it: who began before is in no
// curve, and each view of reasons looks at what happened in the period alone.
func TestAPeriodLooksAtThoseWhoBeganInIt(t *testing.T) {
	var facts []fact
	for c := int64(1); c <= 20; c++ {
		p := person{&facts, c}
		switch {
		case c <= 10: // begin early: five leave before the period, two in it
			p.did(0, cx.Signature{Kind: cx.Event})
			if c <= 5 {
				p.did(20, cx.Signature{Kind: cx.Cancellation, Reason: "price too high"})
			} else if c <= 7 {
				p.did(120, cx.Signature{Kind: cx.Cancellation, Reason: "moved"})
			}
		default: // begin in it, and half of them leave after 30 days
			p.did(110, cx.Signature{Kind: cx.Event})
			if c <= 15 {
				p.did(140, cx.Signature{Kind: cx.Cancellation, Reason: "unused"})
			}
		}
	}
	p := person{&facts, 20}
	p.did(220, cx.Signature{Kind: cx.Event})
	world := newSliceFacts(facts)
	period := cx.Period{From: january.AddDate(0, 0, 100)}
	staying, err := AskLeavers(context.Background(), world, Params{By: "channel", Period: period, MinRows: 1})
	if err != nil || len(staying.Rows) != 1 {
		t.Fatalf("%+v, %v", staying.Rows, err)
	}
	if row := staying.Rows[0]; row.Customers != 10 || row.Leavers != 5 || math.Abs(row.After[0].Value-.5) > 1e-12 {
		t.Errorf("staying %+v", row)
	}
	stated, err := AskLeavers(context.Background(), world, Params{Period: period, MinRows: 1})
	if err != nil || len(stated.Rows) != 2 || stated.Rows[0].Group.Name != notNeeded || stated.Rows[0].Leavers != 5 || stated.Rows[1].Leavers != 2 {
		t.Errorf("stated %+v, %v", stated.Rows, err)
	}
}

// Of five who left, two are first seen as they leave: nobody knows how long they stayed,
// and the curve of the others begins at all of them.
func TestWhoIsFirstSeenAsTheyLeaveHasNoTime(t *testing.T) {
	var facts []fact
	for c := int64(1); c <= 10; c++ {
		p := person{&facts, c}
		if c > 2 {
			p.did(0, cx.Signature{Kind: cx.Event})
			p.did(10, asksAbout("outage"))
		}
		switch {
		case c <= 2:
			p.did(30, cx.Signature{Kind: cx.Cancellation, Reason: "price too high"})
		case c <= 5:
			p.did(20*float64(c-2), cx.Signature{Kind: cx.Cancellation, Reason: "price too high"}) // after 20, 40 and 60 days
		case c == 6:
			p.did(70, cx.Signature{Kind: cx.Cancellation, Initiator: cx.BySystem})
		default:
			p.did(100, cx.Signature{Kind: cx.Event})
		}
	}
	(person{&facts, 11}).did(50, cx.Signature{Kind: cx.Cancellation, Initiator: cx.BySystem}) // closed, and never seen before
	world := newSliceFacts(facts)
	staying, err := AskLeavers(context.Background(), world, Params{By: "channel", MinRows: 1})
	if err != nil || len(staying.Rows) != 1 {
		t.Fatalf("%+v, %v", staying.Rows, err)
	}
	if row := staying.Rows[0]; row.Customers != 8 || row.Leavers != 3 || row.Curve.Points[0].Share != 1 {
		t.Errorf("staying %+v, from %+v", row, row.Curve.Points[0])
	}
	if staying.LeftOut[0] != (LeftOut{firstSeenLeaving, 3}) || staying.Included+3 != staying.Scanned {
		t.Errorf("%d of %d included, left out %v", staying.Included, staying.Scanned, staying.LeftOut)
	}
	stated, err := AskLeavers(context.Background(), world, Params{MinRows: 1})
	if err != nil || len(stated.Rows) != 1 {
		t.Fatalf("%+v, %v", stated.Rows, err)
	}
	if row := stated.Rows[0]; row.Leavers != 5 || row.Share.Value != 1 || row.Stayed.N != 3 || row.Stayed.Value != 40*86400 {
		t.Errorf("stated %+v", row)
	}
	if note := stated.Notes[len(stated.Notes)-1]; !strings.HasPrefix(note, "2 of 5 who left") {
		t.Errorf("the note is %q", note)
	}
	all, _, err := LeavingStrata(context.Background(), world, Params{})
	if err != nil || all.Leavers != 3 {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestUseInBurstsIsSporadic(t *testing.T) {
	var facts []fact
	for c := int64(1); c <= 12; c++ {
		p := person{&facts, c}
		for i := range 24 {
			day := 3 * i // like a clockwork
			if c > 8 {
				day = i/8*60 + i%8 // eight days running, then a long pause
			}
			p.did(float64(day), cx.Signature{Kind: cx.Usage})
		}
	}
	(person{&facts, 13}).did(1, cx.Signature{Kind: cx.Usage})
	answer, err := AskSporadicUse(context.Background(), newSliceFacts(facts), Params{})
	if err != nil {
		t.Fatal(err)
	}
	if row := answer.Rows[0]; row.Customers != 12 || row.Sporadic != 4 || answer.LeftOut[0].Count != 1 {
		t.Errorf("%+v, left out %v", row, answer.LeftOut)
	}
}

func TestLogRankIsThatOfTheTextbook(t *testing.T) {
	// Remission of leukaemia, 6-MP against placebo (Freireich et al. 1963): χ² 16.79.
	placebo, drug := &statistics.Waits{}, &statistics.Waits{}
	for _, weeks := range []int64{1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23} {
		placebo.Add(weeks, false)
	}
	for _, weeks := range []int64{6, 6, 6, 7, 10, 13, 16, 22, 23} {
		drug.Add(weeks, false)
	}
	for _, weeks := range []int64{6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35} {
		drug.Add(weeks, true)
	}
	chi2, freedom, p := statistics.LogRank([]*statistics.Waits{placebo, drug})
	if math.Abs(chi2-16.79) > .005 || freedom != 1 || p > 1e-4 {
		t.Errorf("χ² %.3f, %d, p %g", chi2, freedom, p)
	}
}
