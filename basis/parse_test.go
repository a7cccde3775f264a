package basis_test

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

func all() []basis.Basis {
	var out []basis.Basis
	for _, v := range basis.Basis("").Values() {
		out = append(out, basis.Basis(v))
	}
	return out
}

func TestParseBasis(t *testing.T) {
	t.Parallel()
	tests := map[basis.Basis][]string{
		basis.Consent: {
			"a", "6(1)(a)", "GDPR 6(1)(a)", "Toestemming", "toestemming van de betrokkene", "Consent", " consent ",
			"^consent^",                                // SuiteCRM, one value
			"Freely given consent from contact",        // HubSpot, contact property
			"CONSENT_WITH_NOTICE", "PROCESS_AND_STORE", // HubSpot, subscriptions
			"https://w3id.org/dpv#Consent", "dpv:Consent", "eu-gdpr:Consent", "eu-gdpr:A6-1-a-explicit-consent",
			"Consent - Art. 6(1)(a) GDPR", "Art.6(1-a) regular consent",
		},
		basis.Contract: {
			"b", "6.1.b", "Contract", "overeenkomst", "Uitvoering van een overeenkomst", "Performance of a contract",
			"PERFORMANCE_OF_CONTRACT", "dpv:EnterIntoContract", "eu-gdpr:A6-1-b-enter-into-contract", "Art 6(1-b) enter into contract",
		},
		basis.LegalObligation: {
			"c", "Artikel 6, eerste lid, aanhef en onder c, AVG", "legal obligation", "Legal Obligation", "legal_obligation",
			"wettelijke verplichting", "Wettelijke plicht", "https://w3id.org/dpv#LegalObligation",
		},
		basis.VitalInterests: {
			"d", "protection_of_interest", "Protection of Interest", "vitaal belang", "vitale belangen", "Vital interests",
			"dpv:VitalInterestOfDataSubject", "eu-gdpr:A6-1-d-natural-person",
		},
		basis.PublicTask: {
			"e", "public_interest", "publieke taak", "algemeen belang", "Taak van algemeen belang", "public task",
			"dpv:OfficialAuthorityOfController", "eu-gdpr:A6-1-e-public-interest",
		},
		basis.LegitimateInterests: {
			"6(1)(f)", "Art. 6(1)(f) GDPR", "6.1.f", "6 lid 1 onder f AVG", "f", "F", "6-1-f", "6(1)f", "art 6 f", "A6-1-f",
			"article 6 paragraph 1 point f", "artikel 6, eerste lid, onder f", "Legitimate interest \u2212 other", "Art. 6 Abs. 1 lit. f DSGVO", " eu-gdpr:A6-1-f ",
			"legitimate interest", "Legitimate Interests", "gerechtvaardigd belang", "Gerechtvaardigde belangen",
			"Legitimate interest - prospect/lead", "Legitimate interest – prospect/lead", "LEGITIMATE INTEREST – EXISTING CUSTOMER",
			"Legitimate interest \u2014 other", "Legitimate interest\u00a0- existing customer",
			"LEGITIMATE_INTEREST_PQL", "LEGITIMATE_INTEREST_CLIENT", "LEGITIMATE_INTEREST_OTHER", "legitimate_interest",
			"https://w3id.org/dpv/legal/eu/gdpr#A6-1-f", "https://w3id.org/dpv/legal/eu/gdpr#A6-1-f-controller",
			"https://w3id.org/dpv#LegitimateInterest", "https://w3id.org/dpv#LegitimateInterestOfThirdParty", "eu-gdpr:A6-1-f",
			"Legitimate interest (Art. 6(1)(f))", "6(1)(f) legitimate interests", "\ufefflegitimate interest",
		},
		basis.SoftOptIn: {
			"soft opt-in", "Soft opt-in", "soft_opt_in", "klantuitzondering", "ePrivacy 13(2)", "Directive 2002/58/EC Art. 13(2)",
			"Tw 11.7", "art. 11.7 Telecommunicatiewet",
		},
		"": {"", " ", "Not applicable", "NON_GDPR", "n.v.t.", "N/A"}, // nothing recorded
	}
	for want, texts := range tests {
		for _, text := range texts {
			got, err := basis.ParseBasis(text)
			require.NoError(t, err, text)
			require.Equal(t, want, got, text)
			got, err = basis.ParseBasis([]byte(text))
			require.NoError(t, err, text)
			require.Equal(t, want, got, text)
		}
	}
	for _, b := range all() {
		for _, text := range []string{string(b), b.Article(), b.Title().En, b.Title().Nl, strings.ToUpper(b.Title().En)} {
			got, err := basis.ParseBasis(text)
			require.NoError(t, err, text)
			require.Equal(t, b, got, text)
		}
	}
}

