package optin

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// book is a ledger: a list. It refuses what is not in form, as a real one does.
type book struct {
	mu     sync.Mutex
	now    func() time.Time
	events []consent.Event
	fail   func(*consent.Event) error
}

func (b *book) Record(ctx context.Context, e consent.Event) (consent.EventID, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e.ID.IsZero() {
		e.ID = consent.NewEventID()
	}
	e.Recorded = b.now()
	if b.fail != nil {
		if err := b.fail(&e); err != nil {
			return consent.EventID{}, err
		}
	}
	if err := errors.Join(e.Check(), ctx.Err()); err != nil {
		return consent.EventID{}, err
	}
	b.events = append(b.events, e)
	return e.ID, nil
}

func (b *book) types() (out []consent.Type) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.events {
		out = append(out, e.Type)
	}
	return out
}

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// bench is a kit with all that it stands on.
type bench struct {
	*Kit
	book     *book
	store    *Memory
	clock    *clock
	notices  consent.Notices
	notice   consent.NoticeHash
	reported []error
}

func testKey(t testing.TB, id uint8) Key {
	k, err := NewKey(id, []byte(strings.Repeat(string(rune('a'+id)), 32)))
	require.NoError(t, err)
	return k
}

func testKeys(t testing.TB, ids ...uint8) Keys {
	var older []Key
	for _, id := range ids[1:] {
		older = append(older, testKey(t, id))
	}
	ring, err := NewKeys(testKey(t, ids[0]), older...)
	require.NoError(t, err)
	return ring
}

func newBench(t testing.TB) *bench {
	b := &bench{clock: &clock{at: noon}, store: &Memory{}}
	b.book = &book{now: b.clock.Now}
	var err error
	b.notice, err = b.notices.Publish(consent.Notice{
		Text: []byte("We mail you each month. You can stop with one click."), MediaType: "text/plain; charset=utf-8", Language: "en", Version: "1",
		Controller: "De Gouden Velg", Withdrawal: "the link in each mail",
		Purposes: []consent.NoticePurpose{{ID: "newsletter", Categories: []string{"email address"}}, {ID: "offers", Categories: []string{"email address"}}},
	}, noon.AddDate(-1, 0, 0))
	require.NoError(t, err)
	b.Kit = &Kit{
		Ledger: b.book, Store: b.store, Limiter: &MemoryLimiter{}, Keys: testKeys(t, 2, 1), Now: b.clock.Now,
		ConfirmURL: "https://velg.example/confirm", UnsubscribeURL: "https://velg.example/unsubscribe", Controller: "De Gouden Velg",
		Contact: "privacy@velg.example", Zone: "Europe/Amsterdam",
		Titles:  map[basis.PurposeID]basis.Text{"newsletter": {En: "The newsletter", Nl: "De nieuwsbrief"}},
		Proxies: Proxies{Trusted: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}},
		Report:  func(_ context.Context, err error) { b.reported = append(b.reported, err) },
	}
	require.NoError(t, b.Check())
	return b
}

// request asks for the newsletter and the offers.
func (b *bench) request() Request {
	return Request{
		Address: "Zoe@Example.org", Subject: "c-42",
		Asks: []Ask{
			{Purpose: "newsletter", Channel: basis.Email, Notice: b.notice},
			{Purpose: "offers", Channel: basis.Email, Notice: b.notice, Until: noon.AddDate(2, 0, 0)},
		},
		Evidence: consent.Evidence{
			Action: consent.Active, Bundled: consent.No, Conditional: consent.No, Imbalance: consent.No, WithdrawalTold: consent.Yes,
			IP: "192.0.2.0/24", UserAgent: "signup", Session: "velg.example/form",
		},
		Language: "nl",
	}
}

// asked makes the request, and returns the mail and the path and query of its link.
func (b *bench) asked(t testing.TB, r Request) (Mail, string) {
	t.Helper()
	m, err := b.Request(t.Context(), r)
	require.NoError(t, err)
	link, ok := strings.CutPrefix(m.ConfirmURL, "https://velg.example")
	require.True(t, ok)
	return m, link
}

