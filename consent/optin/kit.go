package optin

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// Ledger records what happened. *consent.Ledger is one.
type Ledger interface {
	// Record stores the event durably, with an id when it has none and the instant of
	// recording, and returns the id. With an error nothing was recorded.
	Record(ctx context.Context, e consent.Event) (consent.EventID, error)
}

// Kit asks for consent by mail, and takes it back. The fields down to Controller are
// required; see [Kit.Check]. It is safe for concurrent use while no field is changed.
type Kit struct {
	Ledger  Ledger
	Store   Store
	Limiter Limiter
	Keys    Keys
	Now     func() time.Time
	// ConfirmURL and UnsubscribeURL are where the handlers are reached from outside:
	// https, at most 200 bytes, without query. http is for localhost alone.
	ConfirmURL, UnsubscribeURL string
	// Controller is the name on the pages.
	Controller string

	// Contact, when set, stands on the pages as where to turn: a mail address or a
	// telephone number.
	Contact string
	// Titles are what the pages call a purpose; one without is called by its id.
	Titles map[basis.PurposeID]basis.Text
	// Language is of the pages when a request asks for neither: "en", the default, or "nl".
	Language string
	// Zone is the IANA name under which events happen; none is UTC.
	Zone string
	// Expiry is how long a request waits: 1 minute to 30 days, 0 is 48 hours.
	Expiry time.Duration
	// Pace is the least time that the answer to a sign-up takes, 0 is 400 ms, less is
	// none: see [Kit.Signup].
	Pace time.Duration

	// Proxies and IPPolicy say what is kept of the address of a request, see [Evidence].
	// The key of [consent.IPKeyed] is made of the primary one of Keys, and changes with it.
	Proxies  Proxies
	IPPolicy consent.IPPolicy

	// Subject finds or makes the reference of who has an address, for requests without
	// one. It gets the normal form.
	Subject func(ctx context.Context, address string) (basis.Subject, error)
	// Suppressed reports whether no mail may go to an address (in normal form): it
	// bounced, or its owner wants none. nil: there are none.
	Suppressed func(ctx context.Context, address string) (bool, error)
	// Decide, when set, spares the ledger a second withdrawal while one is in force: the
	// method of the ledger.
	Decide func(ctx context.Context, q consent.Query) (consent.Decision, error)
	// Report gets the errors that the handlers keep from the outside. They hold no
	// personal data, unless those of the ledger, the store and the functions here do.
	Report func(ctx context.Context, err error)
}

const (
	defaultExpiry = 48 * time.Hour
	defaultPace   = 400 * time.Millisecond
	maxURL        = 200
)

// Check returns every error in the settings, joined, or nil. Call it once at the start;
// the methods look at no more than that nothing is missing.
func (k *Kit) Check() error {
	errs := []error{k.ready()}
	fail := func(wrong bool, text string) {
		if wrong {
			errs = append(errs, errors.New("optin: "+text))
		}
	}
	fail(!httpsURL(k.ConfirmURL), "ConfirmURL: want an https URL without query of at most 200 bytes")
	fail(!httpsURL(k.UnsubscribeURL), "UnsubscribeURL: want an https URL without query of at most 200 bytes")
	fail(k.ConfirmURL == k.UnsubscribeURL && k.ConfirmURL != "", "ConfirmURL and UnsubscribeURL are the same")
	fail(strings.TrimSpace(k.Controller) == "", "no Controller for the pages")
	fail(k.Language != "" && k.Language != "en" && k.Language != "nl", "Language: want en or nl")
	fail(k.Expiry != 0 && (k.Expiry < time.Minute || k.Expiry > 30*24*time.Hour), "Expiry: want 1 minute to 30 days")
	fail(k.IPPolicy != "" && !k.IPPolicy.Valid(), "unknown IPPolicy")
	_, err := time.LoadLocation(k.zone())
	fail(err != nil || k.Zone == "Local", "unknown Zone")
	return errors.Join(errs...)
}

// ready reports whether something is missing without which nothing works.
func (k *Kit) ready() error {
	if k.Ledger == nil || k.Store == nil || k.Limiter == nil || k.Keys.IsZero() || k.Now == nil {
		return errors.New("optin: a kit needs Ledger, Store, Limiter, Keys and Now")
	}
	return nil
}

func httpsURL(s string) bool {
	u, err := url.Parse(s)
	if err != nil || len(s) > maxURL || u.Host == "" || u.User != nil || strings.ContainsAny(s, "?#<>, \t") {
		return false
	}
	host := u.Hostname()
	return u.Scheme == "https" || u.Scheme == "http" && (host == "localhost" || host == "127.0.0.1" || host == "::1")
}

func (k *Kit) zone() string {
	if k.Zone == "" {
		return "UTC"
	}
	return k.Zone
}

func (k *Kit) report(ctx context.Context, err error) {
	if err != nil && k.Report != nil {
		k.Report(ctx, err)
	}
}

// evidence is [Evidence] under the settings of the kit.
func (k *Kit) evidence(r *http.Request) consent.Evidence {
	return Evidence(r, k.Proxies, k.IPPolicy, k.Keys.primary.ip[:])
}

// addressHash is the keyed hash of an address in normal form.
func (k *Kit) addressHash(normal string) Hash {
	return mac(&k.Keys.primary.address, "grondslag optin address 1\n", []byte(normal))
}

// patience bounds what a POST does after it was read. It goes on when the client
// hangs up: half a withdrawal is none.
const patience = 30 * time.Second

// lasting returns a context that outlives the request, for that long.
func lasting(r *http.Request) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(r.Context()), patience)
}
