package retention_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
)

// proofSecret is a key of 32 bytes that shows when it is printed as text, in
// hexadecimal or as numbers.
const proofSecret = "SECRET-KEY-OF-32-BYTES-FOR-TESTS"

func proofKey(t testing.TB) retention.PseudonymKey {
	t.Helper()
	k, err := retention.NewPseudonymKey([]byte(proofSecret))
	require.NoError(t, err)
	return k
}

// referenceHMAC is RFC 2104 written out, over parts with their lengths.
func referenceHMAC(key []byte, parts ...string) []byte {
	var message []byte
	for _, p := range parts {
		message = binary.BigEndian.AppendUint64(message, uint64(len(p)))
		message = append(message, p...)
	}
	return rfc2104(key, message)
}

func rfc2104(key, message []byte) []byte {
	if len(key) > 64 {
		sum := sha256.Sum256(key)
		key = sum[:]
	}
	inner, outer := make([]byte, 64), make([]byte, 64)
	copy(inner, key)
	copy(outer, key)
	for i := range inner {
		inner[i] ^= 0x36
		outer[i] ^= 0x5c
	}
	sum := sha256.Sum256(append(inner, message...))
	sum = sha256.Sum256(append(outer, sum[:]...))
	return sum[:]
}

// RFC 4231 section 4, test cases 1 to 4, 6 and 7: the reference that the pseudonyms
// are compared with computes what the standard says.
func TestReferenceHMACIsRFC4231(t *testing.T) {
	t.Parallel()
	for i, tc := range []struct{ key, data, want string }{
		{strings.Repeat("0b", 20), hex.EncodeToString([]byte("Hi There")), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
		{hex.EncodeToString([]byte("Jefe")), hex.EncodeToString([]byte("what do ya want for nothing?")), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
		{strings.Repeat("aa", 20), strings.Repeat("dd", 50), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
		{"0102030405060708090a0b0c0d0e0f10111213141516171819", strings.Repeat("cd", 50), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
		{strings.Repeat("aa", 131), hex.EncodeToString([]byte("Test Using Larger Than Block-Size Key - Hash Key First")), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
		{strings.Repeat("aa", 131), hex.EncodeToString([]byte("This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.")), "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
	} {
		key, err := hex.DecodeString(tc.key)
		require.NoError(t, err)
		data, err := hex.DecodeString(tc.data)
		require.NoError(t, err)
		require.Equal(t, tc.want, hex.EncodeToString(rfc2104(key, data)), "case %d", i)
		mac := hmac.New(sha256.New, key)
		mac.Write(data)
		require.Equal(t, tc.want, hex.EncodeToString(mac.Sum(nil)), "case %d, standard library", i)
	}
}

func TestPseudonyms(t *testing.T) {
	t.Parallel()
	k := proofKey(t)
	seen := map[retention.Pseudonym]string{}
	for _, class := range []string{"customer", "custome", "a", "ab", "a\x00", "a:b", strings.Repeat("c", 1000)} {
		for _, s := range []basis.Subject{"c-42", "rc-42", "b", "bc", "c", "\x00", "b:c", basis.Subject(strings.Repeat("s", 1000))} {
			for label, of := range map[string]func(string, basis.Subject) (retention.Pseudonym, error){
				"grondslag/retention/erase-list/1":  k.ForEraseList,
				"grondslag/retention/certificate/1": k.ForCertificate,
			} {
				for range 2 {
					p, err := of(class, s)
					require.NoError(t, err)
					require.Equal(t, referenceHMAC([]byte(proofSecret), label, class, string(s)), p[:])
					name := fmt.Sprintf("%s %q %q", label, class, s)
					require.True(t, seen[p] == "" || seen[p] == name, "%s has the pseudonym of %s", name, seen[p])
					seen[p] = name
				}
			}
		}
	}
}

func TestPseudonymsInParallel(t *testing.T) {
	t.Parallel()
	k := proofKey(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 200 {
				s := fmt.Sprint(i, " ", j)
				p, err := k.ForEraseList("c", basis.Subject(s))
				if err != nil || !bytes.Equal(p[:], referenceHMAC([]byte(proofSecret), "grondslag/retention/erase-list/1", "c", s)) {
					t.Error("wrong pseudonym")
				}
			}
		})
	}
	wg.Wait()
}

func TestPseudonymKeyRefuses(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 31, 33, 64} {
		_, err := retention.NewPseudonymKey(bytes.Repeat([]byte{7}, n))
		require.Error(t, err, n)
	}
	k, err := retention.NewPseudonymKey(make([]byte, 32))
	require.EqualError(t, err, "retention: the key is all zeros")
	require.True(t, k.IsZero())
	_, err = k.ForEraseList("c", "s")
	require.EqualError(t, err, "retention: no key for pseudonyms")
	_, err = proofKey(t).ForCertificate("", "s")
	require.EqualError(t, err, "retention: a pseudonym needs a class")
	_, err = proofKey(t).ForCertificate("c", "")
	require.EqualError(t, err, "retention: a pseudonym needs a subject")
}

func TestPseudonymKeyIsCopied(t *testing.T) {
	t.Parallel()
	secret := []byte(proofSecret)
	k, err := retention.NewPseudonymKey(secret)
	require.NoError(t, err)
	clear(secret)
	p, err := k.ForEraseList("c", "s")
	require.NoError(t, err)
	require.Equal(t, referenceHMAC([]byte(proofSecret), "grondslag/retention/erase-list/1", "c", "s"), p[:])
}

func TestPseudonymKeyIsNeverShown(t *testing.T) {
	t.Parallel()
	k := proofKey(t)
	l, err := retention.NewEraseList(k, retention.Backup{})
	require.NoError(t, err)
	require.NoError(t, l.Add("c", "s", 738000))
	type hidden struct {
		key  retention.PseudonymKey
		list *retention.EraseList
	}
	for _, v := range []any{k, &k, l, hidden{k, l}, &hidden{k, l}, []any{k, l}, map[string]any{"k": k}, struct{ K retention.PseudonymKey }{k}} {
		var out bytes.Buffer
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%b", "%p", "%t", "%U"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		if b, err := json.Marshal(v); err == nil {
			out.Write(b)
		}
		slog.New(slog.NewTextHandler(&out, nil)).Info("x", "v", v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "v", v)
		notShown(t, out.String(), proofSecret)
	}
	require.Equal(t, "redacted", k.String())
	require.Equal(t, "redacted redacted", fmt.Sprintf("%v %d", k, k))
	b, err := json.Marshal(map[string]any{"key": k})
	require.NoError(t, err)
	require.JSONEq(t, `{"key":"redacted"}`, string(b))
}

// notShown fails when the text shows the secret in letters, hexadecimal or numbers.
func notShown(t testing.TB, text, secret string) {
	t.Helper()
	numbers := strings.Trim(fmt.Sprint([]byte(secret[:8])), "[]")
	for _, form := range []string{secret, hex.EncodeToString([]byte(secret[:8])), numbers, strings.ReplaceAll(numbers, " ", ", ")} {
		require.NotContains(t, strings.ToLower(text), strings.ToLower(form))
	}
}

func TestPseudonymText(t *testing.T) {
	t.Parallel()
	p, err := proofKey(t).ForEraseList("c", "s")
	require.NoError(t, err)
	text := p.String()
	require.Equal(t, hex.EncodeToString(p[:]), text)
	got, err := retention.ParsePseudonym(text)
	require.NoError(t, err)
	require.Equal(t, p, got)
	for _, bad := range []string{"", "0", text[1:], text + "0", strings.ToUpper(text), " " + text[1:], strings.Repeat("0", 64), strings.Repeat("g", 64)} {
		_, err := retention.ParsePseudonym(bad)
		require.Error(t, err, bad)
		q := p
		if bad != "" {
			require.Error(t, q.UnmarshalText([]byte(bad)))
			require.Equal(t, p, q)
		}
	}

	v, err := p.Value()
	require.NoError(t, err)
	for _, src := range []any{v, []byte(text)} {
		var q retention.Pseudonym
		require.NoError(t, q.Scan(src))
		require.Equal(t, p, q)
	}
	q := p
	require.EqualError(t, q.Scan(7), "retention: a Pseudonym can't be read from int")
	require.Equal(t, p, q)
	require.NoError(t, q.Scan(nil))
	require.True(t, q.IsZero())
	v, err = q.Value()
	require.NoError(t, err)
	require.Nil(t, v)
	require.Empty(t, q.String())
	require.NoError(t, p.UnmarshalText(nil))
	require.True(t, p.IsZero())
	require.Equal(t, "string", p.GormDataType())
	require.Equal(t, text, got.LogValue().String())
}

func FuzzParsePseudonym(f *testing.F) {
	f.Add(strings.Repeat("0123456789abcdef", 4))
	f.Add(strings.Repeat("0", 64))
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := retention.ParsePseudonym(s)
		want, errWant := hex.DecodeString(s)
		ok := errWant == nil && len(want) == 32 && strings.ToLower(s) == s && strings.Trim(s, "0") != ""
		if (err == nil) != ok || ok && (p.String() != s || !bytes.Equal(p[:], want)) {
			t.Fatalf("%q: %v %v", s, p, err)
		}
	})
}
