package exports

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

// to maps facts to columns of the same file.
func to(columns ...string) map[string]Column {
	m := map[string]Column{}
	for i := 0; i < len(columns); i += 2 {
		m[columns[i]] = Column{Name: columns[i+1]}
	}
	return m
}

// the returns the facts of the only row that the file yields.
func the(t testing.TB, f *File) reconsent.Facts {
	var out []reconsent.Facts
	for facts, err := range f.All(table(t)) {
		require.NoError(t, err)
		out = append(out, facts)
	}
	require.Len(t, out, 1)
	return out[0]
}

// TestMappedFactsFile: a facts file under headers of its own is judged as one under ours.
func TestMappedFactsFile(t *testing.T) {
	const rows = "c-1,newsletter,2020-01-01,2020-01-02,consent\n"
	plain := the(t, open(t, "f.csv", "contact,purpose,objected_at,withdrawn_at,basis\n"+rows, Config{}))
	mapped := the(t, open(t, "f.csv", "klant,doel,bezwaar,ingetrokken,grond\n"+rows, Config{
		Product: FactsCSV,
		Columns: to("contact", "klant", "purpose", "doel", "objected_at", "bezwaar", "withdrawn_at", "ingetrokken", "basis", "grond"),
	}))
	plain.Origin, mapped.Origin = reconsent.Origin{}, reconsent.Origin{}
	require.Equal(t, plain, mapped)
	require.Equal(t, "2020-01-01", mapped.ObjectedAt.String())
	_, err := Open("f.csv", text("klant,\nc-1,x\n"), Config{Product: FactsCSV, Columns: to("contact", "")})
	require.ErrorContains(t, err, "columns: contact")
}

// TestMappedBeforeOwn: a mapped column counts for more than the product's own, and
// what a row states for more than a fill.
func TestMappedBeforeOwn(t *testing.T) {
	chimp := row0{"Email Address": "a@example.com", "OPTIN_TIME": "2020-01-02 10:00:00", "OPTIN_IP": "192.0.2.1", "CONFIRM_TIME": "2020-01-02 10:05:00", "Ours": "2024-05-05 10:00:00"}
	f := the(t, open(t, "s.csv", export(mailchimpHeader+",Ours", chimp), Config{Columns: to("consent_at", "Ours")}))
	require.Equal(t, "2024-05-05T10:00:00Z", f.ConsentAt.String())

	const hub = "Record ID,Email,hs_legal_basis,Ours\n1,a@example.com,Freely given consent from contact,"
	ours := newsletter
	ours.Basis = basis.Contract
	for _, c := range []struct {
		name, ours string
		cfg        Config
		want       basis.Basis
	}{
		{"own", "", Config{}, basis.Consent},
		{"mapped", "Legitimate interests", Config{Columns: to("basis", "Ours")}, basis.LegitimateInterests},
		{"mapped, over the purpose's", "Legitimate interests", Config{Columns: to("basis", "Ours"), Purposes: []Purpose{ours}}, basis.LegitimateInterests},
		{"mapped, none stated", "Not applicable", Config{Columns: to("basis", "Ours"), Purposes: []Purpose{ours}}, basis.Contract},
		{"filled", "", Config{Fill: map[string]string{"basis": "legitimate_interests"}}, basis.Consent},
		{"filled, over the purpose's", "", Config{Fill: map[string]string{"basis": "legitimate_interests"}, Purposes: []Purpose{ours}}, basis.Contract},
	} {
		require.Equal(t, c.want, the(t, open(t, "h.csv", hub+c.ours+"\n", c.cfg)).Basis, c.name)
	}
	filled := Config{Fill: map[string]string{"basis": "legitimate_interests"}}
	require.Equal(t, basis.LegitimateInterests, the(t, open(t, "h.csv", "Record ID,Email\n1,a@example.com\n", filled)).Basis)
}

// TestMappedWithdrawal reaches what rests on consent, marketing or not, and nothing else.
func TestMappedWithdrawal(t *testing.T) {
	for _, c := range []struct {
		name, stated string
		purpose      Purpose
		withdrawn    bool
	}{
		{"marketing", "", newsletter, true},
		{"on consent", "", Purpose{ID: "research", Kind: basis.OtherKind, Basis: basis.Consent}, true},
		{"on the consent that the row states", "consent", Purpose{ID: "research", Kind: basis.OtherKind}, true},
		{"on a contract", "", Purpose{ID: "order", Kind: basis.ContractPerformance, Basis: basis.Contract}, false},
		{"on the contract that the row states", "consent;contract", Purpose{ID: "order", Kind: basis.ContractPerformance}, false},
		{"on nothing known", "", Purpose{ID: "order", Kind: basis.ContractPerformance}, false},
	} {
		c.purpose.Channels = []basis.Channel{basis.NoChannel}
		f := the(t, open(t, "h.csv", "Record ID,Email,hs_legal_basis,Left\n1,a@example.com,"+c.stated+",2024-01-01\n", Config{Purposes: []Purpose{c.purpose}, Columns: to("withdrawn_at", "Left")}))
		require.Equal(t, c.withdrawn, !f.WithdrawnAt.IsZero(), c.name)
	}
}

// TestComplaintBesideMappedObjection: neither hides the other.
func TestComplaintBesideMappedObjection(t *testing.T) {
	for mapped, want := range map[string]string{"2024-01-01": "marketing.objected", "2031-01-01": "consent.complete", "": "consent.complete", "2020-01-01": "consent.complete"} {
		r := row0{"Email Address": "a@example.com", "OPTIN_TIME": "2020-01-02 10:00:00", "OPTIN_IP": "192.0.2.1", "UNSUB_TIME": "2019-01-02 10:00:00", "UNSUB_REASON": "spam", "Objected": mapped}
		cfg := Config{Fill: proven.Fill, Columns: to("objected_at", "Objected")}
		require.Contains(t, judge(t, open(t, "u.csv", export(mailchimpUnsub+",Objected", r), cfg))[0], want, mapped)
		r["UNSUB_TIME"] = "2025-01-02 10:00:00"
		require.Contains(t, judge(t, open(t, "u.csv", export(mailchimpUnsub+",Objected", r), cfg))[0], "stop_", mapped)
	}
}

// TestUnneededFields are named once, however many columns hold them.
func TestUnneededFields(t *testing.T) {
	f := the(t, open(t, "h.csv", "Record ID,Email,A,B,C\n1,a@example.com,x,y,\n", Config{Unneeded: map[string]string{"A": "shoe_size", "B": "shoe_size", "C": "hobby"}}))
	require.Equal(t, []string{"shoe_size"}, f.UnneededFields)
}
