package normalize

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAppendEmail(t *testing.T) {
	for in, want := range map[string]string{
		" Jan@Example.NL ":          "jan@example.nl",
		"jan.de.vries+news@x.nl":    "jan.de.vries+news@x.nl",
		"jan@bücher.example":        "jan@xn--bcher-kva.example",
		"jan@xn--bcher-kva.example": "jan@xn--bcher-kva.example",
		"Zoe\u0308@example.nl":      "zoë@example.nl",
		"ZOË@example.nl":            "zoë@example.nl",
		"\"a@b\"@example.nl":        "\"a@b\"@example.nl",
		"@example.nl":               "",
		"jan@":                      "",
		"jan":                       "",
		"":                          "",
	} {
		require.Equal(t, want, string(AppendEmail(nil, []byte(in))), in)
	}
}

func TestLooksLike(t *testing.T) {
	for _, s := range []string{"a@b", "Jan <jan@example.nl>", "x:jan@example.nl"} {
		require.True(t, LooksLikeEmail(s), s)
	}
	for _, s := range []string{"", "@", "a@", "@b", "a @ b", "c-1"} {
		require.False(t, LooksLikeEmail(s), s)
	}
	for _, s := range []string{"0612345678", "+31 6 12345678", "06-12345678", "(020) 123 4567", "31612345678", "0031612345678", "1234-5678"} {
		require.True(t, LooksLikePhone(s), s)
	}
	for _, s := range []string{"", "51", "12345678", "c-12345678", "1234567890123456", "12 34", "2024-01"} {
		require.False(t, LooksLikePhone(s), s)
	}
}

func TestAppendPhone(t *testing.T) {
	for in, want := range map[string]string{"+31 6 1234 5678": "+31612345678", "0031612345678": "+31612345678", "06-12345678": "0612345678", "no": ""} {
		require.Equal(t, want, string(AppendPhone(nil, []byte(in))), in)
	}
}

func FuzzAppendEmail(f *testing.F) {
	f.Add("Jan@Bücher.example")
	f.Add("0@\u00ad") // a domain of which nothing is left is none
	f.Fuzz(func(t *testing.T, s string) {
		once := AppendEmail(nil, []byte(s))
		require.Equal(t, string(once), string(AppendEmail(nil, once)), "not idempotent")
	})
}
