package reconsent

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

// TestNeighbors starts from facts that reach a rule and changes one of them.
func TestNeighbors(t *testing.T) {
	type F = Facts
	type near struct {
		name   string
		change func(*Facts)
		rule   string
	}
	utc := func(h, m, s, ns int) When { return Instant(time.Date(2026, 11, 24, h, m, s, ns, time.UTC)) }
	other := basis.OtherKind
	for _, c := range []struct {
		rule string
		f    Facts
		near []near
	}{
		{"marketing.objected", F{ObjectedAt: utc(22, 59, 59, 999_999_999)}, []near{ // 23:59 in Amsterdam
			{"the next midnight", func(f *F) { f.ObjectedAt = utc(23, 0, 0, 0) }, "email.no-consent"},
			{"never", func(f *F) { f.ObjectedAt = When{} }, "email.no-consent"},
			{"no marketing", func(f *F) { f.Kind = other }, "facts.missing"},
			{"also withdrawn", func(f *F) { f.WithdrawnAt = Undated() }, "marketing.objected"},
			{"special", func(f *F) { f.Special = SpecialCategory }, "marketing.objected"},
		}},
		{"consent.withdrawn", F{Kind: other, Basis: basis.Consent, WithdrawnAt: utc(22, 59, 59, 999_999_999)}, []near{
			{"the next midnight", func(f *F) { f.WithdrawnAt = utc(23, 0, 0, 0) }, "consent.incomplete"},
			{"undated", func(f *F) { f.WithdrawnAt = Undated() }, "consent.withdrawn"},
			{"on f", func(f *F) { f.Basis = basis.LegitimateInterests }, "interest.assess"},
			{"marketing on f", func(f *F) { f.Kind, f.Basis = "", basis.LegitimateInterests }, "consent.withdrawn"},
		}},
		{"consent.withdrawn", consented(func(f *F) { f.WithdrawnAt = Day(2017, 3, 4) }), []near{
			{"the day before", func(f *F) { f.WithdrawnAt = Day(2017, 3, 3) }, "consent.complete"},
			{"the day after", func(f *F) { f.WithdrawnAt = Day(2017, 3, 5) }, "consent.withdrawn"},
			{"years after", func(f *F) { f.WithdrawnAt = Day(2020, 3, 5) }, "consent.withdrawn"},
			{"years before", func(f *F) { f.WithdrawnAt = Day(2010, 3, 5) }, "consent.complete"},
			{"undated", func(f *F) { f.WithdrawnAt = Undated() }, "consent.withdrawn"},
		}},
		{"special.no-condition", F{Special: CriminalData}, []near{
			{"with a law", func(f *F) { f.Condition = "x" }, "email.no-consent"},
			{"none", func(f *F) { f.Special = NotSpecial }, "email.no-consent"},
			{"unknown", func(f *F) { f.Special = "" }, "email.no-consent"},
		}},
		{"ground.authority", F{Basis: basis.LegitimateInterests, PublicTask: Yes}, []near{
			{"task unknown", func(f *F) { f.PublicTask = "" }, "email.no-consent"},
			{"on consent", func(f *F) { f.Basis = basis.Consent }, "email.no-consent"},
			{"no ground", func(f *F) { f.Basis = "" }, "email.no-consent"},
		}},
		{"ground.no-law", F{Kind: other, Basis: basis.PublicTask}, []near{
			{"with a law", func(f *F) { f.LawRef = "x" }, "public-task"},
			{"on b", func(f *F) { f.Basis = basis.Contract }, "facts.missing"},
		}},
		{"marketing.ground", F{Basis: basis.PublicTask, LawRef: "x"}, []near{
			{"no marketing", func(f *F) { f.Kind = other }, "public-task"},
			{"on f", func(f *F) { f.Basis = basis.LegitimateInterests }, "email.no-consent"},
			{"on consent", func(f *F) { f.Basis = basis.Consent }, "email.no-consent"},
		}},
		{"interest.objected", F{Kind: other, Basis: basis.LegitimateInterests, ObjectedAt: Undated()}, []near{
			{"marketing", func(f *F) { f.Kind = "" }, "marketing.objected"},
			{"on b", func(f *F) { f.Basis, f.ContractActive = basis.Contract, Yes }, "contract.active"},
			{"no ground", func(f *F) { f.Basis = "" }, "facts.missing"},
			{"not objected", func(f *F) { f.ObjectedAt = When{} }, "interest.assess"},
		}},
		{"consent.child", F{Kind: other, Basis: basis.Consent, BirthDate: Day(2010, 11, 25)}, []near{
			{"16 today", func(f *F) { f.BirthDate = Day(2010, 11, 24) }, "consent.incomplete"},
			{"birth unknown", func(f *F) { f.BirthDate = When{} }, "consent.incomplete"},
			{"birth undated", func(f *F) { f.BirthDate = Undated() }, "consent.incomplete"},
			{"birth as an instant", func(f *F) { f.BirthDate = Instant(time.Date(2010, 11, 24, 23, 0, 0, 0, time.UTC)) }, "consent.child"},
			{"an instant before midnight", func(f *F) { f.BirthDate = Instant(time.Date(2010, 11, 24, 22, 59, 59, 0, time.UTC)) }, "consent.incomplete"},
			{"consent undated: today counts", func(f *F) { f.ConsentAt = Undated() }, "consent.child"},
			{"consent tomorrow: today counts", func(f *F) { f.ConsentAt = Day(2026, 11, 25) }, "consent.child"},
			{"on f", func(f *F) { f.Basis = basis.LegitimateInterests }, "interest.assess"},
			{"parents agreed", func(f *F) { f.ParentalConsent = Yes }, "consent.incomplete"},
			{"no online service", func(f *F) { f.OnlineService = No }, "consent.incomplete"},
			{"an online service", func(f *F) { f.OnlineService = Yes }, "consent.child"},
		}},
		{"consent.child", F{BirthDate: Day(2010, 11, 25), ConsentAt: Day(2026, 11, 24)}, []near{
			{"consent tomorrow", func(f *F) { f.ConsentAt = Day(2026, 11, 25) }, "email.no-consent"},
			{"no consent", func(f *F) { f.ConsentAt = When{} }, "email.no-consent"},
			{"no marketing", func(f *F) { f.Kind = other }, "facts.missing"},
		}},
		{"contract.active", F{Kind: basis.ContractPerformance, ContractActive: Yes}, []near{
			{"other kind", func(f *F) { f.Kind = other }, "facts.missing"},
			{"other kind on b", func(f *F) { f.Kind, f.Basis = other, basis.Contract }, "contract.active"},
			{"service on b", func(f *F) { f.Kind, f.Basis = basis.ServiceMessage, basis.Contract }, "contract.active"},
			{"marketing", func(f *F) { f.Kind = basis.DirectMarketing }, "email.no-consent"},
		}},
		{"law.term", F{Kind: other, Basis: basis.LegalObligation, LawRef: "x", LawUntil: Day(2026, 11, 24)}, []near{
			{"tomorrow", func(f *F) { f.LawUntil = Day(2026, 11, 25) }, "law.term"},
			{"yesterday", func(f *F) { f.LawUntil = Day(2026, 11, 23) }, "nothing.left"},
			{"first instant of today", func(f *F) { f.LawUntil = Instant(time.Date(2026, 11, 23, 23, 0, 0, 0, time.UTC)) }, "law.term"},
			{"last of yesterday", func(f *F) { f.LawUntil = Instant(time.Date(2026, 11, 23, 22, 59, 59, 999_999_999, time.UTC)) }, "nothing.left"},
			{"passed, undated", func(f *F) { f.LawUntil = Undated() }, "nothing.left"},
			{"no ground", func(f *F) { f.Basis = "" }, "law.term"},
			{"no ground, no end", func(f *F) { f.Basis, f.LawUntil = "", When{} }, "facts.missing"},
			{"no law", func(f *F) { f.LawRef, f.Basis = "", "" }, "facts.missing"},
			{"marketing", func(f *F) { f.Kind, f.Basis = "", "" }, "email.no-consent"},
		}},
		{"vital", F{Kind: other, Basis: basis.VitalInterests}, []near{{"no ground", func(f *F) { f.Basis = "" }, "facts.missing"}}},
		{"service.message", F{Kind: basis.ServiceMessage, ContractActive: Yes}, []near{
			{"ended", func(f *F) { f.ContractActive = No }, "nothing.left"},
			{"other kind", func(f *F) { f.Kind = other }, "facts.missing"},
		}},
		{"consent.complete", consented(nil), []near{
			{"a date only", func(f *F) { f.ConsentAt = Day(2017, 3, 4) }, "email.no-consent"},
			{"no moment", func(f *F) { f.ConsentAt = When{} }, "email.no-consent"},
			{"last instant of today", func(f *F) { f.ConsentAt = utc(22, 59, 59, 999_999_999) }, "consent.complete"},
			{"tomorrow", func(f *F) { f.ConsentAt = utc(23, 0, 0, 0) }, "email.no-consent"},
			{"no text", func(f *F) { f.ConsentText = "" }, "email.no-consent"},
			{"pre-ticked", func(f *F) { f.ConsentAction = PreTicked }, "email.no-consent"},
			{"act unknown", func(f *F) { f.ConsentAction = "" }, "email.no-consent"},
			{"bundling unknown", func(f *F) { f.ConsentBundled = "" }, "email.no-consent"},
			{"withdrawal not told", func(f *F) { f.ConsentWithdrawalTold = No }, "email.no-consent"},
			{"purpose not changed", func(f *F) { f.PurposeChanged = No }, "consent.complete"},
			{"purpose changed, compatible", func(f *F) { f.PurposeChanged, f.Compatible = Yes, Yes }, "email.no-consent"},
		}},
		{"purpose.changed", F{PurposeChanged: Yes, Channel: basis.Phone}, []near{
			{"by post", func(f *F) { f.Channel = basis.Post }, "purpose.changed"},
			{"compatible", func(f *F) { f.Compatible = Yes }, "phone.no-consent"},
			{"not compatible", func(f *F) { f.Compatible = No }, "purpose.changed"},
			{"unknown", func(f *F) { f.PurposeChanged = "" }, "phone.no-consent"},
		}},
		{"email.customer", customer(nil), []near{
			{"by post", func(f *F) { f.Channel = basis.Post }, "interest.assess"},
			{"no marketing", func(f *F) { f.Kind = other }, "facts.missing"},
			{"sale undated", func(f *F) { f.SaleAt = Undated() }, "email.customer"},
			{"no sale", func(f *F) { f.SaleAt = When{} }, "email.no-consent"},
			{"no free account", func(f *F) { f.FreeAccount = No }, "email.customer"},
			{"sale tonight", func(f *F) { f.SaleAt = utc(22, 59, 59, 999_999_999) }, "email.customer"},
			{"sale after midnight", func(f *F) { f.SaleAt = utc(23, 0, 0, 0) }, "email.no-consent"},
		}},
		{"email.account", customer(func(f *F) { f.FreeAccount = Yes }), []near{
			{"by post", func(f *F) { f.Channel = basis.Post }, "interest.assess"},
			{"by another", func(f *F) { f.SaleEntity = OtherEntity }, "email.sale-incomplete"},
			{"other products", func(f *F) { f.Similar = "" }, "email.sale-incomplete"},
			{"not informed", func(f *F) { f.Informed = No }, "email.sale-incomplete"},
			{"no opt-out then", func(f *F) { f.OptOutAtCollection = No }, "email.sale-incomplete"},
		}},
		{"email.published", F{Person: LegalPersonNamed, PublishedForPurpose: Yes, LIA: PassedAssessment}, []near{
			{"not for this", func(f *F) { f.PublishedForPurpose = No }, "email.no-consent"},
			{"unknown", func(f *F) { f.PublishedForPurpose = "" }, "email.no-consent"},
			{"by phone", func(f *F) { f.Channel = basis.Phone }, "phone.company"},
			{"info@, failed", func(f *F) { f.Person, f.LIA = LegalPersonGeneric, FailedAssessment }, "email.published"},
		}},
		{"phone.company", F{Channel: basis.Phone, Person: LegalPersonNamed, LIA: PassedAssessment}, []near{
			{"a consumer", func(f *F) { f.Person = Consumer }, "phone.no-consent"},
			{"someone", func(f *F) { f.Person = "" }, "phone.no-consent"},
			{"by mail", func(f *F) { f.Channel = basis.Email }, "email.no-consent"},
			{"failed", func(f *F) { f.LIA = FailedAssessment }, "interest.failed"},
		}},
		{"phone.customer", customer(func(f *F) { f.Channel, f.Sector = basis.Phone, LotterySector }), []near{
			{"no such sector", func(f *F) { f.Sector = NoSector }, "phone.no-consent"},
			{"no sale", func(f *F) { f.SaleAt = When{} }, "phone.no-consent"},
			{"sale tomorrow", func(f *F) { f.SaleAt = Day(2026, 11, 25) }, "phone.no-consent"},
			{"by another", func(f *F) { f.SaleEntity = "" }, "phone.no-consent"},
			{"other products", func(f *F) { f.Similar = No }, "phone.no-consent"},
			{"not informed", func(f *F) { f.Informed = "" }, "phone.no-consent"},
			{"no opt-out then", func(f *F) { f.OptOutAtCollection = "" }, "phone.no-consent"},
			{"a company", func(f *F) { f.Person = LegalPersonNamed }, "interest.assess"},
		}},
		{"post.consent", F{Channel: basis.Post, Basis: basis.Consent}, []near{
			{"no channel", func(f *F) { f.Channel = basis.NoChannel }, "post.consent"},
			{"on f", func(f *F) { f.Basis = basis.LegitimateInterests }, "interest.assess"},
			{"no marketing", func(f *F) { f.Kind = other }, "consent.incomplete"},
		}},
		{"nothing.left", F{Kind: other, ContractActive: No}, []near{
			{"unknown", func(f *F) { f.ContractActive = "" }, "facts.missing"},
			{"on f", func(f *F) { f.Basis, f.LIA = basis.LegitimateInterests, PassedAssessment }, "interest.passed"},
			{"on consent", func(f *F) { f.Basis = basis.Consent }, "consent.incomplete"},
		}},
	} {
		tab := tableOn(t, today)
		require.Equal(t, c.rule, tab.Decide(&c.f).Rule, c.rule)
		for _, n := range c.near {
			f := c.f
			n.change(&f)
			require.Equal(t, n.rule, tab.Decide(&f).Rule, "%s: %s", c.rule, n.name)
		}
	}
}

