package reconsent

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

func TestParseWhen(t *testing.T) {
	for _, s := range []string{"", "2024-02-29", "0001-01-01", "9999-12-31", "2024-02-29T10:11:12Z", "2024-02-29T10:11:12.123456789Z"} {
		w, err := ParseWhen(s)
		require.NoError(t, err, s)
		require.Equal(t, s, w.String())
		require.Equal(t, s == "", w.IsZero())
		require.Equal(t, len(s) > 10, w.HasTime())
	}
	for _, s := range []string{
		" ", "2024", "2024-2-9", "2023-02-29", "2024-02-30", "2024-13-01", "2024-00-01", "0000-01-01", "10000-01-01", "24-02-2024", "2024/02/29",
		"2024-02-29 10:11:12", "2024-02-29T10:11:12", "2024-02-29T10:11Z", "2024-02-29T24:00:00Z", "2024-02-29T10:60:00Z", "2024-02-29T10:11:60Z",
		"2024-02-29T10:11:12+25:00", "2024-02-29T10:11:12+24:00", "2024-02-29T10:11:12-24:00", "2024-02-29t10:11:12z", "2024-02-29T10:11:12,5Z", "0000-01-01T00:00:00Z", "yesterday", "2024-02-2９", "undated",
	} {
		_, err := ParseWhen(s)
		require.Error(t, err, s)
		if len(s) > 1 {
			require.NotContains(t, err.Error(), s)
		}
	}
	require.True(t, Day(2023, 2, 29).IsZero())
	require.Equal(t, "undated", Undated().String())
}

func TestWhenText(t *testing.T) {
	for _, w := range []When{{}, Undated(), Day(2024, 2, 29), Instant(time.Unix(1, 5).UTC())} {
		text, err := w.MarshalText()
		require.NoError(t, err)
		var got When
		require.NoError(t, got.UnmarshalText(text))
		require.Equal(t, w, got)
		require.Error(t, got.UnmarshalText([]byte("x")))
		require.Equal(t, w, got, "left as it was")
	}
}

func TestLatest(t *testing.T) {
	loc := zone(t, "Europe/Amsterdam")
	at, ok := Day(2026, 3, 29).Latest(loc)
	require.True(t, ok)
	require.Equal(t, "2026-03-29T21:59:59.999999999Z", at.UTC().Format(time.RFC3339Nano))
	_, ok = Undated().Latest(loc)
	require.False(t, ok)
}

func FuzzParseWhen(f *testing.F) {
	for _, s := range []string{"", "2024-02-29", "2024-02-29T10:11:12+01:00", "2024-02-30"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		w, err := ParseWhen(s)
		b, errBytes := ParseWhen([]byte(s))
		require.Equal(t, w, b)
		require.Equal(t, err == nil, errBytes == nil)
		if err != nil {
			require.True(t, w.IsZero())
			return
		}
		var got When
		require.NoError(t, got.UnmarshalText([]byte(w.String())))
		require.Equal(t, w, got)
	})
}

func TestValidateNamesTheField(t *testing.T) {
	require.NoError(t, new(Facts).Validate())
	require.NoError(t, new(consented(nil)).Validate())
	for field, f := range map[string]Facts{
		"person": {Person: "x"}, "channel": {Channel: "x"}, "kind": {Kind: "x"}, "basis": {Basis: "x"}, "consent_action": {ConsentAction: "x"},
		"consent_bundled": {ConsentBundled: "x"}, "consent_withdrawal_told": {ConsentWithdrawalTold: "x"}, "sale_entity": {SaleEntity: "x"},
		"similar": {Similar: "x"}, "informed": {Informed: "x"}, "optout_at_collection": {OptOutAtCollection: "x"}, "optout_in_messages": {OptOutInMessages: "x"},
		"free_account": {FreeAccount: "x"}, "published_for_purpose": {PublishedForPurpose: "x"}, "lia": {LIA: "x"}, "contract_active": {ContractActive: "x"},
		"source": {Source: "x"}, "special": {Special: "x"}, "public_task": {PublicTask: "x"}, "parental_consent": {ParentalConsent: "x"},
		"online_service": {OnlineService: "x"}, "sector": {Sector: "x"}, "purpose_changed": {PurposeChanged: "x"}, "compatible": {Compatible: "x"},
	} {
		require.ErrorContains(t, f.Validate(), "reconsent: "+field+" ")
	}
}

// TestValidateCoversEveryField: a field of a closed list that Validate forgets fails here.
func TestValidateCoversEveryField(t *testing.T) {
	kind := reflect.TypeFor[Facts]()
	n := 0
	for field := range kind.Fields() {
		if field.Type.Kind() != reflect.String || field.Type == reflect.TypeFor[string]() {
			continue
		}
		var f Facts
		v := reflect.ValueOf(&f).Elem().FieldByIndex(field.Index)
		v.SetString("s3cret")
		err := f.Validate()
		require.ErrorContains(t, err, "outside its list", field.Name)
		require.NotContains(t, err.Error(), "s3cret")
		for _, value := range v.Interface().(interface{ Values() []string }).Values() {
			v.SetString(value)
			require.NoError(t, f.Validate(), field.Name)
		}
		n++
	}
	require.Equal(t, 24, n)
}

