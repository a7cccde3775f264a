package consent

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

func TestNoticeCheck(t *testing.T) {
	t.Parallel()
	fine := func() Notice {
		return Notice{
			Text: []byte("Yes"), MediaType: "text/plain", Language: "nl", Version: "1", Controller: "x",
			Purposes: []NoticePurpose{{ID: "newsletter"}},
		}
	}
	ok := fine()
	require.NoError(t, ok.Check())
	for want, change := range map[string]func(n *Notice){
		"the text that was shown is missing": func(n *Notice) { n.Text = nil },
		"longer than 1 MiB":                  func(n *Notice) { n.Text = make([]byte, maxText+1) },
		"no media type":                      func(n *Notice) { n.MediaType = "" },
		"no language":                        func(n *Notice) { n.Language = "Dutch!" },
		"no version":                         func(n *Notice) { n.Version = " " },
		"the controller is not named":        func(n *Notice) { n.Controller = "" },
		"it asks for no purpose":             func(n *Notice) { n.Purposes = nil },
		"a purpose without a name":           func(n *Notice) { n.Purposes[0].ID = "" },
		"a purpose is there twice":           func(n *Notice) { n.Purposes = append(n.Purposes, n.Purposes[0]) },
		"a purpose with an unknown change":   func(n *Notice) { n.Purposes[0].Change = "some"; n.Supersedes[0] = 1 },
		"the notice supersedes none":         func(n *Notice) { n.Purposes[0].Change = WordsOnly },
	} {
		n := fine()
		change(&n)
		require.ErrorContains(t, n.Check(), want)
		_, err := (&Notices{}).Publish(n, epoch)
		require.Error(t, err)
	}
	for _, tag := range []string{"en", "nl-NL", "zh-Hant-TW", "de-1996", "sl-rozaj-biske"} {
		require.True(t, languageTag(tag), tag)
	}
	for _, tag := range []string{"", "n", "nl_NL", "nl-", "-nl", "1a", "english", "nl-toolongsubtag", "nl\u00e9"} {
		require.False(t, languageTag(tag), tag)
	}
}

// Every field counts, and no two ways of filling them in have one hash.
func TestNoticeHash(t *testing.T) {
	t.Parallel()
	n := Notice{
		Text: []byte("ab"), MediaType: "c", Language: "d", Version: "e", Controller: "f",
		Purposes:   []NoticePurpose{{ID: "g", Categories: []string{"h", "i"}, Change: WordsOnly}, {ID: "j"}},
		Recipients: nil, Withdrawal: "k", Form: "l",
	}
	seen := map[NoticeHash]int{n.Hash(): -1}
	for i, change := range []func(n *Notice){
		func(n *Notice) { n.Text, n.MediaType = []byte("a"), "bc" },
		func(n *Notice) { n.Text = []byte("a") },
		func(n *Notice) { n.Language, n.Version = "", "de" },
		func(n *Notice) { n.Controller = "" },
		func(n *Notice) { n.Purposes = n.Purposes[:1] },
		func(n *Notice) { n.Purposes[0].Categories = []string{"hi"} },
		func(n *Notice) { n.Purposes[0].Categories = []string{"h"}; n.Recipients = append(n.Recipients, "i") },
		func(n *Notice) { n.Purposes[0].Change = Processing },
		func(n *Notice) { n.Purposes[0], n.Purposes[1] = n.Purposes[1], n.Purposes[0] },
		func(n *Notice) { n.Withdrawal, n.Form = "kl", "" },
		func(n *Notice) { n.Supersedes[31] = 1 },
	} {
		c := n.clone()
		change(&c)
		h := c.Hash()
		require.NotContains(t, seen, h, "change %d", i)
		seen[h] = i
	}
	require.Equal(t, n.Hash(), new(n.clone()).Hash())
	// The stored meaning, computed from the documented form by another program: it never changes.
	require.Equal(t, "558228d850fbb44a5b17f40f12b6a4393725418e7e00fc7496b8fdcfd469c451", n.Hash().String())
}

