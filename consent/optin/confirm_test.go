package optin

import (
	"errors"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

func TestConfirmation(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	m, link := b.asked(t, b.request())
	require.Equal(t, "Zoe@Example.org", m.To)
	require.Equal(t, noon.Add(48*time.Hour), m.Expires)
	require.Equal(t, []consent.Type{consent.Requested, consent.Requested}, b.book.types())
	for i, e := range b.book.events {
		require.Equal(t, m.Requests[i], e.ID)
		require.Equal(t, consent.Typed, e.Evidence.Binding)
		require.Equal(t, "Zoe@Example.org", e.Evidence.Point)
		require.Equal(t, "velg.example/form", e.Evidence.Session)
		require.Equal(t, "192.0.2.0/24", e.Evidence.IP)
	}

	b.clock.pass(time.Hour)
	w := do(b.Confirmation(), "POST", link, "", "User-Agent", "mailer", "X-Forwarded-For", "198.51.100.7", "Accept-Language", "en")
	require.Equal(t, 200, w.Code, w.Body)
	require.Contains(t, w.Body.String(), "Bevestigd", "lang in the link comes before Accept-Language")
	// httptest connects from 192.0.2.1, which is not trusted here, so what it forwards is not read.
	require.Len(t, b.book.events, 4)
	for i, e := range b.book.events[2:] {
		asked := b.book.events[i]
		require.Equal(t, consent.Event{
			ID: e.ID, Type: consent.Confirmed, Subject: "c-42", Purpose: asked.Purpose, Channel: basis.Email, Notice: b.notice,
			Actor: consent.Person, Occurred: noon.Add(time.Hour), Zone: "Europe/Amsterdam", Recorded: noon.Add(time.Hour),
			Until: asked.Until, Of: asked.ID,
			Key: "optin confirmed " + asked.ID.String(),
			Evidence: consent.Evidence{
				Point: "Zoe@Example.org", Binding: consent.Mailbox, Action: consent.Active, Session: "example.com/confirm",
				Bundled: consent.No, Conditional: consent.No, WithdrawalTold: consent.Yes, Imbalance: consent.No,
				IP: "192.0.2.0/24", UserAgent: "mailer",
			},
		}, e)
		n, _, ok := b.notices.Get(e.Notice)
		require.True(t, ok)
		require.Empty(t, e.Validate(&n, consent.Requirements{Mailbox: true, ProofKept: true}, e.Occurred), "what is confirmed stands as consent")
	}
	require.Zero(t, b.store.Len())
	require.Empty(t, b.reported)

	// In force, by the decision of the ledger's own index.
	index := consent.NewIndex(consent.Terms{Notices: &b.notices, Requirements: map[basis.PurposeID]consent.Requirements{"newsletter": {Mailbox: true}}}, nil)
	for i := range b.book.events {
		index.Add(&b.book.events[i])
	}
	q := consent.Query{Subject: "c-42", Purpose: "newsletter", Channel: basis.Email, At: noon.Add(30 * time.Minute)}
	require.False(t, index.Decide(q).Consented(), "a request that waits permits nothing")
	q.At = noon.Add(2 * time.Hour)
	require.True(t, index.Decide(q).Consented())
}

func TestGuardianConfirms(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, test := range []struct{ asks, confirms consent.Actor }{
		{"", consent.Person},
		{consent.Person, consent.Person},
		{consent.Guardian, consent.Guardian},
		{consent.Operator, consent.Person},
		{consent.Agent, consent.Person},
		{consent.System, consent.Person},
	} {
		r := b.request()
		r.Actor, r.Asks, r.Address = test.asks, r.Asks[:1], "a"+string(test.asks)+"@example.org"
		_, link := b.asked(t, r)
		require.Equal(t, 200, do(b.Confirmation(), "POST", link, "").Code)
		require.Equal(t, test.confirms, b.book.events[len(b.book.events)-1].Actor, test.asks)
	}
}

// Malformed, unknown, spent, expired, of the other kind and altered: byte for byte the same.
func TestGone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, spent := b.asked(t, b.request())
	require.Equal(t, 200, do(b.Confirmation(), "POST", spent, "").Code)
	_, expired := b.asked(t, b.request())
	b.clock.pass(48 * time.Hour)
	r := b.request()
	r.Subject = "c-43"
	_, altered := b.asked(t, r)
	for h, p := range b.store.waiting {
		if p.Subject == "c-43" {
			p.Point = "operator@velg.example" // someone with access to the store
			b.store.waiting[h] = p
		}
	}
	unsub, err := b.Keys.Sign(Link{Subject: "c-42", Channel: basis.Email})
	require.NoError(t, err)
	before := len(b.book.events)

	want := do(b.Confirmation(), "POST", "/confirm?lang=nl&t=c1AAAAAAAAAAAAAAAAAAAAAAAAAA", "")
	require.Equal(t, 410, want.Code)
	for name, target := range map[string]string{
		"spent": spent, "expired": expired, "altered": altered,
		"empty":       "/confirm?lang=nl",
		"malformed":   "/confirm?lang=nl&t=c1",
		"lower case":  strings.ToLower(spent),
		"unsubscribe": "/confirm?lang=nl&t=" + unsub,
		"twice":       spent + "&t=x",
		"padded":      spent + "A",
		"space":       spent + "%20",
	} {
		got := do(b.Confirmation(), "POST", target, "")
		require.Equal(t, want.Code, got.Code, name)
		require.Equal(t, want.Header(), got.Header(), name)
		require.Equal(t, want.Body.String(), got.Body.String(), name)
	}
	require.Len(t, b.book.events, before)
	require.Len(t, b.reported, 1, "an altered request is reported")
	require.ErrorIs(t, b.reported[0], errAltered)
}