// FuzzDecide draws facts from bytes and holds the answer to what must hold for all.
func FuzzDecide(f *testing.F) {
	f.Add([]byte("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ"))
	f.Add([]byte{})
	tab := tableOn(f, today)
	f.Fuzz(func(t *testing.T, in []byte) {
		facts := draw(in)
		a := tab.Decide(&facts)
		require.True(t, a.Outcome.Valid())
		require.NotEmpty(t, a.Rule)
		require.NotEmpty(t, a.Cites)
		marketing := facts.Kind == "" || facts.Kind == basis.DirectMarketing
		if marketing && tab.Happened(facts.ObjectedAt) && !laterConsent(tab, &facts, facts.ObjectedAt) {
			require.Equal(t, StopObjected, a.Outcome)
		}
		if marketing && tab.Happened(facts.WithdrawnAt) && !laterConsent(tab, &facts, facts.WithdrawnAt) {
			require.False(t, a.Outcome.Keeps())
		}
		if a.Outcome == KeepConsent {
			require.Equal(t, Complete, a.Evidence)
		}
		if a.Outcome.Keeps() {
			return
		}
		// Never friendlier: a denial more, or less known of the consent or the sale.
		for name, change := range map[string]func(*Facts){
			"an objection":       func(f *Facts) { f.ObjectedAt = Undated() },
			"a dated objection":  func(f *Facts) { f.ObjectedAt = later(f.ObjectedAt) },
			"a withdrawal":       func(f *Facts) { f.WithdrawnAt = Undated() },
			"a dated withdrawal": func(f *Facts) { f.WithdrawnAt = later(f.WithdrawnAt) },
			"no moment":          func(f *Facts) { f.ConsentAt = When{} },
			"no text":            func(f *Facts) { f.ConsentText = "" },
			"no act":             func(f *Facts) { f.ConsentAction = "" },
			"no bundling":        func(f *Facts) { f.ConsentBundled = "" },
			"no telling":         func(f *Facts) { f.ConsentWithdrawalTold = "" },
			"no sale":            func(f *Facts) { f.SaleAt = When{} },
			"no entity":          func(f *Facts) { f.SaleEntity = "" },
			"no likeness":        func(f *Facts) { f.Similar = "" },
			"no word":            func(f *Facts) { f.Informed = "" },
			"no opt-out":         func(f *Facts) { f.OptOutAtCollection = "" },
			"no opt-out later":   func(f *Facts) { f.OptOutInMessages = "" },
			"not published":      func(f *Facts) { f.PublishedForPurpose = "" },
			"not assessed":       func(f *Facts) { f.LIA = "" },
		} {
			less := facts
			change(&less)
			if b := tab.Decide(&less); b.Outcome.Keeps() {
				// The one exception is in the law's words: marketing to a child with a consent is
				// judged by that consent; without its moment another ground may carry it.
				require.True(t, name == "no moment" && a.Rule == "consent.child" && b.Outcome != KeepConsent, "%s turned %s into %s", name, a.Rule, b.Rule)
			}
		}
	})
}

// later is a denial on the day before that of evaluation, where none is recorded.
func later(w When) When {
	if w.IsZero() {
		return Day(2026, 11, 23)
	}
	return w
}

// laterConsent says with package time alone whether a complete consent follows the denial.
func laterConsent(tab *Table, f *Facts, denial When) bool {
	at, dated := f.ConsentAt.Time()
	end, known := denial.Latest(tab.Zone())
	grade, _ := tab.Evidence(f)
	return grade == Complete && dated && known && at.After(end)
}

// draw makes facts of bytes; what they do not reach stays unknown.
func draw(in []byte) Facts {
	next := func(n int) int {
		if len(in) == 0 {
			return 0
		}
		b := int(in[0])
		in = in[1:]
		return b % n
	}
	pick := func(values []string) string { return append([]string{""}, values...)[next(len(values)+1)] }
	yesNo := func() YesNo { return YesNo(pick(YesNo("").Values())) }
	day := func() When {
		return []When{{}, Undated(), Day(2026, 11, 23), Day(2026, 11, 24), Day(2026, 11, 25), Day(2010, 5, 5), Instant(time.Date(2026, 11, 24, 23, 0, 0, 0, time.UTC)), Instant(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))}[next(8)]
	}
	return Facts{
		Person: Person(pick(Person("").Values())), Channel: basis.Channel(pick(basis.Channel("").Values())), Kind: basis.Kind(pick(basis.Kind("").Values())),
		Basis: basis.Basis(pick(basis.Basis("").Values())), ConsentAt: day(), ConsentText: pick([]string{"v"}), ConsentAction: Action(pick(Action("").Values())),
		ConsentBundled: yesNo(), ConsentWithdrawalTold: yesNo(), WithdrawnAt: day(), ObjectedAt: day(), SaleAt: day(), SaleEntity: Entity(pick(Entity("").Values())),
		Similar: yesNo(), Informed: yesNo(), OptOutAtCollection: yesNo(), OptOutInMessages: yesNo(), FreeAccount: yesNo(), PublishedForPurpose: yesNo(),
		LIA: Assessment(pick(Assessment("").Values())), LawRef: pick([]string{"l"}), LawUntil: day(), ContractActive: yesNo(),
		Source: basis.Source(pick(basis.Source("").Values())), AcquiredAt: day(), NoticeAt: day(), Special: Special(pick(Special("").Values())),
		Condition: pick([]string{"c"}), PublicTask: yesNo(), BirthDate: day(), ParentalConsent: yesNo(), OnlineService: yesNo(),
		Sector: Sector(pick(Sector("").Values())), PurposeChanged: yesNo(), Compatible: yesNo(),
	}
}
