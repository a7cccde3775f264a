// Package optin asks for consent by mail and takes it back by one click, over net/http.
//
//	kit := &optin.Kit{
//		Ledger: ledger, Store: store, Limiter: &optin.MemoryLimiter{}, Keys: keys, Now: time.Now,
//		ConfirmURL:     "https://example.org/confirm",
//		UnsubscribeURL: "https://example.org/unsubscribe",
//		Controller:     "De Gouden Velg",
//		Subject:        contacts.Find, // the reference of an address
//		Decide:         ledger.Decide,
//		Report:         func(ctx context.Context, err error) { slog.ErrorContext(ctx, "opt-in", "err", err) },
//	}
//	if err := kit.Check(); err != nil {
//		return err
//	}
//	mux.Handle("/sign-up", kit.Signup(readForm, queue.Send))
//	mux.Handle("/confirm", kit.Confirmation())
//	mux.Handle("/unsubscribe", kit.Unsubscription())
//
// [Kit.Request] records what was asked for on a form and returns the [Mail] to send.
// The link in it leads to a page with one button, and the button records Confirmed.
// [Kit.Headers] gives each later message the link by which it is withdrawn. Run
// [Kit.Sweep] a few times a day: it removes who never confirmed.
//
// # What holds
//
//   - A GET or HEAD changes nothing, and reads neither store nor ledger. Programs that
//     scan mail follow its links; the button posts. A program that also presses
//     buttons can't be told from a person.
//   - Only who reads the mailbox confirms. The token is in the mail alone, the store has
//     its hash, and no method confirms without it. Let no log take [Mail.ConfirmURL], nor the
//     query of what is asked at ConfirmURL.
//   - A token is spent by exactly one request, and confirms what was asked for, under the
//     notice that was shown: a keyed seal binds address, subject, asks, evidence and
//     expiry to it. A stored request that someone changed is refused, and reported.
//   - To withdraw takes one POST, without login, cookie or redirect, and never expires. It
//     works for who is unknown or erased. Repeating it changes nothing; while a
//     withdrawal is in force a second event is spared when Decide is set. It has no
//     idempotency key: after new consent the same old link must withdraw again.
//   - A sign-up has one answer for a new, known, suppressed or limited address and for
//     every failure, the same in status, headers, body and, up to Pace, time; see [Kit.Signup].
//     An address gets 3 mails in an hour and 10 in a day ([MemoryLimiter]).
//   - A request that was not confirmed is removed with all it holds. It leaves no Expired
//     event, which would end the consent of a customer whose address a stranger typed.
//   - When a person is erased, call Forget of the store too: what waits holds the address.
//   - Errors and logs hold no address, subject or token.
//
// The mail to confirm holds the wording, the link and no advertising: until it is
// confirmed nothing may be sent but the question (ePrivacy 13(1)). A mailbox shows that
// its reader consents. It does not show that a telephone number typed beside it is the
// reader's: to confirm a number, send a code there.
//
// # Answers
//
//	             GET, HEAD   POST                          other methods
//	Signup       405         200, 400 form not filled in   405, Allow: POST
//	Confirmation 200, 410    200, 410, 413, 503            405, Allow: GET, HEAD, POST
//	Unsubscr.    200, 404    200, 404, 413, 503            405, Allow: GET, HEAD, POST
//
// 410 is the one answer for a confirmation token that is malformed, unknown, spent or
// expired; to a GET, which does not look it up, only for a malformed one. 404 is for
// what is no unsubscribe token, 413 for a body above 8 KiB, 503 for a ledger or store
// that fails: nothing is lost, and the same link works again (Retry-After: 60). A
// sign-up form has at most 64 KiB. What was posted is carried on when the client hangs
// up, for 30 seconds at most.
//
// Every answer is one page in English or Dutch, which loads nothing and runs nothing:
//
//	Content-Type: text/html; charset=utf-8
//	Content-Language: en
//	Content-Security-Policy: default-src 'none'; style-src 'sha256-...'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'
//	Cache-Control: no-store
//	Referrer-Policy: no-referrer
//	Vary: Accept-Language
//	X-Content-Type-Options: nosniff
//	X-Robots-Tag: noindex, nofollow
//
// # Confirmation token
//
// 28 bytes of ASCII: "c1", then 26 of A-Z and 2-7, which are 130 bits from crypto/rand.
// In a link it is the parameter t. Stored is
//
//	SHA-256("grondslag optin confirmation 1" 0A token)
//
// It expires after 48 hours, or [Kit.Expiry]. The request beside it, a [Pending], is JSON with
//
//	seal = HMAC-SHA256(K, "grondslag optin request 1" 0A hash JSON)
//
// over the 32 bytes of the hash and the JSON of the request with a seal of zeros.
//
// # Unsubscribe token
//
// "u1", then base64url without padding (RFC 4648, 5; spare bits zero) of the bytes below, then "e",
// which keeps a mail program from cutting off a "-" and shows what was cut off.
//
//	1       number of the key, 1 to 255
//	1+n     subject: length n, 1 to 255, and UTF-8
//	1+n     channel: length and "email", "sms", "phone", "post" or "none"
//	1       number of purposes, 0 to 16; 0 is every purpose over the channel
//	1+n     each purpose: length, 1 to 255, and UTF-8; ascending by bytes, all different
//	32      HMAC-SHA256(K, "grondslag optin unsubscribe 1" 0A and all bytes before)
//
// Together at most 540 bytes; no control characters. Nothing else is accepted, and no
// link has two tokens under one key. It is stateless, and shows subject and purposes
// to who has the message: so a subject is a reference, never an address. In a message:
//
//	List-Unsubscribe: <https://example.org/unsubscribe?t=u1...e>
//	List-Unsubscribe-Post: List-Unsubscribe=One-Click
//
// DKIM must sign both (RFC 8058, 4). A header line stays below 998 bytes.
//
// # Keys
//
// Each K is HKDF-SHA256 of the secret, without salt, 32 bytes, with the info
// "grondslag optin unsubscribe 1", or "request", "address" (of limits) and "ip" (of
// [consent.IPKeyed]) in its place. To rotate, make a key with a new number the primary
// one and keep the old ones, for as long as anyone may open an old mail. A new primary
// key starts the limits anew, and gives the addresses of requests other hashes.
//
// # Compatibility
//
// Every later version opens the unsubscribe tokens of this one under the same key, and
// answers them the same; testdata/v1 holds some that it must. Should the format
// change, new tokens begin otherwise. Stored requests live for days, and a later
// version may refuse those of an earlier one: the person fills in the form again.
package optin

//go:generate go run github.com/grondslag/grondslag/internal/enumgen Feedback Held
