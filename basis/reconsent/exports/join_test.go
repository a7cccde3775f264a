package exports

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

// proven is a configuration under which a signed-up Mailchimp contact has a complete consent.
var proven = Config{Fill: map[string]string{"consent_text": "v3", "consent_bundled": "no", "consent_withdrawal_told": "yes"}}

func member(address, confirmed string) row0 {
	return row0{"Email Address": address, "OPTIN_TIME": "2015-01-02 10:00:00", "OPTIN_IP": "192.0.2.1", "CONFIRM_TIME": confirmed, "CONFIRM_IP": "192.0.2.1"}
}

func left(address, at string) row0 { return row0{"Email Address": address, "UNSUB_TIME": at} }

// TestLatestActDecides: an unsubscription in one file and a consent in the other.
func TestLatestActDecides(t *testing.T) {
	for _, c := range []struct {
		name, confirmed, left string
		keeps                 bool
	}{
		{"left before", "2020-01-02 10:00:00", "2020-01-02 09:59:59", true},
		{"left at the same moment", "2020-01-02 10:00:00", "2020-01-02 10:00:00", false},
		{"left after", "2020-01-02 10:00:00", "2020-01-02 10:00:01", false},
		{"left that day", "2020-01-02 10:00:00", "2020-01-02", false},
		{"left the day before", "2020-01-02 10:00:00", "2020-01-01", true},
		{"left, nobody knows when", "2020-01-02 10:00:00", "", false},
		{"will have left", "2020-01-02 10:00:00", "2030-01-01 10:00:00", true},
	} {
		in := open(t, "in.csv", export(mailchimpHeader, member("a@example.com", c.confirmed)), proven)
		out := open(t, "unsubscribed.csv", export(mailchimpUnsub, left("A@example.com ", c.left)), Config{})
		for _, files := range [][]*File{{in, out}, {out, in}} {
			for _, l := range judge(t, files...) {
				require.Equal(t, c.keeps, strings.Contains(l, "keep_consent"), "%s: %s", c.name, l)
			}
		}
	}
}

func TestObjectionSparesOtherPurposes(t *testing.T) {
	order := Purpose{ID: "order", Kind: basis.ContractPerformance, Channels: []basis.Channel{basis.Email}, Fill: map[string]string{"contract_active": "yes"}}
	post := Purpose{ID: "catalogue", Kind: basis.DirectMarketing, Channels: []basis.Channel{basis.Post}}
	f := open(t, "h.csv", "Record ID,Email,Unsubscribed from all email\n1,a@example.com,true\n2,A@example.com,\n", Config{Purposes: []Purpose{newsletter, order, post}})
	got := judge(t, f)
	for i, want := range []string{"marketing.objected", "contract.active", "marketing.objected", "marketing.objected", "contract.active", "marketing.objected"} {
		require.Contains(t, got[i], want)
	}
	// Asked about one purpose alone, the refusals of the others are still read.
	set := &Set{Table: table(t), Files: []*File{f}, Select: "catalogue"}
	n := 0
	for facts, err := range set.All() {
		require.NoError(t, err)
		require.Equal(t, "catalogue", facts.Purpose)
		require.Equal(t, "marketing.objected", set.Table.Decide(&facts).Rule)
		n++
	}
	require.Equal(t, 2, n)
}

func TestRefusalOnABrokenRowCounts(t *testing.T) {
	f := open(t, "h.csv", "Record ID,Email,Create Date,Unsubscribed from all email\n1,a@example.com,yesterday,true\n2,a@example.com,,\n3,b@example.com,,perhaps\n4,b@example.com,,\n", Config{})
	got := judge(t, f)
	require.Contains(t, got[0], `column "Create Date"`)
	require.Contains(t, got[1], "marketing.objected")
	require.Contains(t, got[2], `column "Unsubscribed from all email"`)
	require.Contains(t, got[3], "marketing.objected", "what can't be read has happened")
}

func TestFactsFilesTakeNoPart(t *testing.T) {
	facts := open(t, "f.csv", "contact,purpose,objected_at\na@example.com,newsletter,2020-01-01\nb@example.com,newsletter,\n", Config{})
	hub := open(t, "h.csv", "Record ID,Email,Unsubscribed from all email\n1,a@example.com,\n2,b@example.com,true\n", Config{})
	got := judge(t, facts, hub)
	for i, want := range []string{"marketing.objected", "email.no-consent", "email.no-consent", "marketing.objected"} {
		require.Contains(t, got[i], want)
	}
}

