package receipt

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// What a record says of where things stand is what the ledger's index decides, for
// declarations that are valid.
func TestStandingsAgainstIndex(t *testing.T) {
	t.Parallel()
	controller, _, _, details := shop()
	notice := consent.Notice{
		Text: []byte("Yes"), MediaType: "text/plain", Language: "en", Version: "1", Controller: "x", Withdrawal: "y", Form: "z",
		Purposes: []consent.NoticePurpose{{ID: "newsletter", Categories: []string{"name"}}, {ID: "profiling", Categories: []string{"name"}}},
	}
	details.Common.NoRecipients = true
	notices := &consent.Notices{}
	hash, err := notices.Publish(notice, at("2020-01-01T00:00:00Z"))
	require.NoError(t, err)
	start := at("2026-01-01T00:00:00Z")
	details.Issued = start.Add(24 * time.Hour)
	types := []consent.Type{
		consent.Requested, consent.Given, consent.Given, consent.Renewed, consent.Confirmed, consent.Refused, consent.Deferred,
		consent.Withdrawn, consent.Revoked, consent.Expired, consent.Invalidated, consent.Objected, consent.Imported,
	}
	random := rand.New(rand.NewPCG(1, 2))
	seen := map[consent.State]int{}
	for range 3000 {
		var events []consent.Event
		index := consent.NewIndex(consent.Terms{Notices: notices}, nil)
		for i := range 1 + random.IntN(7) {
			typ := types[random.IntN(len(types))]
			e := consent.Event{
				ID: id(byte(i + 1)), Type: typ, Subject: "c-42", Actor: consent.Person, Zone: "Europe/Amsterdam",
				Purpose: []basis.PurposeID{"newsletter", "profiling"}[random.IntN(2)], Channel: []basis.Channel{basis.Email, basis.Phone}[random.IntN(2)],
				Occurred: start.Add(time.Duration(random.IntN(5)) * time.Hour),
				Evidence: consent.Evidence{
					Binding: consent.Mailbox, Action: consent.Active, Session: "s", Bundled: consent.No, Conditional: consent.No,
					Necessary: consent.No, WithdrawalTold: consent.Yes, Imbalance: consent.No, Grade: consent.Complete,
				},
			}
			e.Recorded = e.Occurred
			switch typ {
			case consent.Given, consent.Renewed, consent.Confirmed, consent.Imported, consent.Requested:
				e.Notice = hash
				if random.IntN(3) == 0 {
					e.Until = e.Occurred.Add(time.Duration(1+random.IntN(40)) * time.Hour)
				}
			case consent.Deferred:
			default:
				if random.IntN(4) == 0 {
					e.Purpose = ""
				}
				if random.IntN(4) == 0 {
					e.Channel = ""
				}
			}
			if typ == consent.Confirmed {
				e.Of = id(99)
			}
			if typ == consent.Invalidated && random.IntN(2) == 0 {
				e.Of = id(byte(1 + random.IntN(7)))
			}
			require.NoError(t, e.Check())
			events = append(events, e)
			index.Add(&e)
		}
		r, err := FromEvents(controller, []consent.Notice{notice}, events, details)
		if err != nil { // nothing quotes the notice, so that it has none
			require.ErrorContains(t, err, "privacy_notice is missing")
			continue
		}
		for _, s := range r.Standings() {
			if s.Channel == "" {
				continue
			}
			d := index.Decide(consent.Query{Subject: "c-42", Purpose: s.Purpose, Channel: s.Channel, At: details.Issued})
			require.Equal(t, d.Consented(), s.Consented, "%v %v\n%+v", d, s, r.Events)
			if d.State != consent.StateUnproven {
				seen[d.State]++
				require.Equal(t, d.State, stateName(s.State), "%v %v\n%+v", d, s, r.Events)
			}
		}
	}
	require.Greater(t, len(seen), 8, "each state was met: %v", seen)
}

func stateName(t Term) consent.State {
	switch t {
	case stateObjected:
		return consent.StateObjected
	case "dpv:ConsentGiven", "dpv:RenewedConsentGiven":
		return consent.StateGiven
	}
	return consent.State(map[consent.Type]consent.State{
		consent.Requested: consent.StateRequested, consent.Deferred: consent.StateDeferred, consent.Refused: consent.StateRefused,
		consent.Withdrawn: consent.StateWithdrawn, consent.Revoked: consent.StateRevoked, consent.Expired: consent.StateExpired,
		consent.Invalidated: consent.StateInvalidated,
	}[statusOf(t)])
}

func TestLasts(t *testing.T) {
	t.Parallel()
	from := at("2024-02-29T12:00:00Z")
	for _, c := range []struct {
		d    Duration
		last string // an instant at which it lasts
		end  string // one at which it has ended; empty: never
	}{
		{Duration{SpanPeriod, "P1Y"}, "2025-02-28T11:59:59Z", "2025-02-28T12:00:00Z"}, // the last day of a shorter month
		{Duration{SpanPeriod, "P1M"}, "2024-03-29T11:59:59Z", "2024-03-29T12:00:00Z"},
		{Duration{SpanPeriod, "P2W"}, "2024-03-14T11:59:59Z", "2024-03-14T12:00:00Z"},
		{Duration{SpanPeriod, "P1DT2H3M4S"}, "2024-03-01T14:03:03Z", "2024-03-01T14:03:04Z"},
		{Duration{SpanUntil, "2024-12-31"}, "2024-12-31T23:59:59Z", "2025-01-01T00:00:00Z"}, // through that day
		{Duration{SpanUntil, "2024-12-31T00:00:00+01:00"}, "2024-12-30T22:59:59Z", "2024-12-30T23:00:00Z"},
		{Duration{SpanEvent, "the account is closed"}, "2400-01-01T00:00:00Z", ""},
		{Duration{SpanTimes, "1"}, "2400-01-01T00:00:00Z", ""},
		{Duration{SpanEndless, ""}, "2400-01-01T00:00:00Z", ""},
	} {
		e := Event{Time: from, Validity: c.d}
		require.True(t, e.lasts(at(c.last)), c.d)
		if c.end != "" {
			require.False(t, e.lasts(at(c.end)), c.d)
		}
	}
	// What can't be read has not been shown to last.
	for _, d := range []Duration{{SpanPeriod, "a while"}, {SpanUntil, "then"}} {
		require.False(t, (&Event{Time: from, Validity: d}).lasts(from), d)
		require.False(t, d.valid(), d)
	}
	for _, bad := range []string{"", "P", "PT", "P1", "1Y", "P1.5Y", "P-1Y", "P1M1Y", "P1DT", "P1H", "PT1D", "P1234567D", "P1Y ", "p1y"} {
		require.False(t, period(bad), bad)
	}
}
