package evidence_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk/evidence"
)

// photo is a JPEG of 32 × 16 whose left half is red and right half blue, with an Exif
// segment that says how the camera was held and where it was.
func photo(t testing.TB, orientation uint16, order binary.AppendByteOrder) []byte {
	t.Helper()
	p := image.NewRGBA(image.Rect(0, 0, 32, 16))
	for y := range 16 {
		for x := range 32 {
			c := color.RGBA{255, 0, 0, 255}
			if x >= 16 {
				c = color.RGBA{0, 0, 255, 255}
			}
			p.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, &jpeg.Options{Quality: 100}); err != nil {
		t.Fatal(err)
	}
	exif := []byte("Exif\x00\x00")
	if order.String() == "LittleEndian" {
		exif = append(exif, "II*\x00"...)
	} else {
		exif = append(exif, "MM\x00*"...)
	}
	exif = order.AppendUint32(exif, 8)
	exif = order.AppendUint16(exif, 1)
	exif = order.AppendUint16(exif, 0x0112)
	exif = order.AppendUint16(exif, 3)
	exif = order.AppendUint32(exif, 1)
	exif = order.AppendUint16(exif, orientation)
	exif = append(exif, "\x00\x00\x00\x00\x00\x00GPS 52.5N 13.4E"...)
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(exif)+2))...)
	return append(append(out, exif...), b.Bytes()[2:]...)
}

func TestAPhotoIsTurnedAndNothingButThePictureIsKept(t *testing.T) {
	// Where the red half is after the picture was turned.
	red := map[uint16]image.Point{1: {2, 8}, 2: {29, 8}, 3: {29, 8}, 4: {2, 8}, 5: {8, 2}, 6: {8, 2}, 7: {8, 29}, 8: {8, 29}}
	for orientation, at := range red {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			d := evidence.New(t.TempDir(), 0)
			kept, err := d.Keep(cx.Photo, bytes.NewReader(photo(t, orientation, order)))
			if err != nil {
				t.Fatal(err)
			}
			f, err := d.Open(kept.File)
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(f)
			f.Close()
			if err != nil || bytes.Contains(content, []byte("GPS")) || bytes.Contains(content, []byte("Exif")) {
				t.Fatalf("the place is still in it: %v", err)
			}
			p, err := jpeg.Decode(bytes.NewReader(content))
			if err != nil {
				t.Fatal(err)
			}
			if r, _, b, _ := p.At(at.X, at.Y).RGBA(); r < 0xa000 || b > 0x6000 {
				t.Errorf("held as %d (%s) it is not red at %v", orientation, order, at)
			}
		}
	}
}

func TestLargePicturesAreMadeSmallerAndBombsAreRefused(t *testing.T) {
	d := evidence.New(t.TempDir(), 0)
	var large bytes.Buffer
	if err := png.Encode(&large, image.NewGray(image.Rect(0, 0, 4000, 1000))); err != nil {
		t.Fatal(err)
	}
	kept, err := d.Keep(cx.Screenshot, bytes.NewReader(large.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	f, err := d.Open(kept.File)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	config, err := png.DecodeConfig(f)
	if err != nil || config.Width != 2560 || config.Height != 640 {
		t.Errorf("it is %d × %d: %v", config.Width, config.Height, err)
	}
	bomb := append([]byte(nil), large.Bytes()...)
	binary.BigEndian.PutUint32(bomb[16:], 60000)
	binary.BigEndian.PutUint32(bomb[20:], 60000)
	binary.BigEndian.PutUint32(bomb[29:], crc32.ChecksumIEEE(bomb[12:29]))
	if _, err := d.Keep(cx.Screenshot, bytes.NewReader(bomb)); cx.CodeOf(err) != cx.Invalid {
		t.Errorf("a picture of 3,600 million points: %v", err)
	}
}

func TestWhatIsNotTheSortThatItShouldBeIsRefused(t *testing.T) {
	sounds := map[string]string{
		"audio/webm": "\x1a\x45\xdf\xa3....webm....", "audio/ogg": "OggS\x00....", "audio/mp4": "\x00\x00\x00\x18ftypM4A ....",
		"audio/mpeg": "ID3\x03....", "audio/aac": "\xff\xf1\x50\x80", "audio/wav": "RIFF....WAVEfmt ",
	}
	for media, content := range sounds {
		d := evidence.New(t.TempDir(), 0)
		kept, err := d.Keep(cx.VoiceNote, bytes.NewReader([]byte(content)))
		if err != nil || kept.Media != media {
			t.Errorf("%s is kept as %q: %v", media, kept.Media, err)
		}
		if _, err := d.Keep(cx.Photo, bytes.NewReader([]byte(content))); cx.CodeOf(err) != cx.Invalid {
			t.Errorf("%s passes for a photo: %v", media, err)
		}
	}
	d := evidence.New(t.TempDir(), 1000)
	for name, content := range map[string][]byte{
		"nothing": {}, "a page": []byte("<html><script>"), "a drawing with a script": []byte("<svg onload=x>"),
		"half a photo": photo(t, 1, binary.LittleEndian)[:200], "too much": bytes.Repeat([]byte("OggS"), 300),
	} {
		if _, err := d.Keep(cx.Photo, bytes.NewReader(content)); cx.CodeOf(err) != cx.Invalid {
			t.Errorf("%s is taken: %v", name, err)
		}
	}
	if entries, _ := os.ReadDir(d.Dir); len(entries) > 0 {
		t.Error("something that was refused lies in the folder")
	}
}

func TestNamesThatTheDepotDidNotGiveAreNotThere(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "secret.txt"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := evidence.New(filepath.Join(dir, "evidence"), 0)
	for _, name := range []string{"../secret.txt", "secret.txt", "", "/etc/hosts", "aaaaaaaaaaaaaaaaaaaaaaaa.jpg"} {
		if _, err := d.Open(name); cx.CodeOf(err) != cx.NotFound {
			t.Errorf("%q: %v", name, err)
		}
		if err := d.Remove(name); err != nil {
			t.Errorf("removing %q: %v", name, err)
		}
	}
}

func TestASweepKeepsWhatIsKnown(t *testing.T) {
	d := evidence.New(t.TempDir(), 0)
	var names []string
	for range 3 {
		kept, err := d.Keep(cx.VoiceNote, bytes.NewReader([]byte("OggS....")))
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, kept.File)
	}
	removed, err := d.Sweep(func(name string) bool { return name == names[1] })
	if err != nil || removed != 2 {
		t.Fatalf("removed %d: %v", removed, err)
	}
	if f, err := d.Open(names[1]); err != nil {
		t.Error(err)
	} else {
		f.Close()
	}
}

func FuzzKeep(f *testing.F) {
	f.Add(photo(f, 6, binary.LittleEndian))
	f.Add(photo(f, 3, binary.BigEndian))
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	d := evidence.New(f.TempDir(), 1<<20)
	f.Fuzz(func(t *testing.T, content []byte) {
		if n := evidence.Orientation(content); n < 1 || n > 8 {
			t.Fatalf("orientation %d", n)
		}
		kept, err := d.Keep(cx.Photo, bytes.NewReader(content))
		if err != nil {
			if cx.CodeOf(err) != cx.Invalid {
				t.Fatal(err)
			}
			return
		}
		if err := d.Remove(kept.File); err != nil {
			t.Fatal(err)
		}
	})
}
