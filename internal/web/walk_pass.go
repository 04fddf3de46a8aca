package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// A walker comes with the pass of their device, which opens one assignment, or is
// signed in with an account, which opens their own. The pass lies in a cookie that is
// named after its assignment: a phone can hold several.

func (s *Site) passName(id int64) string {
	name := "walk-" + strconv.FormatInt(id, 10)
	if s.Secure {
		return "__Host-" + name
	}
	return name
}

// givePass keeps a device's secret in its browser; "" takes it away again.
func (s *Site) givePass(w http.ResponseWriter, id int64, secret string) {
	cookie := &http.Cookie{
		Name: s.passName(id), Value: secret, Path: "/", Secure: s.Secure, HttpOnly: true,
		SameSite: http.SameSiteLaxMode, // the link comes from a mail, and leads here
		MaxAge:   int((100 * 24 * time.Hour).Seconds()),
	}
	if secret == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}

// myWalk is the walk of an address, if it is the caller's; walker is their number if
// they came by their account, 0 if by a device's pass.
func (s *Site) myWalk(r *http.Request) (id, walker int64, err error) {
	none := errOtherDevice
	id, err = strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, 0, none
	}
	if cookie, err := r.Cookie(s.passName(id)); err == nil {
		a, kind, err := s.Rooms.Walking.Open(r.Context(), cookie.Value)
		if err == nil && kind == walk.DevicePass && a.ID == id {
			return id, 0, nil
		}
		if err != nil && cx.CodeOf(err) != cx.Forbidden {
			return 0, 0, err
		}
	}
	walker = who(r.Context()).Walker
	if walker == 0 || !people.May(who(r.Context()).Role, MayWalk) {
		return 0, 0, none
	}
	d, err := s.Rooms.Walking.Assignment(r.Context(), id)
	if err != nil && cx.CodeOf(err) == cx.NotFound || err == nil && d.Walker != walker {
		return 0, 0, none // whether there is such a walk is not theirs to know
	}
	return id, walker, err
}

var errOtherDevice = cx.Errorf(cx.Forbidden, "this device does not have this walk").
	WithRemedy("Open the link of your invitation on this device. If it is not valid any more, ask whoever sent it for a new one.")
