package simulate

import (
	"context"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"
)

func TestTry(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("N"))
	if n == 0 {
		t.Skip()
	}
	start := time.Now()
	tr, err := Run(context.Background(), Config{Customers: n, Seed: 1, Now: testNow, Dir: "/tmp/simtry"})
	if err != nil {
		t.Fatal(err)
	}
	var u syscall.Rusage
	syscall.Getrusage(0, &u)
	t.Log(time.Since(start), "rss", u.Maxrss>>10)
	for _, f := range tr.Files {
		t.Log(f)
	}
}
