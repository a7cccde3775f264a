package optin

import (
	"bytes"
	"context"
	"errors"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

var newsletter = Link{Subject: "c-42", Channel: basis.Email, Purposes: []basis.PurposeID{"newsletter"}}

// target returns the path and query of the link that a mail program posts to.
func (b *bench) target(t testing.TB, l Link) string {
	t.Helper()
	header, post, err := b.Headers(l)
	require.NoError(t, err)
	require.Equal(t, "List-Unsubscribe=One-Click", post)
	u, err := url.Parse(strings.Trim(header, "<>"))
	require.NoError(t, err)
	require.Equal(t, "https", u.Scheme)
	return u.RequestURI()
}

// multipartForm is a body as RFC 8058, 8.4 shows it.
func multipartForm(t testing.TB, fields ...string) (body, contentType string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(fields); i += 2 {
		require.NoError(t, w.WriteField(fields[i], fields[i+1]))
	}
	require.NoError(t, w.Close())
	return b.String(), w.FormDataContentType()
}

func TestUnsubscription(t *testing.T) {
	t.Parallel()
	oneClickForm, boundary := multipartForm(t, "List-Unsubscribe", "One-Click")
	allForm, allBoundary := multipartForm(t, "scope", "all")
	const urlencoded = "application/x-www-form-urlencoded"
	for name, test := range map[string]struct {
		body, contentType string
		all               bool
	}{
		"one click":            {oneClick, urlencoded, false}, // RFC 8058, 8.3
		"one click, multipart": {oneClickForm, boundary, false},
		"button":               {"scope=purpose", urlencoded, false},
		"button for all":       {"scope=all", urlencoded, true},
		"all, multipart":       {allForm, allBoundary, true},
		"all and one":          {"scope=purpose&scope=all", urlencoded, true},
		"no body":              {"", "", false},
		"other body":           {"x", "text/plain", false},
		"malformed":            {"%zz&scope", urlencoded, false},
		"malformed multipart":  {"--x\r\n", "multipart/form-data; boundary=x", false},
		"no boundary":          {"scope=all", "multipart/form-data", false},
		"bad content type":     {"scope=all", ";;", false},
	} {
		b := newBench(t)
		target := b.target(t, newsletter)
		w := do(b.Unsubscription(), "POST", target+"&scope=all", test.body, "Content-Type", test.contentType, "User-Agent", "mailer")
		require.Equal(t, 200, w.Code, name)
		require.Empty(t, w.Header().Get("Location"), name)
		require.Empty(t, w.Result().Cookies(), name)
		require.Len(t, b.book.events, 1, name)
		e := b.book.events[0]
		want := consent.Event{
			ID: e.ID, Type: consent.Withdrawn, Subject: "c-42", Purpose: "newsletter", Channel: basis.Email, Actor: consent.Person,
			Occurred: noon, Recorded: noon, Zone: "Europe/Amsterdam",
			Evidence: consent.Evidence{Binding: consent.Mailbox, Action: consent.Active, Session: "example.com/unsubscribe", IP: "192.0.2.0/24", UserAgent: "mailer"},
		}
		if test.all {
			want.Purpose = ""
		}
		require.Equal(t, want, e, name)
		require.Empty(t, b.reported, name)
	}
}

// Repeated, years later, for anyone: the same answer.
func TestUnsubscribeRepeats(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	target := b.target(t, newsletter)
	want := do(b.Unsubscription(), "POST", target, oneClick)
	for range 3 {
		b.clock.pass(5 * 365 * 24 * time.Hour)
		b.Keys = testKeys(t, 3, 2)
		got := do(b.Unsubscription(), "POST", target, oneClick)
		require.Equal(t, want.Code, got.Code)
		require.Equal(t, want.Header(), got.Header())
		require.Equal(t, want.Body.String(), got.Body.String())
	}
	stranger := newsletter
	stranger.Subject = "never seen"
	got := do(b.Unsubscription(), "POST", b.target(t, stranger), oneClick)
	require.Equal(t, want.Body.String(), got.Body.String())
	require.Len(t, b.book.events, 5)
}

// A withdrawal in force is not recorded twice, and one after new consent is.
func TestUnsubscribeOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.Decide = func(_ context.Context, q consent.Query) (consent.Decision, error) {
		index := consent.NewIndex(consent.Terms{Notices: &b.notices}, nil)
		for i := range b.book.events {
			index.Add(&b.book.events[i])
		}
		return index.Decide(q), nil
	}
	target := b.target(t, newsletter)
	press := func() {
		t.Helper()
		b.clock.pass(time.Minute)
		require.Equal(t, 200, do(b.Unsubscription(), "POST", target, oneClick).Code)
	}
	for range 10 {
		press()
	}
	require.Equal(t, []consent.Type{consent.Withdrawn}, b.book.types())
	b.clock.pass(time.Minute)
	r := b.request()
	r.Asks = r.Asks[:1]
	_, link := b.asked(t, r)
	require.Equal(t, 200, do(b.Confirmation(), "POST", link, "").Code)
	press()
	press()
	require.Equal(t, []consent.Type{consent.Withdrawn, consent.Requested, consent.Confirmed, consent.Withdrawn}, b.book.types())
	// When it can't be told, it is recorded.
	down := errors.New("down")
	b.Decide = func(context.Context, consent.Query) (consent.Decision, error) { return consent.Decision{}, down }
	press()
	require.Len(t, b.book.events, 5)
	require.Equal(t, []error{down}, b.reported)
}

