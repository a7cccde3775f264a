package proof

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseStatementRefuses(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 1)
	text, err := FormatStatement(&f.statements[0])
	require.NoError(t, err)
	good := string(text)
	lines := strings.SplitAfter(good, "\n") // header, body, 3 disclosures, notice, claim, ""
	require.Len(t, lines, 8)
	pick := func(indexes ...int) string {
		var out strings.Builder
		for _, i := range indexes {
			out.WriteString(lines[i])
		}
		return out.String()
	}
	claim := strings.Fields(lines[6])
	with := func(i int, word string) string {
		words := slices.Clone(claim)
		words[i] = word
		return pick(0, 1) + strings.Join(words, " ") + "\n"
	}
	for _, accepted := range []string{good, pick(0, 1), pick(0, 1, 2), pick(0, 1, 5), pick(0, 1, 6), pick(0, 1, 2, 4, 6)} {
		_, err := ParseStatement([]byte(accepted))
		require.NoError(t, err)
	}
	for name, c := range map[string]struct {
		text string
		part Part
	}{
		"empty":                {"", PartFile},
		"header alone":         {pick(0), PartFile},
		"version 2":            {strings.Replace(good, "statement 1", "statement 2", 1), PartFile},
		"no body":              {pick(0, 2), PartFile},
		"body twice":           {pick(0, 1, 1), PartFile},
		"claim before notice":  {pick(0, 1, 6, 5), PartFile},
		"notice twice":         {pick(0, 1, 5, 5), PartFile},
		"unknown line":         {pick(0, 1) + "more 1\n", PartFile},
		"no newline":           {good[:len(good)-1], PartFile},
		"empty line":           {good + "\n", PartFile},
		"too long":             {good + strings.Repeat("x", maxStatement), PartFile},
		"disclosures moved":    {pick(0, 1, 3, 2), PartDisclosure},
		"disclosure twice":     {pick(0, 1, 2, 2), PartDisclosure},
		"empty notice":         {pick(0, 1) + "notice \n", PartNotice},
		"notice spare bits":    {pick(0, 1) + "notice QR==\n", PartNotice},
		"notice of 1 MiB + 1":  {pick(0, 1) + "notice " + base64.StdEncoding.EncodeToString(make([]byte, MaxNotice+1)) + "\n", PartNotice},
		"upper-case key":       {with(1, strings.Repeat("A", 64)), PartCapsule},
		"short key":            {with(1, strings.Repeat("a", 62)), PartCapsule},
		"short salt":           {with(2, "aa"), PartCapsule},
		"negative time":        {with(3, "-1"), PartCapsule},
		"time with zero":       {with(3, "01"), PartCapsule},
		"time too large":       {with(3, "9223372036854775808"), PartCapsule},
		"no address":           {with(4, ""), PartCapsule},
		"address not UTF-8":    {with(4, "/w=="), PartCapsule},
		"address too long":     {with(4, base64.StdEncoding.EncodeToString(make([]byte, maxAddress+1))), PartCapsule},
		"five words":           {with(4, "YQ== YQ=="), PartCapsule},
		"body not base64":      {lines[0] + "body !\n", PartBody},
		"body of another form": {lines[0] + "body YQ==\n", PartBody},
	} {
		_, err := ParseStatement([]byte(c.text))
		require.Error(t, err, name)
		require.Equal(t, c.part, partOf(t, err), name)
	}
}

// TestStatementCheck has a good form and parts of other events.
func TestStatementCheck(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 3)
	var sealer Sealer
	twice := f.statements[0]
	more, err := sealer.Seal(&Body{Type: "give"}, []Field{{"subject", []byte(`"someone else"`)}}, nil)
	require.NoError(t, err)
	other := Disclosures(more)[0]
	twice.Disclosures = append(slices.Clone(twice.Disclosures), other)
	for i, d := range twice.Body.Digests { // the place of a decoy
		if !slices.ContainsFunc(f.statements[0].Disclosures, func(x Disclosure) bool { return x.Digest() == d }) {
			twice.Body.Digests[i] = other.Digest()
			break
		}
	}
	sortDigests(&twice.Body.Digests)
	for name, c := range map[string]struct {
		change func(*Statement)
		part   Part
	}{
		"disclosure of another event": {func(s *Statement) { s.Disclosures = f.statements[1].Disclosures }, PartDisclosure},
		"field twice":                 {func(s *Statement) { *s = twice }, PartDisclosure},
		"another notice":              {func(s *Statement) { s.Notice = []byte("I want nothing.\n") }, PartNotice},
		"empty notice":                {func(s *Statement) { s.Notice = []byte{} }, PartNotice},
		"claim of another event":      {func(s *Statement) { s.Claim = f.statements[2].Claim }, PartCapsule},
	} {
		s := f.statements[0]
		c.change(&s)
		_, err := s.Check()
		require.Error(t, err, name)
		require.Equal(t, c.part, partOf(t, err), name)
	}
	s := f.statements[0]
	s.Disclosures = make([]Disclosure, 17)
	_, err = FormatStatement(&s)
	require.Equal(t, PartDisclosure, partOf(t, err))
	_, err = FormatStatement(&Statement{})
	require.Equal(t, PartBody, partOf(t, err))
}

// TestLimits: the largest statement there can be fits in a proof file.
func TestLimits(t *testing.T) {
	t.Parallel()
	f := newFixture(t, 1)
	var sealer Sealer
	var fields []Field
	for i := range Digests {
		fields = append(fields, Field{string(rune('a' + i)), []byte(`"` + strings.Repeat("x", MaxDisclosure/4*3-len(`["","a",""]`)-saltText) + `"`)})
	}
	s := Statement{Body: f.statements[0].Body, Notice: make([]byte, MaxNotice), Claim: &Claim{Address: strings.Repeat("a", maxAddress), Capsule: Capsule{Time: 1<<63 - 1}}}
	s.Body.Purpose = strings.Repeat("p", maxPurpose)
	sealed, err := sealer.Seal(&s.Body, fields, nil)
	require.NoError(t, err)
	s.Disclosures = Disclosures(sealed)
	file, err := FormatProof(&Proof{Statement: s, Checkpoint: f.checkpoint})
	require.NoError(t, err)
	_, err = ParseProof(file)
	require.NoError(t, err)
	require.Less(t, len(file)+maxNote, MaxProof)
}