func TestNoticeHashText(t *testing.T) {
	t.Parallel()
	h := NoticeHash{0xab, 2, 3}
	back, err := ParseNoticeHash(h.String())
	require.NoError(t, err)
	require.Equal(t, h, back)
	for _, s := range []string{"", "00", strings.Repeat("g", 64), strings.ToUpper(h.String()), h.String() + " ", " " + h.String()[1:]} {
		_, err := ParseNoticeHash(s)
		require.Error(t, err, "%q", s)
	}
	var got NoticeHash
	require.NoError(t, got.Scan(h.String()))
	require.Equal(t, h, got)
	require.Error(t, got.Scan(7))
	require.Error(t, got.Scan("zz"))
	require.Equal(t, h, got)
	require.NoError(t, got.Scan(nil))
	require.True(t, got.IsZero())
	v, err := got.Value()
	require.NoError(t, err)
	require.Nil(t, v)
	b, err := json.Marshal(map[string]NoticeHash{"h": h, "none": {}})
	require.NoError(t, err)
	var m map[string]NoticeHash
	require.NoError(t, json.Unmarshal(b, &m))
	require.Equal(t, h, m["h"])
	require.True(t, m["none"].IsZero())
}

func TestPublish(t *testing.T) {
	t.Parallel()
	ns := &Notices{}
	first := notice(t, ns, Notice{})
	require.Equal(t, first, notice(t, ns, Notice{}), "the same notice is the same address")
	got, from, ok := ns.Get(first)
	require.Equal(t, epoch, from)
	require.True(t, ok)
	got.Text[0] = 'X'
	again, _, _ := ns.Get(first)
	require.Equal(t, first, again.Hash(), "what is published does not change")
	_, _, ok = ns.Get(NoticeHash{1})
	require.False(t, ok)

	for want, n := range map[string]Notice{
		"supersedes one that is not published": {Version: "2", Supersedes: NoticeHash{1}},
		"must say what changes":                {Version: "2", Supersedes: first},
		`"calls" must say what changes`: {Version: "2", Supersedes: first, Purposes: []NoticePurpose{
			{ID: "newsletter", Change: WordsOnly}, {ID: "calls", Change: WordsOnly},
		}},
	} {
		n.Text, n.MediaType, n.Language, n.Controller = []byte("Yes"), "text/plain", "en", "x"
		if n.Purposes == nil {
			n.Purposes = []NoticePurpose{{ID: "newsletter"}}
		}
		_, err := ns.Publish(n, epoch)
		require.ErrorContains(t, err, want)
	}
	_, err := ns.Publish(Notice{Text: []byte("Yes"), MediaType: "text/plain", Language: "en", Version: "9", Controller: "x", Purposes: []NoticePurpose{{ID: "p"}}}, time.Time{})
	require.ErrorContains(t, err, "from when")
	require.False(t, ns.Covers(NoticeHash{}, "newsletter", epoch))
	require.False(t, ns.Covers(first, "calls", epoch))
	require.True(t, ns.Covers(first, "newsletter", epoch))
}

func TestParseNotice(t *testing.T) {
	t.Parallel()
	ns := &Notices{}
	n, _, _ := ns.Get(notice(t, ns, Notice{Recipients: []basis.Recipient{"mailer"}}))
	b := n.AppendCanonical(nil)
	back, err := ParseNotice(b)
	require.NoError(t, err)
	require.Equal(t, n, back)
	for i := range b {
		_, err := ParseNotice(b[:i])
		require.Error(t, err)
	}
	_, err = ParseNotice(append(bytes.Clone(b), 0))
	require.Error(t, err)
}

func FuzzParseNotice(f *testing.F) {
	n := Notice{Text: []byte("Yes"), MediaType: "text/plain", Language: "en", Version: "9", Controller: "x", Purposes: []NoticePurpose{{ID: "p", Categories: []string{"c"}}}}
	f.Add(n.AppendCanonical(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		n, err := ParseNotice(b)
		if err != nil {
			return
		}
		require.Equal(t, b, n.AppendCanonical(nil))
		require.NoError(t, n.Check())
	})
}