func TestUnsubscribePurposes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	l := Link{Subject: "c-42", Channel: basis.SMS, Purposes: []basis.PurposeID{"b", "a"}}
	require.Equal(t, 200, do(b.Unsubscription(), "POST", b.target(t, l), oneClick).Code)
	require.Len(t, b.book.events, 2)
	require.Equal(t, basis.PurposeID("a"), b.book.events[0].Purpose)
	require.Equal(t, basis.PurposeID("b"), b.book.events[1].Purpose)
	l.Purposes = nil
	require.Equal(t, 200, do(b.Unsubscription(), "POST", b.target(t, l), oneClick).Code)
	require.Empty(t, b.book.events[2].Purpose)
	require.Equal(t, basis.SMS, b.book.events[2].Channel)
	// One that fails does not keep the others from being recorded.
	b.book.fail = func(e *consent.Event) error {
		if e.Purpose == "a" {
			return errors.New("down")
		}
		return nil
	}
	l.Purposes = []basis.PurposeID{"a", "b"}
	w := do(b.Unsubscription(), "POST", b.target(t, l), oneClick)
	require.Equal(t, 503, w.Code)
	require.Len(t, b.book.events, 4)
	require.Len(t, b.reported, 1)
}

func TestUnsubscribeUnknown(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	confirm, _ := newToken()
	b.asked(t, b.request())
	good := b.target(t, newsletter)
	want := do(b.Unsubscription(), "POST", "/unsubscribe", oneClick)
	require.Equal(t, 404, want.Code)
	for name, target := range map[string]string{
		"cut off": good[:len(good)-4], "confirmation": "/unsubscribe?t=" + confirm, "two": good + "&t=x", "empty": "/unsubscribe?t=",
		"case": strings.ToUpper(good), "other key": strings.Replace(good, "u1A", "u1C", 1),
	} {
		for _, method := range []string{"GET", "POST"} {
			got := do(b.Unsubscription(), method, target, "")
			require.Equal(t, want.Code, got.Code, name)
			require.Equal(t, want.Body.String(), got.Body.String(), name)
		}
	}
	require.Len(t, b.book.events, 2)
}

func TestBodyTooLong(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, link := b.asked(t, b.request())
	long := "scope=purpose&x=" + strings.Repeat("x", maxBody)
	require.Equal(t, 413, do(b.Unsubscription(), "POST", b.target(t, newsletter), long).Code)
	require.Equal(t, 413, do(b.Confirmation(), "POST", link, long).Code)
	body, contentType := multipartForm(t, "x", strings.Repeat("x", maxBody))
	require.Equal(t, 413, do(b.Unsubscription(), "POST", b.target(t, newsletter), body, "Content-Type", contentType).Code)
	require.Len(t, b.book.events, 2)
	require.Equal(t, 1, b.store.Len())
}

