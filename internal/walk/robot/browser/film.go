package browser

import (
	"context"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/page"
)

// film is a strip of pictures of the whole walk. It never holds more than
// maxPictures: when it is full every second one goes and the rest are taken half
// as often, so that a long walk is on it from beginning to end.
type film struct {
	every    time.Duration
	last     time.Time
	pictures []filmed
}

type filmed struct {
	Picture
	jpeg []byte
}

const (
	maxPictures = 240
	filmEvery   = 100 * time.Millisecond
	filmWidth   = 360
	filmQuality = 50
)

func (s *session) startFilm(ctx context.Context) error {
	s.film.every = filmEvery
	_, err := call(ctx, s.main, page.StartScreencast, page.StartScreencastParams{
		Format: page.StartScreencastFormatJpeg, Quality: ptr(int64(filmQuality)), MaxWidth: filmWidth, MaxHeight: filmWidth * 3, EveryNthFrame: 1, MaxFramesInFlight: 1,
	})
	if err != nil {
		return &broke{fmt.Errorf("the film does not start: %w", err)}
	}
	return nil
}

// frame keeps a picture if it is time for one. The next is not sent before this one
// is acknowledged, so a late acknowledgement costs the page nothing.
func (s *session) frame(t *tab, e *page.EventScreencastFrame) {
	now := time.Now()
	s.mu.Lock()
	wait := s.film.every - now.Sub(s.film.last)
	if wait <= 0 {
		s.film.last = now
		s.film.pictures = append(s.film.pictures, filmed{Picture{At: millis(now.Sub(s.began)), Step: s.step}, e.Data})
		if len(s.film.pictures) >= maxPictures {
			s.film.every *= 2
			half := s.film.pictures[:0]
			for i, p := range s.film.pictures {
				if i%2 == 0 {
					half = append(half, p)
				}
			}
			clear(s.film.pictures[len(half):])
			s.film.pictures = half
		}
		wait = s.film.every
	}
	s.mu.Unlock()
	s.background.Go(func() {
		ctx, cancel := context.WithTimeout(s.ctx, stepTimeout)
		defer cancel()
		if hold(ctx, wait) == nil {
			_, _ = call(ctx, t, page.ScreencastFrameAck, page.ScreencastFrameAckParams{SessionID: e.SessionID})
		}
	})
}

// develop hands the film over when the walk is done.
func (s *session) develop() error {
	s.mu.Lock()
	pictures := s.film.pictures
	s.film.pictures = nil
	s.mu.Unlock()
	for i, p := range pictures {
		p.Name = fmt.Sprintf("film-%03d.jpg", i+1)
		if err := s.walk.Evidence(p.Name, p.jpeg); err != nil {
			return err
		}
		s.mu.Lock()
		s.record.Film = append(s.record.Film, p.Picture)
		s.mu.Unlock()
	}
	return nil
}
