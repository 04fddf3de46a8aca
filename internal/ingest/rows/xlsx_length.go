package rows

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
)

// sheetLength is the number of a sheet's last row, 0 where it cannot be told: a
// workbook's own statement of it may be missing or wrong, so its rows are counted,
// which costs a small part of reading them. At most limit bytes are looked at.
func sheetLength(file, sheet string, limit int64) int64 {
	book, err := zip.OpenReader(file)
	if err != nil {
		return 0
	}
	defer book.Close()
	part, err := book.Open(sheetPart(&book.Reader, sheet))
	if err != nil {
		return 0
	}
	defer part.Close()
	return lastRow(bufio.NewReaderSize(io.LimitReader(part, limit), blockSize))
}

// sheetPart is the name of the file inside the workbook that holds a sheet.
func sheetPart(book *zip.Reader, sheet string) string {
	var workbook struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	var relations struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if readPart(book, "xl/workbook.xml", &workbook) != nil || readPart(book, "xl/_rels/workbook.xml.rels", &relations) != nil {
		return ""
	}
	for _, s := range workbook.Sheets {
		for _, r := range relations.List {
			if s.Name == sheet && s.ID == r.ID {
				if absolute, ok := strings.CutPrefix(r.Target, "/"); ok {
					return absolute
				}
				return path.Join("xl", r.Target)
			}
		}
	}
	return ""
}

// mostDirectory bounds what is read of a workbook's list of sheets.
const mostDirectory = 4 << 20

func readPart(book *zip.Reader, name string, into any) error {
	f, err := book.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return xml.NewDecoder(io.LimitReader(f, mostDirectory)).Decode(into)
}

// lastRow counts the row elements of a sheet and reads their numbers.
func lastRow(in *bufio.Reader) (last int64) {
	for {
		if err := skipTo(in, '<'); err != nil {
			return last
		}
		tag, err := in.ReadSlice('>')
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			return last
		}
		if !bytes.HasPrefix(tag, []byte("row")) || len(tag) > 3 && tag[3] != ' ' && tag[3] != '>' && tag[3] != '/' {
			continue
		}
		last++
		if _, after, ok := bytes.Cut(tag, []byte(` r="`)); ok {
			number, _, _ := bytes.Cut(after, []byte(`"`))
			if n, err := strconv.ParseInt(string(number), 10, 64); err == nil {
				last = max(last, n)
			}
		}
	}
}

func skipTo(in *bufio.Reader, b byte) error {
	for {
		_, err := in.ReadSlice(b)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}
