package web

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/question"
)

// exports offers a page's list as files: the page's own address with a format.
func (f *Frame) exports(r *http.Request) {
	with := func(format string) string {
		v := r.URL.Query()
		v.Set("format", format)
		return r.URL.Path + "?" + v.Encode()
	}
	f.CSV, f.JSON = with("csv"), with("json")
}

// filters is the query without what only the page itself understands.
func filters(r *http.Request, own ...string) url.Values {
	v := r.URL.Query()
	for _, name := range append(own, "format") {
		v.Del(name)
	}
	for name, values := range v { // an empty field of a form says nothing
		if len(values) == 0 || strings.Join(values, "") == "" {
			v.Del(name)
		}
	}
	return v
}

// exported writes a list as a file if the address asks for one; it reports
// whether it did.
func exported[T any](w http.ResponseWriter, r *http.Request, name string, list []T, head []string, row func(T) []string) (bool, error) {
	switch r.URL.Query().Get("format") {
	case "json":
		if list == nil {
			list = []T{}
		}
		return true, writeJSON(w, name, list)
	case "csv":
		lines := make([][]string, len(list))
		for i, item := range list {
			lines[i] = row(item)
		}
		return true, writeCSV(w, name, head, lines)
	}
	return false, nil
}

func writeJSON(w http.ResponseWriter, name string, v any) error {
	attach(w, name+".json", "application/json")
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

func writeCSV(w http.ResponseWriter, name string, head []string, lines [][]string) error {
	attach(w, name+".csv", "text/csv; charset=utf-8")
	out := csv.NewWriter(w)
	for _, line := range append([][]string{head}, lines...) {
		safe := make([]string, len(line))
		for i, cell := range line {
			safe[i] = formulaSafe(cell)
		}
		if err := out.Write(safe); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func attach(w http.ResponseWriter, name, kind string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
}

// formulaSafe keeps a spreadsheet from running a cell: what begins like a formula
// gets an apostrophe (OWASP, CSV injection). Plain numbers stay numbers.
func formulaSafe(cell string) string {
	if cell == "" || !strings.ContainsRune("=+-@\t\r\x00", rune(cell[0])) {
		return cell
	}
	if _, err := strconv.ParseFloat(cell, 64); err == nil {
		return cell
	}
	return "'" + cell
}

// exportedTable writes a question's answer as a file if the address asks for one.
// A column that has intervals gets three more: low, high and n.
func exportedTable(w http.ResponseWriter, r *http.Request, t question.Table) (bool, error) {
	switch r.URL.Query().Get("format") {
	case "json":
		return true, writeJSON(w, t.Question, t)
	case "csv":
	default:
		return false, nil
	}
	head, lines := t.Lines()
	return true, writeCSV(w, t.Question, head, lines)
}

func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
