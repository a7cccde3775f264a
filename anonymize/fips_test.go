package anonymize

import (
	"bytes"
	"context"
	"crypto/fips140"
	"errors"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/anonymize/reidentify"
)

// TestFIPS runs TestUnderFIPS again in a process of its own with GODEBUG=fips140=only,
// in which everything that is not approved fails or panics.
func TestFIPS(t *testing.T) {
	t.Parallel()
	if fips140.Enforced() {
		t.Skip("SKIPPED: TestUnderFIPS runs in this process")
	}
	if _, on := os.LookupEnv("GOFIPS140_CHILD"); on {
		t.Fatal("GODEBUG=fips140=only has no effect")
	}
	program, err := os.Executable()
	require.NoError(t, err)
	run := exec.CommandContext(t.Context(), program, "-test.run=^TestUnderFIPS$", "-test.v", "-test.count=1")
	run.Env = append(os.Environ(), "GODEBUG=fips140=only", "GOFIPS140_CHILD=1")
	out, err := run.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "--- PASS: TestUnderFIPS (", "%s", out)
	require.NotContains(t, string(out), "SKIPPED", "%s", out)
}

// fipsCases has a rule for every method, and a text for it to treat.
var fipsCases = []struct{ rule, in string }{
	{"keep", "a"}, {"redact", "a"}, {"null", "a"}, {"const=x", "a"}, {"mask=1..1", "abc"}, {"walk", "a"},
	{"token,norm=email", "jan@example.nl"}, {"token,norm=name", "Jan"}, {"tokenize,norm=phone", "0612345678"}, {"siv", "a"},
	{"seal", "a"}, {"seal,alg=gcm", "a"}, {"seal,alg=xchacha", "a"}, {"seal,shred", "a"}, {"fpe=digits", "12345678"},
	{"blindindex,bits=16", "a"}, {"slowindex,bits=16", "a"}, {"cryptopan", "192.0.2.1"}, {"dateshift", "2024-05-17"},
	{"surrogate=given", "Jan"}, {"surrogate=given,by=subject", "Jan"}, {"ip=24/48", "192.0.2.1"}, {"postcode=4", "1234AB"}, {"date=month", "2024-05-17"},
	{"age", "1986-05-17"}, {"bound=0..90", "97"}, {"round=10", "14"}, {"bucket=18:65", "20"}, {"hierarchy=work", "Bakker"},
	{"noise=laplace,scale=3", "5"}, {"noise=gauss,scale=3", "5"}, {"swap", "a"}, {"microaggregate=2", "5"},
}

func TestUnderFIPS(t *testing.T) {
	if !fips140.Enforced() {
		t.Skip("SKIPPED: TestFIPS runs this with GODEBUG=fips140=only")
	}
	ctx := t.Context()
	ring := fipsRing(t, ctx)
	h, err := ReadHierarchy(strings.NewReader("Bakker;Food;*\n"))
	require.NoError(t, err)
	subjects, err := NewSubjectKeys(ring, &MemorySubjects{})
	require.NoError(t, err)
	set := Setting{
		Domain: testDomain(), Keys: ring, Vault: &MemoryVault{}, Subjects: subjects, Hierarchies: map[string]*Hierarchy{"work": h},
		On: time.Date(2024, 5, 17, 0, 0, 0, 0, time.UTC),
	}
	tried := map[Method]bool{}
	for _, c := range fipsCases {
		rule, err := ParseRule(c.rule)
		require.NoError(t, err, c.rule)
		tried[rule.Method] = true
		alg, _ := rule.Option("alg")
		approved := rule.Method.Approved() && alg != string(XChaCha)
		treat, err := rule.compile("field", &set)
		if rule.Method == MethodSwap || rule.Method == MethodMicroaggregate {
			continue // of batches, below
		}
		if !approved {
			require.ErrorIs(t, err, NotApproved, c.rule)
			require.Nil(t, treat, c.rule)
			continue
		}
		require.NoError(t, err, c.rule)
		s := &scope{ctx: ctx, subject: "c-42", hasSubject: true}
		out, err := treat.text(s, nil, c.in)
		require.NoError(t, err, c.rule)
		if treat.back != nil {
			plain, err := treat.back.text(s, nil, string(out))
			require.NoError(t, err, c.rule)
			if !strings.Contains(c.rule, "norm=") {
				require.Equal(t, c.in, string(plain), c.rule)
			}
		}
	}
	for _, m := range MethodKeep.Values() {
		require.True(t, tried[Method(m)], "no case for %s", m)
	}

	// The same through plans and files, which users call.
	type record struct {
		ID    string     `anonymize:"keep,subject"`
		Email string     `anonymize:"seal,norm=email"`
		IP    netip.Addr `anonymize:"ip"`
		Born  time.Time  `anonymize:"dateshift"`
	}
	plan, err := Compile[record](set)
	require.NoError(t, err)
	in := record{"c-42", "jan@example.nl", netip.MustParseAddr("192.0.2.1"), time.Date(1986, 5, 17, 0, 0, 0, 0, time.UTC)}
	out, err := plan.Apply(ctx, in)
	require.NoError(t, err)
	back, err := plan.Reveal(ctx, reidentify.Because("test"), out)
	require.NoError(t, err)
	require.Equal(t, in.Email, back.Email)
	type refused struct {
		A string `anonymize:"siv"`
		B string `anonymize:"fpe=digits"`
		C string `anonymize:"token"`
	}
	_, err = Compile[refused](set)
	require.ErrorIs(t, err, NotApproved)
	type batched struct {
		A string `anonymize:"swap"`
		B int    `anonymize:"microaggregate=2"`
	}
	batch, err := CompileBatch[batched](set)
	require.NoError(t, err)
	_, err = batch.ApplyBatch(ctx, []batched{{"a", 1}, {"b", 3}})
	require.NoError(t, err)
	policy, err := ParsePolicy([]byte(`{"version":1,"fields":{"email":"token,norm=email","ip":"ip"}}`))
	require.NoError(t, err)
	var dst bytes.Buffer
	rows, err := CSV{Policy: policy, Setting: set}.Apply(ctx, &dst, strings.NewReader("email,ip\njan@example.nl,192.0.2.1\n"))
	require.NoError(t, err)
	require.EqualValues(t, 1, rows)

	_, err = ring.SlowIndex(testDomain(), "f", Form{}, 16)
	require.ErrorIs(t, err, NotApproved)
	_, err = ring.Sealer(testDomain(), "f", XChaCha)
	require.ErrorIs(t, err, NotApproved)
	_, err = subjects.Shred(ctx, "c-42")
	require.NoError(t, err)
	_, err = subjects.Seal(ctx, "c-42", nil, []byte("a"), nil)
	require.True(t, errors.Is(err, Shredded))
}

// fipsRing makes a ring, stores it in a file and loads it again.
func fipsRing(t *testing.T, ctx context.Context) *Keyring {
	t.Helper()
	key, err := NewKey("k1", time.Time{})
	require.NoError(t, err)
	require.Len(t, key.Fingerprint(), 32)
	ring, err := NewKeyring(key)
	require.NoError(t, err)
	file := FileKeys{Path: filepath.Join(t.TempDir(), "keys.json")}
	require.NoError(t, file.Create(ctx, ring))
	loaded, err := file.Load(ctx)
	require.NoError(t, err)
	return loaded
}
