package optin

import (
	"context"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// Lapsed is a request that nobody confirmed in time.
type Lapsed struct {
	Subject basis.Subject
	// Requests are the events that recorded it.
	Requests []consent.EventID
	Expired  time.Time
}

// skew is how far the clocks of several programs may differ: what expired less long ago
// is left alone, since another may just be spending it.
const skew = 5 * time.Minute

// Sweep removes the requests that expired 5 minutes or more before at, with all they
// hold, and returns how many. For each it first calls erase, which removes the rest of what is
// known of the person, and keeps the request for the next sweep when erase fails:
// nothing is forgotten when the program stops halfway. erase may be called twice for
// the same request. Its errors are returned joined, after all others were done.
//
// A request that nobody confirmed shows no more than that someone typed an address, so
// there is no ground to keep it (GDPR Art. 5(1)(c), (e)). But the subject may be a
// customer, or have confirmed another request: erase the subject only if the ledger has
// nothing of it but requests, and only those events otherwise.
//
// No Expired event is recorded. It would end the consent that the person gave at
// another time, by a request that anyone can make; the request grants nothing either way.
func (k *Kit) Sweep(ctx context.Context, at time.Time, erase func(context.Context, Lapsed) error) (int, error) {
	if err := k.ready(); err != nil {
		return 0, err
	}
	return k.Store.Purge(ctx, at.Add(-skew), func(p Pending) error {
		l := Lapsed{Subject: p.Subject, Expired: p.Expires}
		for _, a := range p.Asked {
			l.Requests = append(l.Requests, a.Request)
		}
		return erase(ctx, l)
	})
}
