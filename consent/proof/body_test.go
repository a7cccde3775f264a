package proof

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"
)

// sampleBody has digests 0x01.. to 0x10.., so that its text can be written down from the package comment.
func sampleBody() (Body, string) {
	b := Body{Type: "give", Purpose: "news-letter_1.0:A", Channel: "email"}
	var text strings.Builder
	text.WriteString("grondslag consent event 1\nid 01" + strings.Repeat("00", 15) + "\ntype give\npurpose news-letter_1.0:A\nchannel email\nnotice 02" +
		strings.Repeat("00", 31) + "\ncapsule 03" + strings.Repeat("00", 31) + "\n")
	b.ID[0], b.Notice[0], b.Capsule[0] = 1, 2, 3
	for i := range b.Digests {
		b.Digests[i][0] = byte(i + 1)
		text.WriteString(base64.RawURLEncoding.EncodeToString(b.Digests[i][:]) + "\n")
	}
	return b, text.String()
}

func TestBody(t *testing.T) {
	t.Parallel()
	b, text := sampleBody()
	require.Equal(t, text, string(b.Append(nil)))
	require.Equal(t, "x"+text, string(b.Append([]byte("x"))))
	require.Equal(t, tlog.RecordHash([]byte(text)), b.Leaf())
	got, err := ParseBody([]byte(text))
	require.NoError(t, err)
	require.Equal(t, b, got)

	b.Purpose, b.Channel = "", ""
	text = string(b.Append(nil))
	require.Contains(t, text, "\npurpose\nchannel\nnotice ")
	got, err = ParseBody([]byte(text))
	require.NoError(t, err)
	require.Equal(t, b, got)

	// The longest body there is: the buffers of Leaf and ParseBody hold it.
	b.Type, b.Purpose, b.Channel = strings.Repeat("a", 64), strings.Repeat("b", 255), strings.Repeat("c", 64)
	text = string(b.Append(nil))
	require.Len(t, text, maxBody)
	require.Equal(t, tlog.RecordHash([]byte(text)), b.Leaf())
	_, err = ParseBody([]byte(text))
	require.NoError(t, err)
}

func TestParseBodyRefuses(t *testing.T) {
	t.Parallel()
	_, good := sampleBody()
	swap := func(old, new string) string {
		require.Contains(t, good, old)
		return strings.Replace(good, old, new, 1)
	}
	lines := strings.SplitAfter(good, "\n")
	swapped := slices.Clone(lines)
	swapped[7], swapped[8] = swapped[8], swapped[7]
	doubled := slices.Clone(lines)
	doubled[8] = doubled[7]
	for name, text := range map[string]string{
		"empty":               "",
		"version 2":           swap("event 1", "event 2"),
		"trailing line":       good + "\n",
		"trailing digest":     good + lines[7],
		"no last newline":     strings.TrimSuffix(good, "\n"),
		"CRLF":                strings.ReplaceAll(good, "\n", "\r\n"),
		"upper-case hex":      swap("notice 02", "notice 0A"),
		"short id":            swap("id 01", "id 1"),
		"empty type":          swap("type give", "type "),
		"type alone":          swap("type give", "type"),
		"type with digit":     swap("type give", "type give2"),
		"long type":           swap("type give", "type "+strings.Repeat("a", 65)),
		"purpose and space":   swap("purpose news-letter_1.0:A", "purpose "),
		"purpose with at":     swap("purpose news-letter_1.0:A", "purpose a@b"),
		"purpose with space":  swap("purpose news-letter_1.0:A", "purpose a b"),
		"long purpose":        swap("purpose news-letter_1.0:A", "purpose "+strings.Repeat("a", 256)),
		"channel and space":   swap("channel email", "channel "),
		"channel upper case":  swap("channel email", "channel Email"),
		"digests not sorted":  strings.Join(swapped, ""),
		"digest twice":        strings.Join(doubled, ""),
		"digest spare bits":   swap("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB\n"),
		"digest with padding": swap("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"),
		"one digest fewer":    strings.Join(lines[:len(lines)-2], ""),
		"longer than any":     good + strings.Repeat("a", maxBody),
	} {
		_, err := ParseBody([]byte(text))
		require.Error(t, err, name)
		requirePart(t, PartBody, err)
	}
}

func TestSeal(t *testing.T) {
	t.Parallel()
	var s Sealer
	seen := map[string]bool{}
	for n := range Digests + 1 {
		var fields []Field
		for i := range n {
			fields = append(fields, Field{"f_" + string(rune('a'+i)), []byte(`"v"`)})
		}
		for range 4 {
			b, _ := sampleBody()
			before := b
			dst, err := s.Seal(&b, fields, []byte("kept\n"))
			require.NoError(t, err)
			require.NoError(t, b.Check(), "digests are sorted and all different")
			rest, ok := bytes.CutPrefix(dst, []byte("kept\n"))
			require.True(t, ok)
			disclosures := Disclosures(rest)
			require.Len(t, disclosures, n)
			for i, d := range disclosures {
				name, value, err := d.Open()
				require.NoError(t, err)
				require.Equal(t, fields[i].Name, name)
				require.Equal(t, `"v"`, string(value))
				require.Contains(t, b.Digests[:], d.Digest())
			}
			for _, d := range b.Digests {
				require.False(t, seen[string(d[:])], "no digest or decoy comes back")
				seen[string(d[:])] = true
			}
			before.Digests = b.Digests
			require.Equal(t, before, b, "nothing else is set")
		}
	}
	require.Zero(t, s.random, "salts do not stay behind")
}

func TestSealRefuses(t *testing.T) {
	t.Parallel()
	one := []byte(`1`)
	good := Body{Type: "give"}
	many := make([]Field, Digests+1)
	for i := range many {
		many[i] = Field{"f_" + string(rune('a'+i)), one}
	}
	for name, c := range map[string]struct {
		body   Body
		fields []Field
	}{
		"17 fields":      {good, many},
		"name twice":     {good, []Field{{"a", one}, {"b", one}, {"a", one}}},
		"name":           {good, []Field{{"A", one}}},
		"empty name":     {good, []Field{{"", one}}},
		"value":          {good, []Field{{"a", []byte(`{"b": 1}`)}}},
		"no value":       {good, []Field{{"a", nil}}},
		"long value":     {good, []Field{{"a", []byte(`"` + strings.Repeat("x", MaxDisclosure) + `"`)}}},
		"type":           {Body{}, nil},
		"type with line": {Body{Type: "a\nb"}, nil},
		"purpose":        {Body{Type: "give", Purpose: "a@b"}, nil},
		"channel":        {Body{Type: "give", Channel: "e mail"}, nil},
	} {
		var s Sealer
		b := c.body
		dst, err := s.Seal(&b, c.fields, []byte("x"))
		require.Error(t, err, name)
		require.Equal(t, "x", string(dst), name)
		require.Equal(t, c.body, b, name)
	}
	// The longest disclosure that Seal makes is one that Open takes.
	value := []byte(`"` + strings.Repeat("x", MaxDisclosure/4*3-len(`["","a",""]`)-saltText) + `"`)
	var s Sealer
	sealed, err := s.Seal(&good, []Field{{"a", value}}, nil)
	require.NoError(t, err)
	require.Len(t, sealed, MaxDisclosure+1)
	_, _, err = Disclosures(sealed)[0].Open()
	require.NoError(t, err)
}
