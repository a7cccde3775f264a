package receipt

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

// The files in testdata/v1 were written by the first version, and are read for ever.
// Nothing writes them again.
func TestReadsTheFirstVersion(t *testing.T) {
	t.Parallel()
	file := func(name string) []byte {
		data, err := os.ReadFile("testdata/v1/" + name)
		require.NoError(t, err)
		return data
	}
	check := func(data []byte) {
		r, warnings, err := Read(data)
		require.NoError(t, err)
		require.Empty(t, warnings)
		require.NoError(t, r.Check())
		require.Equal(t, ReceiptGDPR, r.Profile)
		require.Equal(t, "0bd66f5c-6a3b-4c2e-9b0d-5b7c6d0f7a11", r.ID)
		require.Equal(t, "4c2e9b0d-5b7c-4d0f-8a11-0bd66f5c6a3b", r.Of)
		require.EqualValues(t, "c-42", r.Subject)
		require.Equal(t, at("2026-11-24T10:00:00Z"), r.Issued)
		require.Len(t, r.Parties, 3)
		require.Equal(t, "De Gouden Velg B.V.", r.Parties[0].Name)
		require.Len(t, r.Processes, 2)
		require.Equal(t, "U onze nieuwsbrief sturen", r.Processes[0].Title.Nl)
		require.Len(t, r.Notices, 2)
		for _, n := range r.Notices {
			require.Equal(t, n.ID, n.Hash().String(), "the notice is there to the letter")
		}
		require.Len(t, r.Events, 7)
		e := r.Events[1]
		require.Equal(t, consent.Confirmed, e.Type)
		require.Equal(t, Term("dpv:ConsentGiven"), e.State)
		require.Equal(t, at("2026-03-29T01:00:30.25Z"), e.Time)
		require.Equal(t, "Europe/Amsterdam", e.Zone)
		require.Equal(t, basis.Email, e.Channel)
		require.Equal(t, consent.Mailbox, e.Binding)
		require.Equal(t, r.Events[0].ID, e.Of)
		require.Equal(t, stateObjected, r.Events[6].State)
	}
	check(file("receipt.jsonld"))
	signed, typ, err := VerifyJWS(string(file("receipt.jws")), testKey(t).Public())
	require.NoError(t, err)
	require.Equal(t, TypeJSONLD, typ)
	check(signed)

	k, warnings, err := ReadKantara(file("receipt.kantara.json"))
	require.NoError(t, err)
	require.Empty(t, warnings)
	require.Equal(t, at("2026-09-01T08:30:00Z"), k.Timestamp)
	require.Equal(t, "c-42", k.PrincipalID)
	require.Equal(t, "Sending you our newsletter", k.Services[0].Purposes[0].Purpose)
	require.Equal(t, "Mailhouse GmbH", k.Services[0].Purposes[0].ThirdParties)
}