// TestEveryRowIsReached finds facts for each row, both rows of an id included, and no
// facts for the rows that Dutch law does not have.
func TestEveryRowIsReached(t *testing.T) {
	rows := rules()
	first := func(tab *Table, f *Facts) int { // the order of the law, walked naively
		s := situation{t: tab, f: f}
		require.True(t, s.classify())
		grade, _ := tab.Evidence(f)
		s.complete = grade == Complete
		s.objected, s.withdrawn = tab.Happened(f.ObjectedAt), tab.Happened(f.WithdrawnAt)
		for i, r := range rows {
			if (r.of == 0 || (r.of == marketing) == s.marketing) && r.when(s) {
				return i
			}
		}
		t.Fatal("the last row takes everything")
		return 0
	}
	tables := map[string]*Table{}
	for _, c := range []string{"NL", "FR", "BE"} {
		tables[c] = tableFor(t, Controller{Country: c}, "2026-06-30")
	}
	reached := make([]map[string]bool, len(rows))
	for i := range reached {
		reached[i] = map[string]bool{}
	}
	r := rand.New(rand.NewPCG(1, 2))
	in := make([]byte, 48)
	for range 30_000 {
		for i := range in {
			if in[i] = 0; r.IntN(3) == 0 { // mostly unknown
				in[i] = byte(r.IntN(256))
			}
		}
		f := draw(in)
		for country, tab := range tables {
			i, a := first(tab, &f), tab.Decide(&f)
			reached[i][country] = true
			want := rows[i].id
			switch {
			case !rows[i].balance || f.LIA == PassedAssessment:
				require.Equal(t, rows[i].outcome, a.Outcome)
			case f.LIA == FailedAssessment:
				want = "interest.failed"
			default:
				want = "interest.assess"
			}
			require.Equal(t, want, a.Rule)
		}
	}
	// Too rare for chance: the conditions of the customer exception and of a complete consent.
	for country, tab := range tables {
		for _, f := range []Facts{
			customer(nil), customer(func(f *Facts) { f.FreeAccount = Yes }), customer(func(f *Facts) { f.Channel = basis.Phone }),
			consented(nil), consented(func(f *Facts) { f.Kind = basis.OtherKind }),
		} {
			reached[first(tab, &f)][country] = true
		}
	}
	for i, row := range rows {
		foreign := row.id == "email.company" || row.id == "phone.opt-out"
		require.NotEmpty(t, reached[i], "row %d, %s", i, row.id)
		require.Equal(t, !foreign, reached[i]["NL"], "row %d, %s", i, row.id)
	}
}
