package duckdb

import (
	"strings"
	"testing"
)

func TestAFetchThatIsNotAboutCustomersLeavesTheLinksAlone(t *testing.T) {
	all, err := fetches()
	if err != nil {
		t.Fatal(err)
	}
	preamble, err := fetchFiles.ReadFile("sql/preamble.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{linkJoin, linkColumn, filterMark} {
		if !strings.Contains(string(preamble), words) {
			t.Errorf("the preamble no longer says %q", words)
		}
	}
	if text := all["volume"].unlinked; text == "" || strings.Contains(text, "profile_link") {
		t.Errorf("volume still joins the links: %s", text)
	}
	if text := all["traffic"].sorted; !strings.Contains(text, "FROM sequence i") || strings.Contains(text, "profile_link") {
		t.Errorf("traffic counts customers and must read the sorted copy: %s", text)
	}
}