// TestJoinAgainstReference holds the join against a plain one with maps, on random files.
func TestJoinAgainstReference(t *testing.T) {
	tab := table(t)
	for seed := range uint64(150) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		times := []string{"", "2019-01-01 10:00:00", "2019-06-01 10:00:00", "2020-01-01 10:00:00", "2031-01-01 10:00:00"}
		type fact struct{ file, address, consent, left, objected string }
		var facts []fact
		var members, gone []row0
		var hub strings.Builder
		hub.WriteString("Record ID,Email,Unsubscribed from all email\n")
		for i := range 12 {
			a := fmt.Sprintf("%c@example.com", 'a'+rnd.IntN(5))
			switch rnd.IntN(3) {
			case 0:
				at := times[1+rnd.IntN(3)]
				at = at[:len(at)-2] + fmt.Sprintf("%02d", i) // no bulk import
				members = append(members, member(a, at))
				facts = append(facts, fact{file: "in", address: a, consent: at})
			case 1:
				at := times[rnd.IntN(len(times))]
				gone = append(gone, left(a, at))
				facts = append(facts, fact{file: "out", address: a, left: at + "!"})
			default:
				flag := []string{"", "true"}[rnd.IntN(2)*rnd.IntN(2)]
				hub.WriteString(fmt.Sprintf("%d,%s,%s\n", i+1, a, flag))
				facts = append(facts, fact{file: "hub", address: a, objected: flag})
			}
		}
		// The reference: what each address did last.
		want := map[string]string{}
		for _, a := range []string{"a", "b", "c", "d", "e"} {
			a += "@example.com"
			consent, gone, objected := "", "", false
			for _, f := range facts {
				if f.address != a {
					continue
				}
				consent = max(consent, f.consent)
				if f.left == "!" {
					gone = "9999"
				} else if f.left != "" && f.left < "2030" {
					gone = max(gone, strings.TrimSuffix(f.left, "!"))
				}
				objected = objected || f.objected != ""
			}
			switch {
			case objected:
				want[a] = "marketing.objected"
			case gone != "" && gone >= consent:
				want[a] = "consent.withdrawn"
			case consent != "":
				want[a] = "consent.complete"
			default:
				want[a] = "email.no-consent"
			}
		}
		files := []*File{
			open(t, "in.csv", export(mailchimpHeader, members...), proven),
			open(t, "unsubscribed.csv", export(mailchimpUnsub, gone...), Config{}),
			open(t, "hub.csv", hub.String(), Config{}),
		}
		rnd.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
		// HubSpot contacts go by their number: find the address through the row.
		address := map[string]string{}
		for i, l := range strings.Split(hub.String(), "\n") {
			if p := strings.Split(l, ","); i > 0 && len(p) == 3 {
				address[p[0]] = p[1]
			}
		}
		for f, err := range (&Set{Table: tab, Files: files}).All() {
			require.NoError(t, err)
			a := f.Contact
			if known, ok := address[a]; ok {
				a = known
			}
			require.Equal(t, want[a], tab.Decide(&f).Rule, "seed %d, %s row %d", seed, f.Origin.File, f.Origin.Row)
		}
	}
}

func TestFileThatChangesWhileRead(t *testing.T) {
	n := 0
	f, err := Open("h.csv", func() (io.ReadCloser, error) {
		n++
		return io.NopCloser(strings.NewReader("Record ID,Email\n" + strings.Repeat("1,a@example.com\n", n))), nil
	}, Config{Purposes: []Purpose{newsletter}})
	require.NoError(t, err)
	var last error
	for _, err := range f.All(table(t)) {
		last = err
	}
	require.ErrorContains(t, last, "changed while it was read")
}

func TestSetNeedsATable(t *testing.T) {
	for _, err := range (&Set{}).All() {
		require.Error(t, err)
	}
}

// TestRefusalOfAnotherPurpose: what a record says of the newsletter counts for it, also
// when the record itself is kept for something else or over another channel.
func TestRefusalOfAnotherPurpose(t *testing.T) {
	order := Purpose{ID: "order", Kind: basis.ContractPerformance, Channels: []basis.Channel{basis.Email}}
	both := []Purpose{newsletter, order}
	mapped := map[string]Column{"purpose": {Name: "Doel"}, "channel": {Name: "Kanaal"}}
	for _, cells := range []string{"order,", "newsletter,sms"} {
		for _, purposes := range [][]Purpose{both, {order}} {
			if len(purposes) == 1 && cells != "order," {
				continue
			}
			hub := open(t, "h.csv", "Record ID,Email,Doel,Kanaal,Opted out of email: Newsletter\n1,a@example.com,"+cells+",true\n",
				Config{Purposes: purposes, Columns: mapped})
			chimp := open(t, "s.csv", export(mailchimpHeader, member("a@example.com", "2020-01-02 10:00:00")), proven)
			got := judge(t, chimp, hub)
			require.Contains(t, got[0], "consent.withdrawn", cells)
		}
	}
}

// TestRefusalOnTheDayOfEvaluation has happened, on every row.
func TestRefusalOnTheDayOfEvaluation(t *testing.T) {
	in := open(t, "in.csv", export(mailchimpHeader, member("a@example.com", "2020-01-02 10:00:00")), proven)
	for _, at := range []string{"2026-11-24", "2026-11-24 22:59:59.9999"} {
		out := open(t, "unsubscribed.csv", export(mailchimpUnsub, left("a@example.com", at)), Config{})
		for _, l := range judge(t, in, out) {
			require.Contains(t, l, "consent.withdrawn", at)
		}
	}
	// A day of refusal ends at midnight in Amsterdam, 23:00 UTC in winter.
	out := open(t, "unsubscribed.csv", export(mailchimpUnsub, left("a@example.com", "2020-01-01")), Config{})
	for confirmed, rule := range map[string]string{"2020-01-01 22:59:59": "consent.withdrawn", "2020-01-01 23:00:00": "consent.complete"} {
		in := open(t, "in.csv", export(mailchimpHeader, member("a@example.com", confirmed)), proven)
		require.Contains(t, judge(t, in, out)[0], rule, confirmed)
	}
}
