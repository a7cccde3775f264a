package retention_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/retention"
)

func TestHeadText(t *testing.T) {
	t.Parallel()
	_, head := aLog(t)
	for _, h := range []retention.Head{{}, head, {Count: 1<<53 - 1, Hash: [32]byte{31: 1}}} {
		require.True(t, h.Valid())
		got, err := retention.ParseHead(h.String())
		require.NoError(t, err)
		require.Equal(t, h, got)
		v, err := h.Value()
		require.NoError(t, err)
		for _, src := range []any{v, []byte(h.String())} {
			var got retention.Head
			require.NoError(t, got.Scan(src))
			require.Equal(t, h, got)
		}
		require.Equal(t, h.String(), h.LogValue().String())
	}
	require.Equal(t, "grondslag-head 1 0 "+strings.Repeat("0", 64), retention.Head{}.String())
	text := head.String()
	for _, bad := range []string{
		"", text + "\n", " " + text, strings.ToUpper(text), text[:len(text)-1], text + "0", strings.Replace(text, " 7 ", " 07 ", 1),
		strings.Replace(text, " 7 ", " 0 ", 1), strings.Replace(text, " 7 ", " -7 ", 1), strings.Replace(text, " 7 ", "  7 ", 1),
		strings.Replace(text, " 1 ", " 2 ", 1), "grondslag-head 1 7 " + strings.Repeat("0", 64), "grondslag-head 1 9007199254740992 " + strings.Repeat("1", 64),
	} {
		_, err := retention.ParseHead(bad)
		require.EqualError(t, err, "retention: want a head as grondslag-head 1 COUNT HASH", "%q", bad)
		h := head
		require.Error(t, h.Scan(bad))
		require.Equal(t, head, h)
	}
	h := head
	require.EqualError(t, h.Scan(nil), "retention: a Head can't be read from <nil>")
	require.Equal(t, head, h)
	for _, bad := range []retention.Head{{Count: 1}, {Count: -1}, {Hash: [32]byte{1}}, {Count: 1 << 53, Hash: [32]byte{1}}} {
		require.Equal(t, "invalid head", bad.String())
		_, err := bad.MarshalText()
		require.Error(t, err)
		_, err = bad.Value()
		require.Error(t, err)
	}
	require.Equal(t, "string", head.GormDataType())
}

func FuzzParseHead(f *testing.F) {
	f.Add("grondslag-head 1 0 " + strings.Repeat("0", 64))
	f.Add("grondslag-head 1 12 " + strings.Repeat("1a", 32))
	f.Add("grondslag-head 1 ")
	f.Fuzz(func(t *testing.T, s string) {
		h, err := retention.ParseHead(s)
		if err == nil && (h.String() != s || !h.Valid() || !strings.HasPrefix(s, "grondslag-head 1 "+strconv.FormatInt(h.Count, 10)+" ")) {
			t.Fatalf("%q is %v", s, h)
		}
		if err != nil && h != (retention.Head{}) {
			t.Fatal("a head with an error")
		}
	})
}
