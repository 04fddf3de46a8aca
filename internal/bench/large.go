package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// largeEngineMiB is what the facts' engine may use for the large file: little, so
// that what grows with the file shows.
const largeEngineMiB = 512

// rowBytes is the length of a row of tens of millions.
const rowBytes = 146

// large imports one large file whole and says how much memory that took beside the
// engine's: it must not grow with the file.
func (b *bench) large(ctx context.Context) error {
	csv := filepath.Join(b.dir, "large.csv")
	defer os.Remove(csv)
	rows := b.gigabytes * 1e9 / rowBytes
	if err := writeCSV(csv, rows); err != nil {
		return err
	}
	info, err := os.Stat(csv)
	if err != nil {
		return err
	}
	dir := filepath.Join(b.dir, "large")
	defer os.RemoveAll(dir)
	a, err := b.openWith(ctx, dir, fmt.Sprintf("%dMiB", largeEngineMiB))
	if err != nil {
		return err
	}
	defer a.Close()
	began := time.Now()
	most, err := peak(func() error {
		_, err := a.ImportFile(ctx, csv, whole)
		return err
	})
	if err != nil {
		return err
	}
	took := time.Since(began)
	b.printf("%.1f GB, %d rows, imported whole in %v, %.0f rows/s; peak %d MiB, of which the facts' engine may take %d and the vault's 64; load %s\n",
		float64(info.Size())/1e9, rows, took.Round(time.Second), float64(rows)/took.Seconds(), most, largeEngineMiB, load())
	return nil
}
