package ingest

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

func TestX(t *testing.T) {
	b, err := os.ReadFile("../../examples/anonymous_bank.mapping.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m, err := ParseMapping("x", b)
	if err != nil {
		t.Fatal(err)
	}
	f, err := rows.Open(filepath.Join("../../../shared/data/anonymous_bank/january.txt"), rows.Options{Format: m.Format})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(f.Notes)
	m, notes, err := Settle(m, f.Header(), nil)
	t.Log(notes, err)
	mp, err := Compile(m, f.Header(), Defaults{})
	if err != nil {
		t.Fatal(err)
	}
	var xs []cx.Interaction
	var row rows.Row
	n := 0
	for {
		if err := f.Read(&row); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		n++
		var r *Reject
		xs, r = mp.Map(&row, xs)
		if r != nil {
			t.Log(r)
		}
	}
	t.Logf("%d rows %d xs %+v", n, len(xs), xs[0])
	t.Logf("%+v", xs[2])
}
