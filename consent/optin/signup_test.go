package optin

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// form is a sign-up of the newsletter, and outbox the queue of mails.
func (b *bench) form(r *http.Request) (Request, bool) {
	req := b.request()
	req.Subject, req.Address, req.Language = "", r.PostFormValue("email"), ""
	req.Asks = req.Asks[:1]
	return req, r.PostFormValue("newsletter") == "yes"
}

type outbox struct{ mails []Mail }

func (o *outbox) send(_ context.Context, m Mail) error {
	o.mails = append(o.mails, m)
	return nil
}

func post(email string) string { return url.Values{"email": {email}, "newsletter": {"yes"}}.Encode() }

func TestSignup(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.Pace = -1
	b.Subject = func(_ context.Context, address string) (basis.Subject, error) {
		require.Equal(t, "zoe@example.org", address, "in normal form")
		return "new-1", nil
	}
	var out outbox
	w := do(b.Signup(b.form, out.send), "POST", "https://velg.example/sign-up?email=zoe@example.org", post(" Zoe@Example.org "), "User-Agent", "browser")
	require.Equal(t, 200, w.Code)
	require.Empty(t, w.Result().Cookies())
	require.Len(t, out.mails, 1)
	m := out.mails[0]
	require.Equal(t, "Zoe@Example.org", m.To)
	require.Regexp(t, `^https://velg\.example/confirm\?t=c1[A-Z2-7]{26}$`, m.ConfirmURL)
	require.Equal(t, "List-Unsubscribe=One-Click", m.ListUnsubscribePost)
	require.Regexp(t, `^<https://velg\.example/unsubscribe\?t=u1[A-Za-z0-9_-]+e>$`, m.ListUnsubscribe)
	require.NotContains(t, w.Body.String(), strings.TrimPrefix(m.ConfirmURL, "https://velg.example/confirm?t="), "the token is in the mail alone")
	require.Len(t, b.book.events, 1)
	e := b.book.events[0]
	require.Equal(t, consent.Requested, e.Type)
	require.Equal(t, basis.Subject("new-1"), e.Subject)
	require.Equal(t, "192.0.2.0/24", e.Evidence.IP, "of the request, not what the form said")
	require.Equal(t, "browser", e.Evidence.UserAgent)

	// The link of the mail declines what was asked for, and nothing else.
	l, err := b.Keys.Open(strings.TrimSuffix(m.ListUnsubscribe[strings.Index(m.ListUnsubscribe, "u1"):], ">"))
	require.NoError(t, err)
	require.Equal(t, Link{Subject: "new-1", Channel: basis.Email, Purposes: []basis.PurposeID{"newsletter"}}, l)
}

