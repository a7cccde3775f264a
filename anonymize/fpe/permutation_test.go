package fpe

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// permutes checks that all values of a domain, given by their number below n and as
// text of digits, have different results, none of which is a value when valid is not
// set, and that these decrypt. It is exhaustive, so it is small.
func permutes(t *testing.T, n int, convert func(text []byte, decrypt bool) error, values func(i int) ([]byte, bool), failing bool) {
	t.Helper()
	seen := make([]bool, 10*n)
	number := func(text []byte) (at int) {
		for _, d := range text {
			at = at*10 + int(d-'0')
		}
		return at
	}
	count := 0
	for i := range n {
		value, ok := values(i)
		if !ok {
			continue
		}
		count++
		text := append([]byte(nil), value...)
		require.NoError(t, convert(text, false))
		at := number(text)
		if seen[at] {
			t.Fatalf("two values have one result, the second is number %d", i)
		}
		seen[at] = true
		if same, ok := values(at / 10); (ok && string(same) == string(text)) == failing {
			t.Fatalf("the check of result %d", at)
		}
		require.NoError(t, convert(text, true))
		if string(text) != string(value) {
			t.Fatalf("value %d does not come back", i)
		}
	}
	require.Greater(t, count, n*9/10-1)
}

// The 11-test on bodies of six digits, all of them, in both modes: the code is that
// of a bsn, whose 90 million numbers are too many.
func TestElevensPermute(t *testing.T) {
	if testing.Short() {
		t.Skip("exhaustive")
	}
	t.Parallel()
	for _, valid := range []bool{false, true} {
		c := cipher(t, BSN, Options{Valid: valid})
		permutes(t, 1_000_000, c.elevens, func(i int) ([]byte, bool) {
			body := fmt.Appendf(nil, "%06d", i)
			check, has := checkEleven(body)
			return append(body, check), has
		}, !valid)
	}
}

// All numbers of seven digits with Luhn's check digit, in both modes.
func TestLuhnPermutes(t *testing.T) {
	if testing.Short() {
		t.Skip("exhaustive")
	}
	t.Parallel()
	for _, valid := range []bool{false, true} {
		c := cipher(t, Luhn, Options{Valid: valid})
		permutes(t, 1_000_000, c.luhn, func(i int) ([]byte, bool) {
			body := fmt.Appendf(nil, "%06d", i)
			return append(body, checkLuhn(body)), true
		}, !valid)
	}
}

// Every postcode has a result of its own: the whole domain, walked.
func TestPostcodesPermute(t *testing.T) {
	if testing.Short() {
		t.Skip("exhaustive")
	}
	t.Parallel()
	c := cipher(t, Postcode, Options{})
	rank := func(text []byte) int {
		n := 0
		for i, p := range []byte("Nnnnuu") {
			d, size, ok := digit(p, text[i])
			if !ok {
				t.Fatal("no postcode")
			}
			n = n*int(size) + int(d)
		}
		return n
	}
	seen := make([]bool, 9000*26*26)
	for i := range seen {
		text := fmt.Appendf(nil, "%d%c%c", 1000+i/676, 'A'+i/26%26, 'A'+i%26)
		if err := c.postcode(text, false); err != nil {
			t.Fatal(err)
		}
		if r := rank(text); seen[r] {
			t.Fatal("two postcodes have one result")
		} else {
			seen[r] = true
		}
	}
}