// do sends a request to a handler.
func do(h http.Handler, method, target, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Kit){
		"ledger":       func(k *Kit) { k.Ledger = nil },
		"store":        func(k *Kit) { k.Store = nil },
		"limiter":      func(k *Kit) { k.Limiter = nil },
		"keys":         func(k *Kit) { k.Keys = Keys{} },
		"now":          func(k *Kit) { k.Now = nil },
		"no url":       func(k *Kit) { k.ConfirmURL = "" },
		"http":         func(k *Kit) { k.ConfirmURL = "http://velg.example/c" },
		"query":        func(k *Kit) { k.UnsubscribeURL += "?a=b" },
		"empty query":  func(k *Kit) { k.UnsubscribeURL += "?" },
		"fragment":     func(k *Kit) { k.UnsubscribeURL += "#a" },
		"bracket":      func(k *Kit) { k.UnsubscribeURL += ">" },
		"comma":        func(k *Kit) { k.UnsubscribeURL += "," }, // separates URLs in the header
		"user":         func(k *Kit) { k.ConfirmURL = "https://a:b@velg.example/c" },
		"relative":     func(k *Kit) { k.ConfirmURL = "/confirm" },
		"script":       func(k *Kit) { k.ConfirmURL = "javascript://velg.example/" },
		"long":         func(k *Kit) { k.ConfirmURL += strings.Repeat("a", 200) },
		"same":         func(k *Kit) { k.ConfirmURL = k.UnsubscribeURL },
		"controller":   func(k *Kit) { k.Controller = " " },
		"language":     func(k *Kit) { k.Language = "de" },
		"short expiry": func(k *Kit) { k.Expiry = time.Second },
		"long expiry":  func(k *Kit) { k.Expiry = 31 * 24 * time.Hour },
		"negative":     func(k *Kit) { k.Expiry = -time.Hour },
		"policy":       func(k *Kit) { k.IPPolicy = "all" },
		"zone":         func(k *Kit) { k.Zone = "Mars/Olympus" },
		"local zone":   func(k *Kit) { k.Zone = "Local" },
	} {
		b := newBench(t)
		change(b.Kit)
		require.Error(t, b.Check(), name)
	}
	b := newBench(t)
	b.ConfirmURL, b.Zone = "http://localhost:8080/c", ""
	require.NoError(t, b.Check())
}

// A kit that lacks something changes nothing, and does not panic.
func TestZeroKit(t *testing.T) {
	t.Parallel()
	k := &Kit{}
	require.Error(t, k.Check())
	_, err := k.Request(t.Context(), Request{})
	require.Error(t, err)
	_, err = k.Confirm(t.Context(), "c1AAAAAAAAAAAAAAAAAAAAAAAAAA", consent.Evidence{})
	require.Error(t, err)
	require.Error(t, k.Withdraw(t.Context(), "", true, consent.Evidence{}))
	_, err = k.Feedback(t.Context(), Complaint, Link{}, noon)
	require.Error(t, err)
	_, err = k.Sweep(t.Context(), noon, nil)
	require.Error(t, err)
	for _, method := range []string{"GET", "HEAD", "POST", "PUT"} {
		for _, h := range []http.Handler{k.Confirmation(), k.Unsubscription()} {
			require.GreaterOrEqual(t, do(h, method, "/?t=c1AAAAAAAAAAAAAAAAAAAAAAAAAA", "").Code, map[string]int{"GET": 200, "HEAD": 200}[method]+0)
		}
	}
	require.Equal(t, 503, do(k.Confirmation(), "POST", "/?t=c1AAAAAAAAAAAAAAAAAAAAAAAAAA", "").Code)
	require.Equal(t, 503, do(k.Unsubscription(), "POST", "/?t=u1", "").Code)
}

func contextDone(t testing.TB) (context.Context, context.CancelFunc) {
	return context.WithCancel(t.Context())
}
