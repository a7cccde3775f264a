package optin_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/optin"
)

// shop is a ledger and a kit on it.
func shop() (*consent.Ledger, *optin.Kit, consent.NoticeHash, error) {
	now := func() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) }
	secrets, err := consent.NewKeys([]byte("thirty-two bytes of crypto/rand!"))
	if err != nil {
		return nil, nil, consent.NoticeHash{}, err
	}
	ledger, err := consent.Open(context.Background(), consent.Config{Store: &consent.Memory{}, Keys: secrets, Now: now, Zone: "Europe/Amsterdam"})
	if err != nil {
		return nil, nil, consent.NoticeHash{}, err
	}
	notice, err := ledger.Publish(context.Background(), consent.Notice{
		Text: []byte("Yes, mail me the newsletter, once a month. I can stop with the link in each mail."), MediaType: "text/plain; charset=utf-8",
		Language: "en", Version: "1", Controller: "De Gouden Velg", Withdrawal: "the link in each mail",
		Purposes: []consent.NoticePurpose{{ID: "newsletter", Categories: []string{"email address"}}},
	}, time.Time{})
	if err != nil {
		return nil, nil, consent.NoticeHash{}, err
	}
	key, err := optin.NewKey(1, []byte("other thirty-two bytes of random"))
	if err != nil {
		return nil, nil, consent.NoticeHash{}, err
	}
	keys, err := optin.NewKeys(key)
	if err != nil {
		return nil, nil, consent.NoticeHash{}, err
	}
	kit := &optin.Kit{
		Ledger: ledger, Store: &optin.Memory{}, Limiter: &optin.MemoryLimiter{}, Keys: keys, Now: now,
		ConfirmURL: "https://velg.example/confirm", UnsubscribeURL: "https://velg.example/unsubscribe",
		Controller: "De Gouden Velg", Zone: "Europe/Amsterdam", Decide: ledger.Decide,
	}
	return ledger, kit, notice, kit.Check()
}