// Whatever is known of an address, and whatever fails: byte for byte the same answer.
func TestNoEnumeration(t *testing.T) {
	t.Parallel()
	down := errors.New("down")
	answer := func(prepare func(*bench) func(context.Context, Mail) error) (*httptest.ResponseRecorder, *bench, int) {
		b := newBench(t)
		b.Pace = -1
		b.Subject = func(context.Context, string) (basis.Subject, error) { return "c-1", nil }
		var out outbox
		send := prepare(b)
		if send == nil {
			send = out.send
		}
		w := do(b.Signup(b.form, send), "POST", "/sign-up", post("zoe@example.org"), "Accept-Language", "nl")
		return w, b, len(out.mails)
	}
	want, _, sent := answer(func(*bench) func(context.Context, Mail) error { return nil })
	require.Equal(t, 1, sent)
	require.Equal(t, 200, want.Code)
	for name, test := range map[string]struct {
		prepare func(*bench) func(context.Context, Mail) error
		mails   int
		reports int
	}{
		"known, confirmed": {func(b *bench) func(context.Context, Mail) error {
			r := b.request()
			r.Address, r.Subject = "zoe@example.org", "c-1"
			_, link := b.asked(t, r)
			require.Equal(t, 200, do(b.Confirmation(), "POST", link, "").Code)
			return nil
		}, 1, 0},
		"suppressed": {func(b *bench) func(context.Context, Mail) error {
			b.Suppressed = func(_ context.Context, address string) (bool, error) { return address == "zoe@example.org", nil }
			return nil
		}, 0, 0},
		"limited": {func(b *bench) func(context.Context, Mail) error {
			for range 3 {
				r := b.request()
				r.Address = "ZOE@example.org"
				b.asked(t, r)
			}
			return nil
		}, 0, 0},
		"suppression fails": {func(b *bench) func(context.Context, Mail) error {
			b.Suppressed = func(context.Context, string) (bool, error) { return false, down }
			return nil
		}, 0, 1},
		"limiter fails": {func(b *bench) func(context.Context, Mail) error {
			b.Limiter = failing{}
			return nil
		}, 0, 1},
		"no subject": {func(b *bench) func(context.Context, Mail) error {
			b.Subject = func(context.Context, string) (basis.Subject, error) { return "", down }
			return nil
		}, 0, 1},
		"subject is an address": {func(b *bench) func(context.Context, Mail) error {
			b.Subject = func(_ context.Context, a string) (basis.Subject, error) { return basis.Subject(a), nil }
			return nil
		}, 0, 1},
		"subject erased": {func(b *bench) func(context.Context, Mail) error {
			b.book.fail = func(*consent.Event) error { return errors.New("ledger: erased") }
			return nil
		}, 0, 1},
		"store fails": {func(b *bench) func(context.Context, Mail) error {
			b.Store = failing{}
			return nil
		}, 0, 1},
		"send fails": {func(*bench) func(context.Context, Mail) error {
			return func(context.Context, Mail) error { return down }
		}, 0, 1},
		"kit lacks its keys": {func(b *bench) func(context.Context, Mail) error {
			b.Keys = Keys{}
			return nil
		}, 0, 1},
	} {
		got, b, mails := answer(test.prepare)
		require.Equal(t, want.Code, got.Code, name)
		require.Equal(t, want.Header(), got.Header(), name)
		require.Equal(t, want.Body.String(), got.Body.String(), name)
		require.Equal(t, test.mails, mails, name)
		require.Len(t, b.reported, test.reports, name)
		for _, err := range b.reported {
			require.NotContains(t, err.Error(), "zoe", name)
		}
	}
}

// failing is a store and a limiter that are down.
type failing struct{ Store }

func (failing) Put(context.Context, Hash, Pending) error { return errors.New("down") }
func (failing) Spend(context.Context, Hash, time.Time) (Pending, error) {
	return Pending{}, errors.New("down")
}
func (failing) Allow(context.Context, Hash, time.Time) (bool, error) {
	return false, errors.New("down")
}

// What is done for an address takes the time that the answer takes for any other.
func TestPace(t *testing.T) {
	t.Parallel()
	for _, work := range []time.Duration{0, time.Millisecond, 300 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t)
			b.Subject = func(context.Context, string) (basis.Subject, error) {
				time.Sleep(work)
				return "c-1", nil
			}
			start := time.Now()
			var out outbox
			require.Equal(t, 200, do(b.Signup(b.form, out.send), "POST", "/", post("a@example.org")).Code)
			require.Equal(t, 400*time.Millisecond, time.Since(start))
			b.Pace = time.Second
			start = time.Now()
			require.Equal(t, 200, do(b.Signup(b.form, out.send), "POST", "/", post("b@example.org")).Code)
			require.Equal(t, time.Second, time.Since(start))
		})
	}
}

func TestSignupIncomplete(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	asked := func(context.Context, string) (basis.Subject, error) {
		t.Error("asked about an address that is none")
		return "", nil
	}
	b.Subject = asked
	var out outbox
	want := do(b.Signup(b.form, out.send), "POST", "/", post(""))
	require.Equal(t, 400, want.Code)
	for name, body := range map[string]string{
		"not ticked": "email=zoe@example.org",
		"too long":   "newsletter=yes&email=zoe@example.org&x=" + strings.Repeat("x", maxSignup),
		"two":        post("a@example.org,b@example.org"),
		"header":     post("a@example.org\r\nBcc: b@example.org"),
		"name":       post("Zoe <zoe@example.org>"),
		"host":       post("zoe@localhost"),
	} {
		got := do(b.Signup(b.form, out.send), "POST", "/", body)
		require.Equal(t, want.Code, got.Code, name)
		require.Equal(t, want.Body.String(), got.Body.String(), name)
	}
	require.Empty(t, out.mails)
	require.Empty(t, b.book.events)
	w := do(b.Signup(b.form, out.send), "GET", "/", "")
	require.Equal(t, 405, w.Code)
	require.Equal(t, "POST", w.Header().Get("Allow"))
}

func TestRequestRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Request){
		"no address":      func(r *Request) { r.Address = "" },
		"subject":         func(r *Request) { r.Subject = "zoe@example.org" },
		"no subject":      func(r *Request) { r.Subject = "" },
		"no asks":         func(r *Request) { r.Asks = nil },
		"17 asks":         func(r *Request) { r.Asks = make([]Ask, 17) },
		"no purpose":      func(r *Request) { r.Asks[0].Purpose = "" },
		"no channel":      func(r *Request) { r.Asks[0].Channel = "" },
		"unknown channel": func(r *Request) { r.Asks[0].Channel = "pigeon" },
		"no notice":       func(r *Request) { r.Asks[0].Notice = consent.NoticeHash{} },
		"twice":           func(r *Request) { r.Asks[1] = r.Asks[0] },
		"actor":           func(r *Request) { r.Actor = "bot" },
		"language":        func(r *Request) { r.Language = "de&t=x" },
	} {
		b := newBench(t)
		r := b.request()
		change(&r)
		m, err := b.Request(t.Context(), r)
		require.Error(t, err, name)
		require.Zero(t, m, name)
		require.NotContains(t, err.Error(), "zoe", name)
		require.Empty(t, b.book.events, name)
		require.Zero(t, b.store.Len(), name)
	}
}

