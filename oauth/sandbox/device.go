package sandbox

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// deviceLife is of a sign-in on another device.
const deviceLife = 10 * time.Minute

// What the token endpoint says of a device's code; none of Xiaomi's numbers.
const (
	deviceUndecided = -1 - iota
	deviceHurried   // asked again sooner than the interval
	deviceExpired
)

// deviceInterval is how often the token endpoint may be asked; half of it is forgiven.
const deviceInterval = time.Second

// device is a sign-in on another device that was begun.
type device struct {
	userCode string
	expires  time.Time
	openID   string // of who has agreed; empty while nobody has
	denied   bool
	asked    time.Time // last
}

// beginDevice is the device authorization endpoint (RFC 8628 §3.1).
func (s *Server) beginDevice(w http.ResponseWriter, r *http.Request) {
	if fromHeader(r) != nil || r.Form.Get("client_id") != s.config.ClientID || (!s.config.Public && r.Form.Get("client_secret") != s.config.ClientSecret) {
		refuse(w, "invalid_client")
		return
	}
	made, letters := base64.RawURLEncoding.EncodeToString(random(24)), userCode()
	s.mu.Lock()
	s.devices[made] = &device{userCode: letters, expires: time.Now().Add(deviceLife)}
	s.mu.Unlock()
	visit := "http://" + r.Host + "/device"
	tell(w, map[string]any{
		"device_code": made, "user_code": letters, "verification_uri": visit, "verification_uri_complete": visit + "?user_code=" + url.QueryEscape(letters),
		"expires_in": int(deviceLife.Seconds()), "interval": int(deviceInterval.Seconds()),
	})
}

// userCode is eight letters that are not mistaken for one another (RFC 8628 §6.1).
func userCode() string {
	const letters = "BCDFGHJKLMNPQRSTVWXZ"
	code := random(8)
	for n, b := range code {
		code[n] = letters[int(b)%len(letters)]
	}
	return string(code[:4]) + "-" + string(code[4:])
}

// visitDevice plays the person who types the code and says yes, or no if the query has deny=1.
func (s *Server) visitDevice(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.devices {
		if d.userCode != strings.ToUpper(strings.TrimSpace(q.Get("user_code"))) {
			continue
		}
		if d.denied = q.Get("deny") != ""; !d.denied {
			d.openID = s.person(q.Get("person"))
		}
		_, _ = w.Write([]byte("Done. This was only a rehearsal.\n"))
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(`<!doctype html><title>Rehearsal</title><form>Code: <input name="user_code" autofocus> <button>Sign in</button></form>`))
}

// redeemDevice wants s.mu held.
func (s *Server) redeemDevice(code string) (*issue, int) {
	d := s.devices[code]
	if d == nil {
		return nil, 96013
	}
	hurried := time.Since(d.asked) < deviceInterval/2
	d.asked = time.Now()
	switch {
	case time.Now().After(d.expires):
		return nil, deviceExpired
	case d.denied:
		return nil, 96012
	case d.openID == "" && hurried:
		return nil, deviceHurried
	case d.openID == "":
		return nil, deviceUndecided
	}
	delete(s.devices, code)
	return s.begin(d.openID), 0
}
