package evidence

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/draw"
	_ "image/gif" // GIFs are taken and kept as PNG
	"image/jpeg"
	"image/png"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

const (
	maxPixels = 50_000_000 // decoded, that is 150 to 200 MB
	longSide  = 2560       // enough to read a receipt
	quality   = 85
)

// cleanImage decodes a picture, turns it as its camera held it, makes it no larger than
// needed and encodes it anew, so that nothing else than the picture is left: no place,
// no phone, no thumbnail of what was cut away.
func cleanImage(content []byte) ([]byte, string, error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return nil, "", cx.Errorf(cx.Invalid, "the picture cannot be read: %w", err).WithRemedy("Take it again.")
	}
	// Each side on its own first, so that the product cannot overflow.
	if config.Width <= 0 || config.Height <= 0 || config.Width > maxPixels || config.Height > maxPixels || config.Width*config.Height > maxPixels {
		return nil, "", cx.Errorf(cx.Invalid, "the picture has %d × %d points, more than 50 million", config.Width, config.Height).
			WithRemedy("Make it smaller.")
	}
	picture, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, "", cx.Errorf(cx.Invalid, "the picture cannot be read: %w", err).WithRemedy("Take it again.")
	}
	turn := 1
	if format == "jpeg" {
		turn = Orientation(content)
	}
	clean := oriented(shrunk(picture), turn)
	var out bytes.Buffer
	if format == "jpeg" {
		err = jpeg.Encode(&out, clean, &jpeg.Options{Quality: quality})
	} else {
		format = "png"
		err = png.Encode(&out, clean)
	}
	if err != nil {
		return nil, "", cx.Errorf(cx.Internal, "the picture cannot be written: %w", err)
	}
	return out.Bytes(), "image/" + format, nil
}

// shrunk is a picture whose long side is at most longSide: the mean of the points that
// fall on one.
func shrunk(p image.Image) *image.RGBA {
	b := p.Bounds()
	w, h := b.Dx(), b.Dy()
	if max(w, h) <= longSide {
		out := image.NewRGBA(image.Rect(0, 0, w, h))
		draw.Draw(out, out.Bounds(), p, b.Min, draw.Src)
		return out
	}
	scale := float64(longSide) / float64(max(w, h))
	nw, nh := max(1, int(float64(w)*scale)), max(1, int(float64(h)*scale))
	out := image.NewRGBA(image.Rect(0, 0, nw, nh))
	strip := image.NewRGBA(image.Rect(0, 0, w, h/nh+2)) // the rows that make one
	for y := range nh {
		y0, y1 := y*h/nh, max((y+1)*h/nh, y*h/nh+1)
		draw.Draw(strip, image.Rect(0, 0, w, y1-y0), p, image.Pt(b.Min.X, b.Min.Y+y0), draw.Src)
		for x := range nw {
			x0, x1 := x*w/nw, max((x+1)*w/nw, x*w/nw+1)
			var sum [4]int
			for sy := range y1 - y0 {
				row := strip.Pix[sy*strip.Stride+x0*4 : sy*strip.Stride+x1*4]
				for i := 0; i < len(row); i += 4 {
					for c := range 4 {
						sum[c] += int(row[i+c])
					}
				}
			}
			n := (x1 - x0) * (y1 - y0)
			at := out.Pix[out.PixOffset(x, y):]
			for c := range 4 {
				at[c] = uint8(sum[c] / n)
			}
		}
	}
	return out
}

// oriented turns and mirrors a picture as the Exif orientation (1 to 8) says.
func oriented(p *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return p
	}
	w, h := p.Bounds().Dx(), p.Bounds().Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			var tx, ty int
			switch orientation {
			case 2:
				tx, ty = w-1-x, y
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				tx, ty = x, h-1-y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			copy(out.Pix[out.PixOffset(tx, ty):][:4], p.Pix[p.PixOffset(x, y):][:4])
		}
	}
	return out
}

// Orientation reads how the camera was held from a JPEG's Exif (CIPA DC-008, tag
// 0x0112): 1 to 8, 1 where it says nothing that can be read.
func Orientation(jpegBytes []byte) int {
	for at := 2; at+4 <= len(jpegBytes) && jpegBytes[at] == 0xff; {
		marker := jpegBytes[at+1]
		if marker == 0xff { // fill
			at++
			continue
		}
		size := int(binary.BigEndian.Uint16(jpegBytes[at+2:]))
		if marker == 0xda || size < 2 || at+2+size > len(jpegBytes) {
			return 1
		}
		segment := jpegBytes[at+4 : at+2+size]
		if marker == 0xe1 && len(segment) > 14 && string(segment[:6]) == "Exif\x00\x00" {
			return tiffOrientation(segment[6:])
		}
		at += 2 + size
	}
	return 1
}

func tiffOrientation(b []byte) int {
	var order binary.ByteOrder
	switch string(b[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := uint64(order.Uint32(b[4:]))
	if at+2 > uint64(len(b)) {
		return 1
	}
	entries := uint64(order.Uint16(b[at:]))
	for i := range entries {
		e := at + 2 + 12*i
		if e+12 > uint64(len(b)) {
			return 1
		}
		if order.Uint16(b[e:]) == 0x0112 {
			if n := int(order.Uint16(b[e+8:])); n >= 1 && n <= 8 {
				return n
			}
			return 1
		}
	}
	return 1
}