func TestNotAllowed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, link := b.asked(t, b.request())
	for _, method := range []string{"OPTIONS", "PUT", "DELETE", "PATCH", "CONNECT", "TRACE", "get", "X"} {
		for _, w := range []*httptest.ResponseRecorder{
			do(b.Confirmation(), method, link, ""), do(b.Unsubscription(), method, b.target(t, newsletter), ""),
		} {
			require.Equal(t, 405, w.Code, method)
			require.Equal(t, "GET, HEAD, POST", w.Header().Get("Allow"), method)
		}
	}
}

func TestFeedback(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token, err := b.Keys.Sign(newsletter)
	require.NoError(t, err)
	l, err := b.Keys.Open(token)
	require.NoError(t, err)
	for _, f := range []Feedback{HardBounce, SoftBounce} {
		id, err := b.Feedback(t.Context(), f, l, noon)
		require.NoError(t, err)
		require.True(t, id.IsZero())
	}
	require.Empty(t, b.book.events, "a bounce says nothing of what the person wants")
	for _, f := range []Feedback{"", "spam"} {
		_, err := b.Feedback(t.Context(), f, l, noon)
		require.Error(t, err)
	}
	_, err = b.Feedback(t.Context(), Complaint, Link{}, noon)
	require.Error(t, err)
	id, err := b.Feedback(t.Context(), Complaint, l, noon.Add(-time.Hour))
	require.NoError(t, err)
	l.Purposes = nil
	_, err = b.Feedback(t.Context(), Complaint, l, noon)
	require.NoError(t, err)
	require.Equal(t, []consent.Type{consent.Objected, consent.Objected}, b.book.types())
	require.Equal(t, id, b.book.events[0].ID)
	require.Equal(t, noon.Add(-time.Hour), b.book.events[0].Occurred)
	require.Equal(t, basis.PurposeID("newsletter"), b.book.events[0].Purpose)
	require.Empty(t, b.book.events[1].Purpose)
	b.book.fail = func(*consent.Event) error { return errors.New("down") }
	_, err = b.Feedback(t.Context(), Complaint, l, noon)
	require.Error(t, err)
}