// The seal covers every field, and the token.
func TestSeal(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.asked(t, b.request())
	for h, p := range b.store.waiting {
		require.True(t, p.sealed(&b.Keys, h))
		for name, change := range map[string]func(*Pending){
			"version":   func(p *Pending) { p.Version = 2 },
			"subject":   func(p *Pending) { p.Subject = "c-43" },
			"point":     func(p *Pending) { p.Point = "x@example.org" },
			"address":   func(p *Pending) { p.Address[0] ^= 1 },
			"purpose":   func(p *Pending) { p.Asked[0].Purpose = "profiling" },
			"channel":   func(p *Pending) { p.Asked[0].Channel = basis.SMS },
			"notice":    func(p *Pending) { p.Asked[0].Notice[0] ^= 1 },
			"until":     func(p *Pending) { p.Asked[0].Until = noon },
			"request":   func(p *Pending) { p.Asked[0].Request[0] ^= 1 },
			"fewer":     func(p *Pending) { p.Asked = p.Asked[:1] },
			"more":      func(p *Pending) { p.Asked = append(p.Asked, p.Asked[0]) },
			"order":     func(p *Pending) { p.Asked[0], p.Asked[1] = p.Asked[1], p.Asked[0] },
			"actor":     func(p *Pending) { p.Actor = consent.Guardian },
			"evidence":  func(p *Pending) { p.Evidence.Bundled = consent.Yes },
			"language":  func(p *Pending) { p.Language = "en" },
			"requested": func(p *Pending) { p.Requested = noon.Add(time.Second) },
			"expires":   func(p *Pending) { p.Expires = p.Expires.Add(time.Hour) },
			"key":       func(p *Pending) { p.Key = 1 },
			"no key":    func(p *Pending) { p.Key = 9 },
			"zero key":  func(p *Pending) { p.Key = 0 },
			"seal":      func(p *Pending) { p.Seal[31] ^= 1 },
			"no seal":   func(p *Pending) { p.Seal = Hash{} },
		} {
			q := p
			q.Asked = append([]Asked(nil), p.Asked...)
			change(&q)
			require.False(t, q.sealed(&b.Keys, h), name)
		}
		other := h
		other[0] ^= 1
		require.False(t, p.sealed(&b.Keys, other), "another token")
		// What a database does to JSON leaves it whole, and so does a new primary key.
		text, err := p.Encode()
		require.NoError(t, err)
		again, err := ParsePending(text)
		require.NoError(t, err)
		keys := testKeys(t, 3, 2)
		require.True(t, again.sealed(&keys, h))
	}
}

// One of many presses of the button confirms; the others are told that the link is spent.
func TestConfirmOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, link := b.asked(t, b.request())
	var wg sync.WaitGroup
	codes := make([]int, 32)
	for i := range codes {
		wg.Go(func() { codes[i] = do(b.Confirmation(), "POST", link, "").Code })
	}
	wg.Wait()
	count := map[int]int{}
	for _, c := range codes {
		count[c]++
	}
	require.Equal(t, map[int]int{200: 1, 410: 31}, count)
	require.Len(t, b.book.events, 4)
}

// A ledger that fails halfway: the rest waits under the same token.
func TestConfirmAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, link := b.asked(t, b.request())
	down := errors.New("ledger: down")
	for _, stuck := range []basis.PurposeID{"newsletter", "offers"} {
		b.book.fail = func(e *consent.Event) error {
			if e.Purpose == stuck {
				return down
			}
			return nil
		}
		w := do(b.Confirmation(), "POST", link, "")
		require.Equal(t, 503, w.Code)
		require.Equal(t, "60", w.Header().Get("Retry-After"))
		require.ErrorIs(t, b.reported[len(b.reported)-1], down)
		require.Equal(t, 1, b.store.Len())
	}
	b.book.fail = nil
	require.Equal(t, 200, do(b.Confirmation(), "POST", link, "").Code)
	require.Equal(t, 410, do(b.Confirmation(), "POST", link, "").Code)
	require.Equal(t, []consent.Type{consent.Requested, consent.Requested, consent.Confirmed, consent.Confirmed}, b.book.types())
	require.NotEqual(t, b.book.events[2].Purpose, b.book.events[3].Purpose)
}

// A client that hangs up has pressed the button all the same.
func TestHangUp(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, link := b.asked(t, b.request())
	ctx, cancel := contextDone(t)
	cancel()
	r := httptest.NewRequestWithContext(ctx, "POST", link, nil)
	w := httptest.NewRecorder()
	b.Confirmation().ServeHTTP(w, r)
	require.Equal(t, 200, w.Code)
	require.Len(t, b.book.events, 4)
}

// Mail programs and gateways follow links, some with HEAD or OPTIONS first, and run
// what they find: cachet #2900, phpList #418, SuiteCRM-Core #628.
func TestScanners(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	m, link := b.asked(t, b.request())
	unsub := strings.TrimPrefix(strings.Trim(m.ListUnsubscribe, "<>"), "https://velg.example")
	before := len(b.book.events)
	for i := range 1000 {
		method := []string{"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"}[i%8]
		// Neither a body nor a query stands in for the method.
		do(b.Confirmation(), method, link+"&_method=POST&confirm=1", "scope=all", "X-HTTP-Method-Override", "POST")
		do(b.Unsubscription(), method, unsub+"&scope=all", "List-Unsubscribe=One-Click", "X-HTTP-Method-Override", "POST")
		do(b.Signup(nil, nil), []string{"GET", "HEAD", "OPTIONS"}[i%3], "/", "")
	}
	require.Len(t, b.book.events, before)
	require.Equal(t, 1, b.store.Len())
	require.Empty(t, b.reported)
	require.Equal(t, 200, do(b.Confirmation(), "POST", link, "").Code, "the link still works")
}