func TestParseBasisRejects(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"g", "6(1)", "6(4)", "6(1)(g)", "6(1)(aa)", "9(2)(a)", "7(1)(a)", "6(2)(a)", "6(1)(1)(a)", "13(2)", "GDPR 13(2)", "Tw 13.2",
		"6(1)(a) and (f)", "6(1)(f) GDPR ePrivacy", "artikel 6 tweede lid f", "eerste lid f", "2002", "Tw GDPR 11.7", "6 f 1", "6 f f", "600(1)(f)",
		"0(1)(f)", "6 eerste eerste f", "6 tweede tweede lid", "6(1)(f) ePrivacy", "consent 6(1)(f)", "legitimate interest (a)", "of f", "de f",
		"consent, contract", "^consent^,^contract^", "jan@example.com", "yes", "opt-in", "true", "1", "6",
		"dpv:ImpliedConsent", "dpv:UninformedConsent", "dpv:LegalBasis", "eu-gdpr:A6-1-g", "eu-gdpr:a6-1-f-someone",
		strings.Repeat("consent ", 100), strings.Repeat("x", 1000), "art", "gdpr", "\xff\xfe",
	} {
		got, err := basis.ParseBasis(text)
		require.Error(t, err, text)
		require.Zero(t, got, text)
		require.NotErrorIs(t, err, basis.ErrWithdrawn, text)
		require.NotContains(t, err.Error(), "example.com", "no text in errors")
	}
	for _, text := range []string{"withdrawn", "Withdrawn", "^withdrawn^", "ingetrokken", "Consent withdrawn"} {
		got, err := basis.ParseBasis(text)
		require.ErrorIs(t, err, basis.ErrWithdrawn, text)
		require.Zero(t, got, text)
	}
}

func TestParseBases(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text      string
		want      []basis.Basis
		withdrawn bool
		fails     bool
	}{
		{text: ""},
		{text: ";;"},
		{text: "Not applicable"},
		{text: "^^"},
		{text: "^consent^,^contract^", want: []basis.Basis{basis.Consent, basis.Contract}},
		{text: "^consent^,^withdrawn^", want: []basis.Basis{basis.Consent}, withdrawn: true},
		{text: "^withdrawn^", withdrawn: true},
		{text: "Legitimate interest – existing customer;Performance of a contract; Legitimate interest - other",
			want: []basis.Basis{basis.LegitimateInterests, basis.Contract}},
		{text: "Freely given consent from contact;Not applicable", want: []basis.Basis{basis.Consent}},
		{text: "consent;jan@example.com", fails: true},
		{text: "jan@example.com;withdrawn", withdrawn: true, fails: true},
		{text: "consent,contract", fails: true},
	}
	for _, test := range tests {
		got, withdrawn, err := basis.ParseBases(test.text)
		require.Equal(t, test.fails, err != nil, test.text)
		require.Equal(t, test.want, got, test.text)
		require.Equal(t, test.withdrawn, withdrawn, test.text)
		if err != nil {
			require.NotContains(t, err.Error(), "example.com")
		}
	}
	dst := []basis.Basis{basis.Consent}
	got, _, err := basis.AppendBases(dst, "consent;contract")
	require.NoError(t, err)
	require.Equal(t, []basis.Basis{basis.Consent, basis.Contract}, got)
	got, _, err = basis.AppendBases(dst, "contract;unknown text")
	require.Error(t, err)
	require.Equal(t, dst, got)
}

func TestParseCondition(t *testing.T) {
	t.Parallel()
	for _, v := range basis.Condition("").Values() {
		c := basis.Condition(v)
		for _, text := range []string{
			v, c.Article(), c.IRI(), c.Title().En, c.Title().Nl, strings.Replace(c.IRI(), "https://w3id.org/dpv/legal/eu/gdpr#", "eu-gdpr:", 1),
			"9 lid 2 onder " + c.Article()[len("GDPR 9(2)("):len("GDPR 9(2)(a")] + " AVG",
		} {
			got, err := basis.ParseCondition(text)
			require.NoError(t, err, text)
			require.Equal(t, c, got, text)
		}
	}
	for _, text := range []string{"9(2)", "9(2)(k)", "6(1)(a)", "9(1)(a)", "ePrivacy 9(2)(a)", "jan@example.com", strings.Repeat("a ", 200)} {
		_, err := basis.ParseCondition(text)
		require.Error(t, err, text)
		require.NotContains(t, err.Error(), "example.com")
	}
	got, err := basis.ParseCondition("")
	require.NoError(t, err)
	require.Zero(t, got)
}

