package ingest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

const benchMapping = `
source: bench
zone: Europe/Berlin
id: id
customer: [{source_id: customer}, {email: email}]
kind: contact
start: {column: time, order: ymd}
duration: {column: seconds, unit: s}
channel: {column: channel}
touchpoint: support
reason: {column: reason}
outcome: {column: outcome, map: {solved: solved}, otherwise: open}
employee: employee
scales: [{name: csat, metric: csat, min: 1, max: 5, satisfied_from: 4}]
score: {column: score, scale: csat}
amount: {column: amount, currency: {column: currency}}
dimensions: [device, city]
`

// benchFile is 14 columns of ordinary rows.
func benchFile(b *testing.B, n int) string {
	b.Helper()
	var text strings.Builder
	text.WriteString("id,time,customer,email,channel,reason,outcome,seconds,score,currency,amount,employee,device,city\n")
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		fmt.Fprintf(&text, "%d,%s,C%d,c%d@example.com,phone,invoice/%d,solved,%d,%d,EUR,%d.50,agent%d,web,city%d\n",
			i, at.Add(time.Duration(i)*time.Second).Format(time.DateTime), i%50_000, i%50_000, i%20, i%600, 1+i%5, i%100, i%40, i%30)
	}
	path := filepath.Join(b.TempDir(), "bench.csv")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

func BenchmarkReadAndMap(b *testing.B) {
	const n = 200_000
	path := benchFile(b, n)
	m, err := ParseMapping("bench", []byte(benchMapping))
	if err != nil {
		b.Fatal(err)
	}
	for _, stage := range []string{"read", "read and map", "read, map and make facts"} {
		b.Run(stage, func(b *testing.B) {
			b.ReportAllocs()
			began := processorTime(b)
			for b.Loop() {
				im := &Importer{Now: time.Now}
				p, err := im.prepare(Request{Path: path, Mapping: m})
				if err != nil {
					b.Fatal(err)
				}
				names := newPseudonyms([]byte("key"), "bench")
				var row rows.Row
				batch := make([]cx.Interaction, 0, BatchRows)
				for {
					if err := p.file.Read(&row); errors.Is(err, io.EOF) {
						break
					} else if err != nil {
						b.Fatal(err)
					}
					if stage == "read" {
						continue
					}
					var reject *Reject
					if batch, reject = p.mapper.Map(&row, batch); reject != nil {
						b.Fatal(reject)
					}
					if stage == "read, map and make facts" {
						names.fact(&batch[len(batch)-1])
					}
					if len(batch) == cap(batch) {
						batch = batch[:0]
					}
				}
				p.file.Close()
			}
			// Processor time: what a busy machine does beside it does not count.
			b.ReportMetric(float64(processorTime(b)-began)/float64(b.N)/n, "cpu-ns/row")
		})
	}
}

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