// A ledger that fails leaves what was stored to the sweep, so that it is purged.
func TestRequestLapsesAfterError(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.book.fail = func(e *consent.Event) error {
		if e.Purpose == "offers" {
			return errors.New("down")
		}
		return nil
	}
	m, err := b.Request(t.Context(), b.request())
	require.Error(t, err)
	require.Zero(t, m)
	require.Len(t, b.book.events, 1)
	var lapsed []Lapsed
	n, err := b.Sweep(t.Context(), noon.AddDate(0, 0, 3), func(_ context.Context, l Lapsed) error {
		lapsed = append(lapsed, l)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, b.book.events[0].ID, lapsed[0].Requests[0])
	require.Len(t, lapsed[0].Requests, 2)
}

func TestRequestHeld(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for range 3 {
		m, _ := b.asked(t, b.request())
		require.Empty(t, m.Held)
	}
	m, err := b.Request(t.Context(), b.request())
	require.NoError(t, err)
	require.Equal(t, Mail{Held: Limited}, m)
	b.clock.pass(time.Hour)
	m, _ = b.asked(t, b.request())
	require.Empty(t, m.Held)
	b.Suppressed = func(context.Context, string) (bool, error) { return true, nil }
	before := len(b.book.events)
	m, err = b.Request(t.Context(), b.request())
	require.NoError(t, err)
	require.Equal(t, Mail{Held: Suppressed}, m)
	require.Len(t, b.book.events, before)
	require.Equal(t, 4, b.store.Len())
}

// The mail declines by one click what goes by mail, or else what the first ask is about.
func TestDecline(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, test := range []struct {
		channels []basis.Channel
		want     Link
	}{
		{[]basis.Channel{basis.SMS, basis.Email}, Link{Subject: "c-42", Channel: basis.Email, Purposes: []basis.PurposeID{"b"}}},
		{[]basis.Channel{basis.SMS, basis.Post, basis.SMS}, Link{Subject: "c-42", Channel: basis.SMS, Purposes: []basis.PurposeID{"a", "c"}}},
		{[]basis.Channel{basis.NoChannel}, Link{Subject: "c-42", Channel: basis.NoChannel, Purposes: []basis.PurposeID{"a"}}},
	} {
		r := b.request()
		r.Asks = nil
		for i, c := range test.channels {
			r.Asks = append(r.Asks, Ask{Purpose: basis.PurposeID("abc"[i : i+1]), Channel: c, Notice: b.notice})
		}
		m, err := b.Request(t.Context(), r)
		require.NoError(t, err)
		got, err := b.Keys.Open(strings.TrimSuffix(m.ListUnsubscribe[strings.Index(m.ListUnsubscribe, "u1"):], ">"))
		require.NoError(t, err)
		require.Equal(t, test.want, got)
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"zoe@example.org":                        "zoe@example.org",
		" Zoe+News@EXAMPLE.org\n":                "zoe+news@example.org",
		"o'brien@example.org":                    "o'brien@example.org",
		"zoë@exämple.org":                        "zoë@xn--exmple-cua.org",
		"a.b-c_d@sub.example.org":                "a.b-c_d@sub.example.org",
		"":                                       "",
		"zoe":                                    "",
		"@example.org":                           "",
		"zoe@":                                   "",
		"zoe@example":                            "",
		"zoe@example.":                           "",
		"zoe@.org":                               "",
		".zoe@example.org":                       "",
		"zo..e@example.org":                      "",
		"zoe@example.org@b.org":                  "",
		`"zoe"@example.org`:                      "",
		"zoe@[192.0.2.1]":                        "",
		"zoe@exa_mple.org":                       "",
		"zoe@example.org,b@c.org":                "",
		"zoe@example.org;b@c.org":                "",
		"zoe b@example.org":                      "",
		"<zoe@example.org>":                      "",
		"zoe@example.org\r\nBcc:x":               "",
		"zoe\u202e@example.org":                  "",
		"zoe\u00a0x@example.org":                 "",
		"zoe\xff@example.org":                    "",
		"zoe\x00@example.org":                    "",
		strings.Repeat("a", 65) + "@example.org": "",
		strings.Repeat("a", 64) + "@example.org": strings.Repeat("a", 64) + "@example.org",
		"a@" + strings.Repeat("aaaaaaaaa.", 25) + "org" + "anization": "",
	} {
		_, normal, ok := address(typed)
		require.Equal(t, want, normal, typed)
		require.Equal(t, want != "", ok, typed)
	}
}

func FuzzAddress(f *testing.F) {
	f.Add("Zoe+news@Example.org")
	f.Add("zoë@exämple.org")
	f.Add("a@b.c\r\nBcc: d@e.f")
	f.Fuzz(func(t *testing.T, typed string) {
		point, normal, ok := address(typed)
		if !ok {
			require.Empty(t, point+normal)
			return
		}
		require.NotContains(t, point, "\n")
		require.False(t, strings.ContainsAny(point, "\r\n \t,;<>\"()\\\x00"), "nothing that ends or adds to a header")
		require.Equal(t, 1, strings.Count(normal, "@"))
		require.Equal(t, strings.TrimSpace(typed), point)
	})
}

func TestPendingJSON(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.asked(t, b.request())
	for _, p := range b.store.waiting {
		text, err := p.Encode()
		require.NoError(t, err)
		got, err := ParsePending(text)
		require.NoError(t, err)
		require.Equal(t, p, got)
		var loose map[string]any // as a jsonb column gives it back: other order, other white space
		require.NoError(t, json.Unmarshal(text, &loose))
		shuffled, err := json.MarshalIndent(loose, "", "  ")
		require.NoError(t, err)
		got, err = ParsePending(shuffled)
		require.NoError(t, err)
		require.Equal(t, p, got)
		for name, bad := range map[string]string{
			"empty":   "",
			"null":    "null",
			"more":    string(text) + "{}",
			"unknown": strings.Replace(string(text), `{"v":1`, `{"v":1,"x":1`, 1),
			"version": strings.Replace(string(text), `{"v":1`, `{"v":2`, 1),
			"hash":    strings.Replace(string(text), p.Address.String(), "x", 1),
			"long":    string(text) + strings.Repeat(" ", maxPending),
		} {
			_, err := ParsePending([]byte(bad))
			require.Error(t, err, name)
			require.NotContains(t, err.Error(), "oe@", name)
		}
		p.Evidence.Verification = strings.Repeat("x", maxPending)
		_, err = p.Encode()
		require.Error(t, err)
	}
}

func FuzzParsePending(f *testing.F) {
	b := newBench(f)
	_, err := b.Request(f.Context(), b.request())
	require.NoError(f, err)
	for _, p := range b.store.waiting {
		text, err := p.Encode()
		require.NoError(f, err)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := ParsePending(text)
		if err != nil {
			require.Zero(t, p)
			return
		}
		again, err := p.Encode()
		if err != nil { // a time zone that JSON reads and does not write, or longer once escaped
			return
		}
		q, err := ParsePending(again)
		require.NoError(t, err)
		third, err := q.Encode()
		require.NoError(t, err)
		require.Equal(t, string(again), string(third), "a seal over it stays the same")
	})
}
