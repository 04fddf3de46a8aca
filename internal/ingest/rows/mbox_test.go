package rows

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const letters = "From ada@example.com Mon Mar  2 09:15:00 2026\r\n" +
	"From: Ada <Ada@Example.com>\r\nTo: help@shop.example\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nDate: Mon, 2 Mar 2026 09:15:00 +0100\r\nMessage-ID: <a@x>\r\n\r\nWhere is it?\r\n>From my point of view it is lost.\r\n\r\n" +
	"From shop@shop.example Mon Mar  2 10:00:00 2026\r\n" +
	"From: shop@shop.example\r\nTo: ada@example.com\r\nSubject: News\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\nMessage-ID: <b@x>\r\nReferences: <a@x> <z@x>\r\nList-Unsubscribe: <https://shop.example/u>\r\nPrecedence: bulk\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hello <b>Ada</b></p>\r\n"

func readMail(t *testing.T, text string, limits Limits) []map[string]string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "in.mbox")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path, Options{Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []map[string]string
	for {
		var row Row
		if err := f.Read(&row); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		one := map[string]string{}
		if row.Problem != nil {
			one["problem"] = row.Problem.Reason
		}
		for i, c := range row.Cells {
			if c != "" {
				one[f.Header()[i]] = c
			}
		}
		all = append(all, one)
	}
}

func TestAMailboxIsReadMessageByMessage(t *testing.T) {
	got := readMail(t, letters, Limits{})
	if len(got) != 2 {
		t.Fatalf("%d messages: %v", len(got), got)
	}
	for i, want := range []map[string]string{
		{"message_id": "a@x", "from_email": "ada@example.com", "from_domain": "example.com", "to_email": "help@shop.example", "subject": "Grüße", "date": "2026-03-02T09:15:00+01:00", "thread": "a@x"},
		{"message_id": "b@x", "list_unsubscribe": "yes", "automatic": "bulk", "thread": "a@x", "text": "Hello *Ada*"},
	} {
		for column, v := range want {
			if got[i][column] != v {
				t.Errorf("message %d, %s: %q, want %q", i, column, got[i][column], v)
			}
		}
	}
	if !strings.Contains(got[0]["text"], "\nFrom my point of view") {
		t.Errorf("the escaped line reads %q", got[0]["text"])
	}
}

func TestALargeMessageIsSetAsideAndTheNextIsRead(t *testing.T) {
	long := strings.Replace(letters, "Where is it?", strings.Repeat("Where is it? ", 100_000), 1)
	got := readMail(t, long, Limits{Row: 1 << 20})
	if len(got) != 2 || got[0]["problem"] == "" || got[1]["message_id"] != "b@x" {
		t.Errorf("got %d: %v", len(got), got[0]["problem"])
	}
}

func FuzzMailboxes(f *testing.F) {
	f.Add(letters)
	f.Add("From a 00:00\nA: b\n\nFrom \nFrom x\n\n\nFrom a 00:00")
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "in.mbox")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		in, err := Open(path, Options{Format: Format{Type: Mbox}, Limits: Limits{Row: 4096}})
		if err != nil {
			return
		}
		defer in.Close()
		for n := 0; ; n++ {
			var row Row
			if err := in.Read(&row); err != nil {
				return
			}
			if n > len(text)+1 {
				t.Fatal("the mailbox never ends")
			}
			if row.Problem == nil && len(row.Cells) != len(in.Header()) {
				t.Fatalf("%d cells", len(row.Cells))
			}
		}
	})
}

func TestJSONInACellBecomesColumns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.csv")
	text := "uuid,properties,params\n" +
		`1,"{""$lib"":""web"",""$set"":{""email"":""a@b.c""},""list"":[1,2]}","[{""key"":""page"",""value"":{""string_value"":""/a"",""int_value"":null}},{""key"":""n"",""value"":{""int_value"":""7""}}]"` + "\n" +
		"2,not json,[1]\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path, Options{Format: Format{Expand: []string{"properties", "params", "absent"}}, Columns: []string{"uuid", "properties.$wanted"}})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	list, err := Sample(f, 10)
	if err != nil || len(list) != 2 {
		t.Fatalf("%v, %v", list, err)
	}
	want := [][]string{
		{"uuid=1", "properties=", "params=", "properties.$lib=web", "properties.$set.email=a@b.c", "properties.list=[1,2]", "params.page=/a", "params.n=7", "properties.$wanted="},
		{"uuid=2", "properties=not json", "params=[1]", "properties.$lib=", "properties.$set.email=", "properties.list=", "params.page=", "params.n=", "properties.$wanted="},
	}
	for r, row := range list {
		for i, name := range f.Header() {
			if got := name + "=" + row.Cells[i]; got != want[r][i] {
				t.Errorf("row %d: %s, want %s", r, got, want[r][i])
			}
		}
	}
}