func TestSweep(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.asked(t, b.request())
	b.clock.pass(time.Hour)
	r := b.request()
	r.Subject = "c-43"
	_, later := b.asked(t, r)
	expired := noon.Add(48 * time.Hour)
	none := func(context.Context, Lapsed) error { t.Error("too early"); return nil }
	n, err := b.Sweep(t.Context(), expired.Add(4*time.Minute), none)
	require.NoError(t, err)
	require.Zero(t, n)
	var lapsed []Lapsed
	stuck := errors.New("stuck")
	n, err = b.Sweep(t.Context(), expired.Add(5*time.Minute), func(_ context.Context, l Lapsed) error {
		lapsed = append(lapsed, l)
		return stuck
	})
	require.ErrorIs(t, err, stuck)
	require.Zero(t, n)
	require.Equal(t, 2, b.store.Len(), "kept for the next sweep")
	n, err = b.Sweep(t.Context(), expired.Add(5*time.Minute), func(_ context.Context, l Lapsed) error {
		lapsed = append(lapsed, l)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	want := Lapsed{Subject: "c-42", Requests: []consent.EventID{b.book.events[0].ID, b.book.events[1].ID}, Expired: expired}
	require.Equal(t, []Lapsed{want, want}, lapsed)
	require.Equal(t, 200, do(b.Confirmation(), "POST", later, "").Code)
	require.NotContains(t, b.book.types(), consent.Expired)
}

// The request of a stranger lapses, and the customer's own consent stays.
func TestSweepLeavesConsent(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, link := b.asked(t, b.request())
	require.Equal(t, 200, do(b.Confirmation(), "POST", link, "").Code)
	b.clock.pass(time.Hour)
	b.asked(t, b.request())
	_, err := b.Sweep(t.Context(), noon.AddDate(0, 0, 4), func(context.Context, Lapsed) error { return nil })
	require.NoError(t, err)
	index := consent.NewIndex(consent.Terms{Notices: &b.notices}, nil)
	for i := range b.book.events {
		index.Add(&b.book.events[i])
	}
	require.True(t, index.Decide(consent.Query{Subject: "c-42", Purpose: "newsletter", Channel: basis.Email, At: noon.AddDate(0, 0, 5)}).Consented())
}

// Nothing that can be sent makes a handler panic, and no other method or token makes it act.
func FuzzHandlers(f *testing.F) {
	b := newBench(f)
	_, link := b.asked(f, b.request())
	unsub := b.target(f, newsletter)
	f.Add("POST", unsub, "scope=all", "application/x-www-form-urlencoded", "nl;q=0.5,en")
	f.Add("GET", link, "", "", "*")
	f.Add("POST", "/?t=c1AAAAAAAAAAAAAAAAAAAAAAAAAA", "--x", "multipart/form-data; boundary=x", "q=;;,")
	f.Fuzz(func(t *testing.T, method, target, body, contentType, language string) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return
		}
		for _, h := range []http.Handler{b.Confirmation(), b.Unsubscription(), b.Signup(b.form, (&outbox{}).send)} {
			before := len(b.book.events)
			r := &http.Request{Method: method, URL: u, Host: target, Body: http.NoBody, Header: http.Header{
				"Content-Type": {contentType}, "Accept-Language": {language}, "User-Agent": {body},
			}}
			if body != "" {
				r.Body = httptest.NewRequest("POST", "/", strings.NewReader(body)).Body
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			require.Contains(t, []int{200, 400, 404, 405, 410, 413}, w.Code)
			require.NotEmpty(t, w.Header().Get("Content-Security-Policy"))
			if method != "POST" {
				require.Len(t, b.book.events, before)
			}
		}
	})
}

// The methods behind the handlers, for programs with pages of their own.
func TestWithdraw(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token, err := b.Keys.Sign(newsletter)
	require.NoError(t, err)
	require.NoError(t, b.Withdraw(t.Context(), token, false, consent.Evidence{Session: "app 3", Binding: consent.Typed, Point: "x"}))
	require.NoError(t, b.Withdraw(t.Context(), token, true, consent.Evidence{}))
	require.Equal(t, errLink, b.Withdraw(t.Context(), "u1e", true, consent.Evidence{}))
	require.Len(t, b.book.events, 2)
	require.Equal(t, consent.Evidence{Session: "app 3", Binding: consent.Mailbox, Action: consent.Active}, b.book.events[0].Evidence)
	require.Equal(t, basis.PurposeID("newsletter"), b.book.events[0].Purpose)
	require.Empty(t, b.book.events[1].Purpose)

	link, err := b.UnsubscribeLink(newsletter, "nl")
	require.NoError(t, err)
	require.Equal(t, "https://velg.example/unsubscribe?lang=nl&t="+token, link)
	_, err = b.UnsubscribeLink(newsletter, "de")
	require.Error(t, err)
	_, err = b.UnsubscribeLink(Link{}, "")
	require.Error(t, err)
	_, _, err = b.Headers(Link{Subject: "zoe@example.org", Channel: basis.Email})
	require.Error(t, err)
}

// A store that fails too is reported with the ledger, and neither hides the other.
func TestPutBackFails(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, link := b.asked(t, b.request())
	down := errors.New("ledger: down")
	b.book.fail = func(*consent.Event) error { return down }
	b.Store = spends{b.store}
	require.Equal(t, 503, do(b.Confirmation(), "POST", link, "").Code)
	require.Len(t, b.reported, 1)
	require.ErrorIs(t, b.reported[0], down)
	require.ErrorContains(t, b.reported[0], "can't be put back")
	b.Store = failing{}
	require.Equal(t, 503, do(b.Confirmation(), "POST", link, "").Code)
	require.Len(t, b.reported, 2)
}

// spends is a store that takes nothing in.
type spends struct{ *Memory }

func (spends) Put(context.Context, Hash, Pending) error { return errors.New("full") }