// From the form to consent, and back.
func Example() {
	ctx := context.Background()
	ledger, kit, notice, err := shop()
	if err != nil {
		fmt.Println(err)
		return
	}
	state := func() {
		d, err := ledger.Decide(ctx, consent.Query{Subject: "c-42", Purpose: "newsletter", Channel: basis.Email, At: kit.Now()})
		fmt.Println(d.State, d.Consented(), err)
	}

	mail, err := kit.Request(ctx, optin.Request{
		Address: "zoe@example.org", Subject: "c-42",
		Asks: []optin.Ask{{Purpose: "newsletter", Channel: basis.Email, Notice: notice}},
		Evidence: consent.Evidence{
			Action: consent.Active, Bundled: consent.No, Conditional: consent.No, Imbalance: consent.No, WithdrawalTold: consent.Yes,
			Session: "velg.example/sign-up",
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("to", mail.To, "until", mail.Expires)
	state()

	visit := func(h http.Handler, method, url, body string) {
		r := httptest.NewRequest(method, url, strings.NewReader(body))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		fmt.Println(method, w.Code)
		state()
	}
	visit(kit.Confirmation(), "GET", mail.ConfirmURL, "")  // a scanner of mail
	visit(kit.Confirmation(), "POST", mail.ConfirmURL, "") // the button
	visit(kit.Unsubscription(), "POST", strings.Trim(mail.ListUnsubscribe, "<>"), mail.ListUnsubscribePost)
	// Output:
	// to zoe@example.org until 2026-03-04 12:00:00 +0000 UTC
	// requested false <nil>
	// GET 200
	// requested false <nil>
	// POST 200
	// given true <nil>
	// POST 200
	// withdrawn false <nil>
}

// The answer to a form says nothing of who has the address.
func ExampleKit_Signup() {
	_, kit, notice, err := shop()
	if err != nil {
		fmt.Println(err)
		return
	}
	kit.Subject = func(context.Context, string) (basis.Subject, error) { return "c-42", nil }
	kit.Suppressed = func(_ context.Context, address string) (bool, error) { return address == "bounced@example.org", nil }
	read := func(r *http.Request) (optin.Request, bool) {
		return optin.Request{
			Address: r.PostFormValue("email"),
			Asks:    []optin.Ask{{Purpose: "newsletter", Channel: basis.Email, Notice: notice}},
		}, r.PostFormValue("newsletter") == "yes" // the box that was empty
	}
	send := func(_ context.Context, m optin.Mail) error {
		fmt.Println("mail to", m.To)
		return nil
	}
	for _, email := range []string{"zoe@example.org", "bounced@example.org"} {
		r := httptest.NewRequest("POST", "/sign-up", strings.NewReader("newsletter=yes&email="+email))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		kit.Signup(read, send).ServeHTTP(w, r)
		fmt.Println(w.Code, w.Body.Len() > 0)
	}
	// Output:
	// mail to zoe@example.org
	// 200 true
	// 200 true
}

// The headers of a newsletter.
func ExampleKit_Headers() {
	_, kit, _, err := shop()
	if err != nil {
		fmt.Println(err)
		return
	}
	link, post, err := kit.Headers(optin.Link{Subject: "c-42", Channel: basis.Email, Purposes: []basis.PurposeID{"newsletter"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("List-Unsubscribe:", link)
	fmt.Println("List-Unsubscribe-Post:", post)
	// Output:
	// List-Unsubscribe: <https://velg.example/unsubscribe?t=u1AQRjLTQyBWVtYWlsAQpuZXdzbGV0dGVyGNVOlNYPUKImmkMIOQlLn-8IGoWg4bIqCjN5qvkOa18e>
	// List-Unsubscribe-Post: List-Unsubscribe=One-Click
}

// A complaint is an objection, a bounce is nothing.
func ExampleKit_Feedback() {
	ctx := context.Background()
	ledger, kit, _, err := shop()
	if err != nil {
		fmt.Println(err)
		return
	}
	link := optin.Link{Subject: "c-42", Channel: basis.Email}
	for _, f := range []optin.Feedback{optin.HardBounce, optin.Complaint} {
		_, err := kit.Feedback(ctx, f, link, kit.Now())
		d, _ := ledger.Decide(ctx, consent.Query{Subject: "c-42", Purpose: "newsletter", Channel: basis.Email, At: kit.Now()})
		fmt.Println(f, d.State, err)
	}
	// Output:
	// hard_bounce none <nil>
	// complaint objected <nil>
}

// What is kept of who asks, behind a proxy of ours.
func ExampleEvidence() {
	r := httptest.NewRequest("POST", "https://velg.example/sign-up?email=zoe@example.org", nil)
	r.RemoteAddr = "10.0.0.1:4711"
	r.Header.Set("X-Forwarded-For", "203.0.113.1, 198.51.100.77") // the client can claim what is on the left
	proxies := optin.Proxies{Trusted: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	e := optin.Evidence(r, proxies, consent.IPTruncated, nil)
	fmt.Println(e.IP, e.Session)
	// Output: 198.51.100.0/24 velg.example/sign-up
}

// Who never confirmed is removed.
func ExampleKit_Sweep() {
	ctx := context.Background()
	ledger, kit, notice, err := shop()
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := kit.Request(ctx, optin.Request{
		Address: "zoe@example.org", Subject: "c-42", Asks: []optin.Ask{{Purpose: "newsletter", Channel: basis.Email, Notice: notice}},
	}); err != nil {
		fmt.Println(err)
		return
	}
	n, err := kit.Sweep(ctx, kit.Now().AddDate(0, 0, 3), func(ctx context.Context, l optin.Lapsed) error {
		events, err := ledger.History(ctx, l.Subject)
		if err != nil {
			return err
		}
		for _, e := range events {
			if e.Type != consent.Requested {
				return nil // a customer: what a stranger asked for does not erase anything
			}
		}
		fmt.Println("erase", l.Subject)
		return nil
	})
	fmt.Println(n, err)
	// Output:
	// erase c-42
	// 1 <nil>
}
