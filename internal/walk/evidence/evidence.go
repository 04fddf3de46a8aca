// Package evidence keeps the photos and voice notes of walks as files: of sorts that it
// recognises by their content, within bounds of size, and without what a camera writes
// into them about where and by which phone they were made.
//
// Start reading at Depot.Keep; image.go is what becomes of pictures.
package evidence

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Depot is a folder of evidence.
type Depot struct {
	Dir string
	Max int64 // bytes of one file as it is sent; 0 = 40 MiB

	decoding chan struct{} // pictures are large once decoded: one at a time
}

// New makes a depot in dir, which is made when the first file is kept.
func New(dir string, most int64) *Depot {
	if most <= 0 {
		most = 40 << 20
	}
	return &Depot{Dir: dir, Max: most, decoding: make(chan struct{}, 1)}
}

// Kept is a file that was kept.
type Kept struct {
	File   string `json:"file"` // its name in the depot
	Media  string `json:"media"`
	SHA256 string `json:"sha256"` // of what is kept
	Sent   string `json:"sent"`   // of what was sent
	Size   int64  `json:"size"`
}

// Keep reads a file to its end and keeps it, if it is a picture (for photo, receipt,
// screenshot), a sound (for a voice note) or JSON (for a robot's report).
func (d *Depot) Keep(kind cx.EvidenceKind, from io.Reader) (Kept, error) {
	content, err := io.ReadAll(io.LimitReader(from, d.Max+1))
	if err != nil {
		return Kept{}, cx.Errorf(cx.Unavailable, "the file did not come whole: %w", err).WithRemedy("Send it again.")
	}
	if int64(len(content)) > d.Max {
		return Kept{}, cx.Errorf(cx.Invalid, "the file is larger than %d MiB", d.Max>>20).WithRemedy("Take a smaller photo, or a shorter note.")
	}
	if len(content) == 0 {
		return Kept{}, cx.Errorf(cx.Invalid, "the file is empty")
	}
	sent := sha256.Sum256(content)
	media := Sniff(content)
	switch {
	case kind == cx.RobotReport && json.Valid(content):
		media = "application/json"
	case kind == cx.RobotReport:
		return Kept{}, cx.Errorf(cx.Invalid, "a robot's report is JSON, and this is not")
	case media == "":
		return Kept{}, cx.Errorf(cx.Invalid, "this sort of file is not taken").
			WithRemedy("Photos as JPEG, PNG or GIF; voice notes as WebM, Ogg, MP4, MP3, AAC or WAV.")
	case kind == cx.VoiceNote && !strings.HasPrefix(media, "audio/"):
		return Kept{}, cx.Errorf(cx.Invalid, "a voice note is a sound, this is %s", media)
	case kind != cx.VoiceNote && !strings.HasPrefix(media, "image/"):
		return Kept{}, cx.Errorf(cx.Invalid, "a %s is a picture, this is %s", kind, media)
	}
	if strings.HasPrefix(media, "image/") {
		d.decoding <- struct{}{}
		content, media, err = cleanImage(content)
		<-d.decoding
		if err != nil {
			return Kept{}, err
		}
	}
	sum := sha256.Sum256(content)
	name := strings.ToLower(rand.Text()) + extensions[media]
	if err := d.write(name, content); err != nil {
		return Kept{}, err
	}
	return Kept{File: name, Media: media, SHA256: hex.EncodeToString(sum[:]), Sent: hex.EncodeToString(sent[:]), Size: int64(len(content))}, nil
}

var extensions = map[string]string{
	"image/jpeg": ".jpg", "image/png": ".png", "audio/webm": ".webm", "audio/ogg": ".ogg", "audio/mp4": ".m4a",
	"audio/mpeg": ".mp3", "audio/aac": ".aac", "audio/wav": ".wav", "application/json": ".json",
}

// write puts a file in place whole, on disk, readable by its owner alone.
func (d *Depot) write(name string, content []byte) error {
	path, err := d.path(name)
	if err != nil {
		return err
	}
	trouble := func(err error) error {
		if err == nil {
			return nil
		}
		return cx.Errorf(cx.Unavailable, "the evidence cannot be kept: %w", err).WithRemedy("Look at the disk's space and the folder's permissions, then send it again.")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return trouble(err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".coming-*")
	if err != nil {
		return trouble(err)
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return trouble(err)
}

var fileName = regexp.MustCompile(`^[a-z0-9]{20,64}\.[a-z0-9]{2,5}$`)

// path is where a file lies; a name that the depot did not give is not there.
func (d *Depot) path(name string) (string, error) {
	if !fileName.MatchString(name) {
		return "", cx.Errorf(cx.NotFound, "there is no such evidence")
	}
	return filepath.Join(d.Dir, name[:2], name), nil
}

// Open reads a file.
func (d *Depot) Open(name string) (*os.File, error) {
	path, err := d.path(name)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, cx.Errorf(cx.NotFound, "there is no such evidence")
	}
	if err != nil {
		return nil, cx.Errorf(cx.Unavailable, "the evidence cannot be read: %w", err)
	}
	return f, nil
}

// Remove removes files for good; a missing one is no error.
func (d *Depot) Remove(names ...string) error {
	for _, name := range names {
		path, err := d.path(name)
		if err != nil {
			continue // it was never here
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return cx.Errorf(cx.Unavailable, "evidence cannot be removed: %w", err).WithRemedy("Look at the folder's permissions and try again.")
		}
	}
	return nil
}

// Sweep removes what nobody knows: files that came while their walk's record did not,
// and what a crash left half-written. known says of each name whether it is needed; it
// is called once the depot is quiet, such as at start.
func (d *Depot) Sweep(known func(name string) bool) (removed int, err error) {
	err = filepath.WalkDir(d.Dir, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || e.IsDir() {
			return err
		}
		if !strings.HasPrefix(e.Name(), ".coming-") && (!fileName.MatchString(e.Name()) || known(e.Name())) {
			return nil // also what is not ours
		}
		removed++
		return os.Remove(path)
	})
	return removed, err
}

// Sniff recognises a file by its content: its MIME type, or "".
func Sniff(b []byte) string {
	has := func(at int, what string) bool { return len(b) >= at+len(what) && string(b[at:at+len(what)]) == what }
	switch {
	case has(0, "\xff\xd8\xff"):
		return "image/jpeg"
	case has(0, "\x89PNG\r\n\x1a\n"):
		return "image/png"
	case has(0, "GIF87a"), has(0, "GIF89a"):
		return "image/gif"
	case has(0, "\x1a\x45\xdf\xa3") && bytes.Contains(b[:min(len(b), 64)], []byte("webm")):
		return "audio/webm"
	case has(0, "OggS"):
		return "audio/ogg"
	case has(4, "ftyp") && (has(8, "M4A ") || has(8, "mp4") || has(8, "isom") || has(8, "iso") || has(8, "dash") || has(8, "M4B ")):
		return "audio/mp4"
	case has(0, "ID3"), len(b) > 2 && b[0] == 0xff && b[1]&0xe6 == 0xe2: // MPEG layer III
		return "audio/mpeg"
	case len(b) > 2 && b[0] == 0xff && b[1]&0xf6 == 0xf0: // ADTS
		return "audio/aac"
	case has(0, "RIFF") && has(8, "WAVE"):
		return "audio/wav"
	}
	return ""
}
