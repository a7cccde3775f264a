package receipt

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/consent"
)

func shopKantara(t testing.TB) Kantara {
	k, err := shopRecord(t).Kantara("en")
	require.NoError(t, err)
	return k
}

func TestKantaraRoundTrip(t *testing.T) {
	t.Parallel()
	k := shopKantara(t)
	require.Equal(t, at("2026-09-01T08:30:00Z"), k.Timestamp)
	require.Equal(t, "https://velg.example/notices/4", k.PolicyURL, "the notice that was in force (4.4.10)")
	require.Len(t, k.Services, 1)
	require.Len(t, k.Services[0].Purposes, 1, "what was withdrawn, refused or objected to is not in it")
	require.Equal(t, "Mailhouse GmbH", k.Services[0].Purposes[0].ThirdParties)
	data, err := k.JSON()
	require.NoError(t, err)
	golden(t, "receipt.kantara.json", data)
	require.Contains(t, string(data), `"consentTimestamp": 1788251400,`)
	back, warnings, err := ReadKantara(data)
	require.NoError(t, err)
	require.Empty(t, warnings)
	require.Equal(t, k, back)
}

func TestKantaraHasNoWordForRefusal(t *testing.T) {
	t.Parallel()
	controller, notices, events, details := shop()
	events = append(events, consent.Event{
		ID: id(8), Type: consent.Withdrawn, Subject: "c-42", Actor: consent.Person, Zone: "Europe/Amsterdam",
		Occurred: at("2026-11-01T00:00:00Z"), Recorded: at("2026-11-01T00:00:00Z"),
	})
	r, err := FromEvents(controller, notices, events, details)
	require.NoError(t, err)
	_, err = r.Kantara("en")
	require.ErrorContains(t, err, "nothing is given")
	for _, s := range r.Standings() {
		require.False(t, s.Consented)
	}
}

func TestKantaraOfSensitiveData(t *testing.T) {
	t.Parallel()
	r := shopRecord(t)
	r.Processes[0].Data[0].Special = true
	r.Processes[0].NoRecipients, r.Processes[0].Recipients = true, nil
	r.Events[5].Kind = "dpv:ExplicitlyExpressedConsent"
	k, err := r.Kantara("nl")
	require.NoError(t, err)
	require.True(t, k.Sensitive)
	require.Equal(t, []string{"email address"}, k.SensitiveCategories)
	p := k.Services[0].Purposes[0]
	require.Equal(t, "EXPLICIT", p.ConsentType)
	require.Equal(t, "U onze nieuwsbrief sturen", p.Purpose)
	require.Equal(t, "2 jaar", p.Termination)
	require.False(t, p.Disclosed)
	data, err := k.JSON()
	require.NoError(t, err)
	require.NotContains(t, string(data), "thirdPartyName")
}

// The required fields are those of the schema of version 1.1.0 draft 6, read in
// KantaraInitiative/consent-receipt-v-next at 3b4e81b; it can't be committed.
func TestReadKantaraRefuses(t *testing.T) {
	t.Parallel()
	data, err := shopKantara(t).JSON()
	require.NoError(t, err)
	good := string(data)
	for _, field := range []string{
		"version", "jurisdiction", "consentTimestamp", "collectionMethod", "consentReceiptID", "piiPrincipalId", "piiControllers",
		"services", "policyUrl", "sensitive", "spiCat", "piiController", "contact", "address", "email", "phone", "service", "purposes",
		"consentType", "purposeCategory", "piiCategory", "termination", "thirdPartyDisclosure", "thirdPartyName",
	} {
		bad := strings.Replace(good, `"`+field+`":`, `"x`+field+`":`, 1)
		require.NotEqual(t, good, bad, field)
		_, _, err := ReadKantara([]byte(bad))
		require.Error(t, err, field)
	}
	for _, c := range []struct{ old, new, want string }{
		{`"KI-CR-v1.1.0"`, `"KI-CR-v1.0.0"`, "the version is not"},
		{`1788251400`, `"1788251400"`, "integer"},
		{`1788251400`, `1788251400.0`, "integer"},
		{`1788251400`, `1.7882514e9`, "integer"},
		{`1788251400`, `-1`, "integer"},
		{`1788251400`, `-0`, "integer"},
		{`1788251400`, `253370764800`, "integer"},
		{`"jurisdiction": "NL"`, `"jurisdiction": ["NL"]`, "/jurisdiction: want a text"},
		{`"jurisdiction": "NL"`, `"jurisdiction": "NL", "jurisdiction": "DE"`, "the key at /jurisdiction is there twice"},
		{`"sensitive": false`, `"sensitive": true`, "spiCat"},
		{`"sensitive": false`, `"sensitive": "no"`, "/sensitive: want true or false"},
		{`"spiCat": []`, `"spiCat": ""`, "/spiCat: want a list"},
		{`"spiCat": []`, `"spiCat": [1]`, "/spiCat: want texts"},
		{`"services": [`, `"services": [7, `, "/services/0: want an object"},
		{`"thirdPartyName": "Mailhouse GmbH"`, `"thirdPartyName": ""`, "thirdPartyName"},
	} {
		bad := strings.Replace(good, c.old, c.new, 1)
		require.NotEqual(t, good, bad, c.old)
		_, _, err := ReadKantara([]byte(bad))
		require.ErrorContains(t, err, c.want)
	}
	_, _, err = ReadKantara([]byte(good + good))
	require.ErrorContains(t, err, "not one JSON document")
	k, warnings, err := ReadKantara([]byte(strings.Replace(good, `{`, `{"extension": {"deep": 1},`, 1)))
	require.NoError(t, err)
	require.Len(t, warnings, 1)
	require.Equal(t, NotRead, warnings[0].Code)
	require.Equal(t, shopKantara(t), k)
}

func FuzzReadKantara(f *testing.F) {
	data, err := shopKantara(f).JSON()
	require.NoError(f, err)
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		k, _, err := ReadKantara(data)
		if err != nil {
			return
		}
		out, err := k.JSON()
		require.NoError(t, err)
		back, _, err := ReadKantara(out)
		require.NoError(t, err)
		require.Equal(t, k, back)
	})
}