func TestParseDoesNotAllocate(t *testing.T) {
	text := []byte("Legitimate interest – existing customer;Performance of a contract")
	dst := make([]basis.Basis, 0, 4)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if _, _, err := basis.AppendBases(dst, text); err != nil {
			t.Fatal(err)
		}
	}))
}

// The tables of the vocabulary lie beside some checkouts of this module; the test
// can't run without them.
func TestTermsAgainstVocabulary(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("..", "..", "shared", "vocabulary", "dpv-2.3")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("NOT CHECKED: no vocabulary tables: %v", err)
	}
	terms := map[string]bool{}
	broader := map[string]string{}
	for _, name := range []string{"eu-gdpr-legal_basis.tsv", "dpv-legal_basis.tsv", "eu-gdpr-legal_basis_special.tsv"} {
		f, err := os.Open(filepath.Join(dir, name))
		require.NoError(t, err)
		defer f.Close()
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			cells := strings.Split(lines.Text(), "\t")
			terms[cells[1]] = true
			broader[cells[1]] = cells[3]
		}
		require.NoError(t, lines.Err())
	}
	for _, b := range all() {
		if b == basis.SoftOptIn {
			require.Empty(t, b.IRI())
			continue
		}
		require.True(t, terms[b.IRI()], b.IRI())
		got, err := basis.ParseBasis(b.IRI())
		require.NoError(t, err)
		require.Equal(t, b, got)
	}
	for _, v := range basis.Condition("").Values() {
		require.True(t, terms[basis.Condition(v).IRI()], v)
	}
	// A narrower term of a term that is read means the same basis.
	narrower := 0
	for iri, list := range broader {
		for up := range strings.SplitSeq(list, ";") {
			want, err := basis.ParseBasis("https://w3id.org/dpv" + up)
			if err != nil || want == "" || strings.Contains(iri, "#A9-") {
				continue
			}
			got, err := basis.ParseBasis(iri)
			require.NoError(t, err, iri)
			require.Equal(t, want, got, iri)
			narrower++
		}
	}
	require.Greater(t, narrower, 15)
}

func FuzzParseBasis(f *testing.F) {
	for _, s := range []string{"6(1)(f)", "consent", "eu-gdpr:A6-1-f", "withdrawn", "Legitimate interest – other", "\xe2\x80", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := basis.ParseBasis(s)
		again, err2 := basis.ParseBasis([]byte(s))
		require.Equal(t, got, again)
		require.Equal(t, err, err2)
		if err != nil {
			require.Zero(t, got)
			return
		}
		require.True(t, got == "" || got.Valid())
		padded, err := basis.ParseBasis(" " + s + " ")
		require.NoError(t, err)
		require.Equal(t, got, padded)
	})
}

func FuzzParseBases(f *testing.F) {
	for _, s := range []string{"^consent^,^withdrawn^", "consent;contract", "a;b;c;a", ";", "^"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, withdrawn, err := basis.ParseBases(s)
		again, withdrawn2, err2 := basis.ParseBases([]byte(s))
		require.Equal(t, got, again)
		require.Equal(t, withdrawn, withdrawn2)
		require.Equal(t, err, err2)
		seen := map[basis.Basis]bool{}
		for _, b := range got {
			require.True(t, b.Valid())
			require.False(t, seen[b])
			seen[b] = true
		}
		if err != nil {
			require.Empty(t, got)
		}
	})
}

func BenchmarkParseBases(b *testing.B) {
	for name, text := range map[string]string{
		"hubspot":  "Legitimate interest – existing customer",
		"hubspot2": "Legitimate interest - prospect/lead;Performance of a contract",
		"suitecrm": "^consent^,^contract^",
		"article":  "Art. 6(1)(f) GDPR",
		"unknown":  "something else altogether",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			dst, in := make([]basis.Basis, 0, 4), []byte(text)
			for b.Loop() {
				_, _, _ = basis.AppendBases(dst, in)
			}
		})
	}
}
