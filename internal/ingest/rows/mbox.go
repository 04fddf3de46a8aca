package rows

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jhillyerd/enmime/v2"
)

// mboxReader reads a mailbox file (RFC 4155; "From " lines part the messages, and
// ">From " stands for one inside a message). A row is a message: who wrote to whom,
// when, about what, its words, and what tells bulk mail and automatic answers.
// Attachments are passed over. A message larger than the row limit is a Problem.
type mboxReader struct {
	file   *source
	in     *bufio.Reader
	maxRow int64
	parser *enmime.Parser
	line   int64 // of the line ahead
	ahead  bool  // the "From " line of the next message has been read
	buf    bytes.Buffer
}

// mboxColumns are the columns of every mailbox.
var mboxColumns = []string{
	"message_id", "date", "from_email", "from_name", "from_domain", "to_email", "to_domain", "recipients", "subject", "text",
	"in_reply_to", "thread", "list_unsubscribe", "automatic", "labels",
}

// mboxStart is how a mailbox begins.
var mboxStart = regexp.MustCompile(`\A(\x{FEFF})?From \S+.*\d\d:\d\d.*\r?\n(>?[A-Za-z][A-Za-z0-9-]*:|>?From )`)

func openMbox(path string, f Format, limits Limits) (Reader, error) {
	s, err := openSource(path, f.Compression, limits)
	if err != nil {
		return nil, err
	}
	r := &mboxReader{
		file: s, in: bufio.NewReaderSize(s, blockSize), maxRow: limits.Row,
		parser: enmime.NewParser(enmime.SkipMalformedParts(true)),
	}
	first, err := r.in.Peek(1)
	if err != nil || len(first) == 0 {
		s.Close()
		return nil, emptyFile(io.EOF)
	}
	return r, nil
}

func (r *mboxReader) Header() []string     { return mboxColumns }
func (r *mboxReader) Preamble() [][]string { return nil }
func (r *mboxReader) Offset() int64        { return r.file.Offset() }
func (r *mboxReader) Close() error         { return r.file.Close() }

func (r *mboxReader) Read(row *Row) error {
	row.Problem, row.Extra, row.Merged = nil, row.Extra[:0], row.Merged[:0]
	line, size, err := r.message()
	if err != nil {
		return err
	}
	row.Line = line
	row.Cells = slices.Grow(row.Cells[:0], len(mboxColumns))[:len(mboxColumns)]
	clear(row.Cells)
	if size > r.maxRow {
		row.Problem = &Problem{Reason: fmt.Sprintf("the message is larger than %d MiB", r.maxRow>>20)}
		return nil
	}
	env, err := r.parser.ReadEnvelope(bytes.NewReader(r.buf.Bytes()))
	if err != nil {
		row.Problem = &Problem{Value: clip(r.buf.Bytes()), Reason: "not a mail message: " + err.Error()}
		return nil
	}
	fillMail(row.Cells, env)
	return nil
}

// message reads the next message into buf, without its "From " line.
func (r *mboxReader) message() (line, size int64, err error) {
	r.buf.Reset()
	blank := true
	for {
		text, err := r.in.ReadSlice('\n')
		long := errors.Is(err, bufio.ErrBufferFull)
		if err != nil && !long && (!errors.Is(err, io.EOF) || len(text) == 0 && !r.ahead) {
			return 0, 0, err
		}
		ended := errors.Is(err, io.EOF)
		if !long {
			r.line++
		}
		if blank && bytes.HasPrefix(text, []byte("From ")) {
			for long { // a line that goes on
				_, err := r.in.ReadSlice('\n')
				long = errors.Is(err, bufio.ErrBufferFull)
			}
			if r.ahead {
				return line, size, nil
			}
			r.ahead, line = true, r.line
			if ended {
				r.ahead = false
				return line, 0, nil
			}
			blank = false
			continue
		}
		if line == 0 {
			line = max(1, r.line-1)
		}
		r.ahead = true
		blank = len(bytes.TrimRight(text, "\r\n")) == 0 && !long
		size += int64(len(text))
		if size <= r.maxRow {
			if bytes.HasPrefix(bytes.TrimLeft(text, ">"), []byte("From ")) && text[0] == '>' {
				text = text[1:]
			}
			r.buf.Write(text)
		}
		if ended {
			r.ahead = false
			return line, size, nil
		}
	}
}

// fillMail sets a row's cells from a message.
func fillMail(cells []string, env *enmime.Envelope) {
	set := func(column, value string) {
		cells[slices.Index(mboxColumns, column)] = noNUL(strings.ToValidUTF8(strings.TrimSpace(value), "\uFFFD"))
	}
	set("message_id", firstID(env.GetHeader("Message-Id")))
	if at, err := mail.ParseDate(env.GetHeader("Date")); err == nil {
		set("date", at.Format(time.RFC3339))
	}
	if from := addresses(env, "From"); len(from) > 0 {
		set("from_email", strings.ToLower(from[0].Address))
		set("from_name", from[0].Name)
		set("from_domain", domainOf(from[0].Address))
	}
	to := append(addresses(env, "To"), addresses(env, "Cc")...)
	if len(to) > 0 {
		set("to_email", strings.ToLower(to[0].Address))
		set("to_domain", domainOf(to[0].Address))
	}
	set("recipients", strconv.Itoa(len(to)))
	set("subject", env.GetHeader("Subject"))
	set("text", env.Text)
	set("in_reply_to", firstID(env.GetHeader("In-Reply-To")))
	thread := cmp.Or(firstID(env.GetHeader("References")), firstID(env.GetHeader("In-Reply-To")), firstID(env.GetHeader("Message-Id")))
	set("thread", thread)
	if env.GetHeader("List-Unsubscribe") != "" {
		set("list_unsubscribe", "yes")
	}
	// RFC 3834: anything but "no" was sent by a program; so was what says bulk or list.
	if auto := strings.ToLower(env.GetHeader("Auto-Submitted")); auto != "" && auto != "no" {
		set("automatic", auto)
	} else if p := strings.ToLower(env.GetHeader("Precedence")); p == "bulk" || p == "list" || p == "junk" || p == "auto_reply" {
		set("automatic", p)
	}
	set("labels", env.GetHeader("X-Gmail-Labels"))
}

func addresses(env *enmime.Envelope, header string) []*mail.Address {
	list, err := env.AddressList(header)
	if err != nil {
		return nil
	}
	return list
}

func domainOf(address string) string {
	_, domain, _ := strings.Cut(strings.ToLower(address), "@")
	return domain
}

// firstID is the first message id of a header, without its brackets.
func firstID(s string) string {
	id, _, _ := strings.Cut(strings.TrimSpace(s), ">")
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(id), "<"))
}
