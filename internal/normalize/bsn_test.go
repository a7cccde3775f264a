package normalize

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAppendBSN(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"111222333":     "111222333", // used in examples everywhere, as is the next
		"123456782":     "123456782",
		"1112.22.333":   "111222333",
		"1234 56 782":   "123456782",
		" 123-456-782 ": "123456782",
		"１２３４５６７８２":     "123456782",
		"010000008":     "010000008",
		"10000008":      "010000008",
		"10.00.00.08":   "010000008",

		"":              "",
		" ":             "",
		"0":             "",
		"000000000":     "",
		"00000000":      "",
		"111222334":     "",
		"1234567":       "",
		"1234567820":    "",
		"0123456782":    "",
		"+11222333":     "",
		"-111222333x":   "",
		"111222333a":    "",
		"11122233B":     "",
		"١١١٢٢٢٣٣٣":     "",
		"¹11222333":     "",
		"1112223\x0033": "",
		"1112223\xff33": "",
	} {
		got, ok := AppendBSN([]byte("x"), []byte(in))
		require.Equal(t, "x"+want, string(got), "%q", in)
		require.Equal(t, want != "", ok, "%q", in)
	}
	require.False(t, ValidBSN("1112.22.333"), "the normal form has digits alone")
}

// naiveBSN is the test as the rules of the number write it.
func naiveBSN(n int) bool {
	sum := -(n % 10)
	for weight := 2; weight <= 9; weight++ {
		n /= 10
		sum += weight * (n % 10)
	}
	return sum%11 == 0
}

func TestValidBSN(t *testing.T) {
	t.Parallel()
	valid, total := 0, 0
	for n := 1; n < 1_000_000_000; n += 9_973 { // a prime
		text := make([]byte, 9)
		for i, rest := 8, n; i >= 0; i, rest = i-1, rest/10 {
			text[i] = byte('0' + rest%10)
		}
		require.Equal(t, naiveBSN(n), ValidBSN(text), n)
		total++
		if ValidBSN(text) {
			valid++
		}
	}
	require.InDelta(t, 1.0/11, float64(valid)/float64(total), 0.005)
}

func FuzzBSN(f *testing.F) {
	f.Add("1112.22.333")
	f.Add("10000008")
	f.Fuzz(func(t *testing.T, s string) {
		once, ok := AppendBSN(nil, []byte(s))
		require.Equal(t, ok, len(once) == 9)
		if ok {
			twice, ok := AppendBSN(nil, once)
			require.True(t, ok)
			require.Equal(t, string(once), string(twice), "not idempotent")
		}
	})
}
