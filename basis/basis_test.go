package basis_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

// term is what bases and conditions have in common.
type term interface {
	Article() string
	IRI() string
	Title() basis.Text
	Explanation() basis.Text
	Valid() bool
}

func TestTermsAreComplete(t *testing.T) {
	t.Parallel()
	var terms []term
	for _, b := range all() {
		terms = append(terms, b)
	}
	for _, v := range basis.Condition("").Values() {
		terms = append(terms, basis.Condition(v))
	}
	for _, v := range basis.Criminal("").Values() {
		terms = append(terms, basis.Criminal(v))
	}
	require.Len(t, terms, 7+10+2)
	seen := map[string]bool{}
	for _, x := range terms {
		require.True(t, x.Valid())
		require.NotEmpty(t, x.Article())
		require.NotEqual(t, x.Title().En, x.Title().Nl)
		for _, text := range []string{x.Explanation().En, x.Explanation().Nl} {
			require.True(t, strings.HasSuffix(text, ".") && strings.Count(text, ".") == 1, "one sentence: %s", text)
			require.False(t, seen[text], text)
			seen[text] = true
		}
	}
	for _, x := range []term{basis.Basis("x"), basis.Condition(""), basis.Criminal("x")} {
		require.Empty(t, x.Article()+x.IRI()+x.Title().En+x.Title().Nl+x.Explanation().En)
	}
	require.Equal(t, "GDPR 6(1)(a)", basis.Consent.Article())
	require.Equal(t, "ePrivacy 13(2)", basis.SoftOptIn.Article())
	require.Equal(t, "GDPR 9(2)(j)", basis.Research.Article())
	require.Equal(t, "GDPR 10", basis.AuthorizedByLaw.Article())
}

func TestGroundValidate(t *testing.T) {
	t.Parallel()
	for _, b := range all() {
		require.NoError(t, basis.Ground{Basis: b, Ref: "ref"}.Validate())
		free := b == basis.VitalInterests || b == basis.SoftOptIn
		require.Equal(t, free, basis.Ground{Basis: b}.Validate() == nil, b)
	}
	for _, v := range basis.Condition("").Values() {
		require.NoError(t, basis.Special{Condition: basis.Condition(v), Ref: "law"}.Validate())
		law := strings.ContainsAny(basis.Condition(v).Article()[len("GDPR 9(2)("):], "bghij")
		require.Equal(t, law, basis.Special{Condition: basis.Condition(v)}.Validate() != nil, v)
	}
	require.NoError(t, basis.Offences{Criminal: basis.AuthorizedByLaw, Ref: "law"}.Validate())
	for _, x := range []interface {
		Validate() error
		IsZero() bool
	}{basis.Ground{}, basis.Special{}, basis.Offences{}} {
		require.Error(t, x.Validate())
		require.True(t, x.IsZero())
	}
}

func TestGroundJSON(t *testing.T) {
	t.Parallel()
	g := basis.Ground{Basis: basis.Contract, Ref: "terms"}
	data, err := json.Marshal(g)
	require.NoError(t, err)
	require.JSONEq(t, `{"basis":"contract","ref":"terms"}`, string(data))
	var back basis.Ground
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, g, back)
	require.Error(t, json.Unmarshal([]byte(`{"basis":"withdrawn"}`), &back))
	require.NoError(t, json.Unmarshal([]byte(`{}`), new(basis.Provenance)))
	require.True(t, basis.Provenance{}.IsZero())
	data, err = json.Marshal(basis.Provenance{})
	require.NoError(t, err)
	require.JSONEq(t, `{}`, string(data))
}
