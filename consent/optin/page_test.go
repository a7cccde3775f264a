package optin

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/grondslag/grondslag/basis"
)

// answers returns one answer of each kind.
func answers(t testing.TB, b *bench, lang string) map[string]*httptest.ResponseRecorder {
	b.Pace = -1
	_, link := b.asked(t, b.request())
	link = strings.Replace(link, "lang=nl", "lang="+lang, 1)
	unsub := func(l Link) string { return b.target(t, l) + "&lang=" + lang }
	out := &outbox{}
	signup := b.Signup(b.form, out.send)
	list := map[string]*httptest.ResponseRecorder{
		"confirm":         do(b.Confirmation(), "GET", link, ""),
		"confirmed":       do(b.Confirmation(), "POST", link, ""),
		"gone":            do(b.Confirmation(), "POST", link, ""),
		"unsubscribe":     do(b.Unsubscription(), "GET", unsub(Link{Subject: "c", Channel: basis.Email, Purposes: []basis.PurposeID{"newsletter", "offers"}}), ""),
		"unsubscribe-all": do(b.Unsubscription(), "GET", unsub(Link{Subject: "c", Channel: basis.SMS}), ""),
		"unsubscribed":    do(b.Unsubscription(), "POST", unsub(newsletter), oneClick),
		"unknown":         do(b.Unsubscription(), "GET", "/?t=x&lang="+lang, ""),
		"look":            do(signup, "POST", "/?lang="+lang, post("zoe@example.org")),
		"incomplete":      do(signup, "POST", "/?lang="+lang, post("zoe")),
		"not-allowed":     do(b.Unsubscription(), "PUT", "/?lang="+lang, ""),
	}
	b.Ledger = nil
	list["failed"] = do(b.Confirmation(), "POST", link, "")
	return list
}

// Every answer: the headers that keep it out of caches, frames, logs and indexes, and
// nothing in the page that is loaded, run or sent elsewhere.
func TestPages(t *testing.T) {
	t.Parallel()
	want := map[string]int{
		"confirm": 200, "confirmed": 200, "gone": 410, "unsubscribe": 200, "unsubscribe-all": 200, "unsubscribed": 200,
		"unknown": 404, "look": 200, "incomplete": 400, "not-allowed": 405, "failed": 503,
	}
	buttons := map[string]int{"confirm": 1, "unsubscribe": 2, "unsubscribe-all": 1}
	folder := os.Getenv("OPTIN_PAGES") // to look at them
	for _, lang := range []string{"en", "nl"} {
		pages := answers(t, newBench(t), lang)
		require.Len(t, pages, len(want))
		for name, w := range pages {
			require.Equal(t, want[name], w.Code, name)
			h := w.Header()
			require.Equal(t, "text/html; charset=utf-8", h.Get("Content-Type"), name)
			require.Equal(t, lang, h.Get("Content-Language"), name)
			require.Equal(t, "no-store", h.Get("Cache-Control"), name)
			require.Equal(t, "no-referrer", h.Get("Referrer-Policy"), name)
			require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"), name)
			require.Equal(t, "noindex, nofollow", h.Get("X-Robots-Tag"), name)
			require.Empty(t, w.Result().Cookies(), name)
			body := w.Body.String()
			style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(body)
			require.Len(t, style, 2, name)
			require.Equal(t, "default-src 'none'; style-src 'sha256-"+digest(style[1])+"'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
				h.Get("Content-Security-Policy"), "%s: the browser applies the style that is in the page", name)
			forms, presses := 0, 0
			doc, err := html.Parse(strings.NewReader(body))
			require.NoError(t, err)
			for n := range doc.Descendants() {
				if n.Type != html.ElementNode {
					continue
				}
				require.NotContains(t, []string{"script", "link", "img", "iframe", "object", "a", "svg"}, n.Data, name)
				for _, a := range n.Attr {
					require.NotContains(t, []string{"src", "href", "action", "style", "onclick"}, a.Key, "%s: %s", name, n.Data)
				}
				switch n.Data {
				case "form":
					forms++
					require.Contains(t, n.Attr, html.Attribute{Key: "method", Val: "post"})
				case "button":
					presses++
				case "html":
					require.Equal(t, lang, n.Attr[0].Val)
				}
			}
			require.Equal(t, buttons[name], presses, name)
			require.Equal(t, min(buttons[name], 1), forms, name)
			require.Contains(t, body, "De Gouden Velg", name)
			require.Contains(t, body, "privacy@velg.example", name)
			if folder != "" {
				require.NoError(t, os.WriteFile(filepath.Join(folder, name+"-"+lang+".html"), w.Body.Bytes(), 0o600))
			}
		}
	}
}

// Each sentence exists in both languages.
func TestWords(t *testing.T) {
	t.Parallel()
	all := []basis.Text{labelConfirm, labelAbout, labelContact}
	for _, w := range []words{wordsConfirm, wordsConfirmed, wordsGone, wordsUnsubscribe, wordsUnsubscribed, wordsUnknown, wordsLook, wordsIncomplete, wordsFailed, wordsBad} {
		all = append(all, w.title, w.text)
		require.Equal(t, strings.Count(w.text.En, "\n"), strings.Count(w.text.Nl, "\n"))
	}
	for _, c := range []basis.Channel{basis.Email, basis.SMS, basis.Phone, basis.Post, basis.NoChannel} {
		for _, ch := range choices(Link{Channel: c, Purposes: []basis.PurposeID{"x"}}) {
			all = append(all, ch.Label)
		}
	}
	for _, text := range all {
		require.NotEmpty(t, text.En)
		require.NotEmpty(t, text.Nl)
		require.NotEqual(t, text.En, text.Nl)
	}
}

// A name that is markup is text.
func TestPageEscapes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.Controller = `<script>alert(1)</script>`
	b.Titles["newsletter"] = basis.Text{En: `"><img src=x>`, Nl: "x"}
	w := do(b.Unsubscription(), "GET", b.target(t, newsletter), "")
	require.NotContains(t, w.Body.String(), "<script")
	require.NotContains(t, w.Body.String(), "<img")
}

func TestHead(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, link := b.asked(t, b.request())
	for _, test := range []struct {
		h      http.Handler
		target string
	}{{b.Confirmation(), link}, {b.Unsubscription(), b.target(t, newsletter)}, {b.Confirmation(), "/"}, {b.Unsubscription(), "/"}} {
		get, head := do(test.h, "GET", test.target, ""), do(test.h, "HEAD", test.target, "")
		require.Equal(t, get.Code, head.Code)
		require.Equal(t, get.Header(), head.Header())
		require.Empty(t, head.Body.String())
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ kit, query, header, want string }{
		{"", "", "", "en"},
		{"nl", "", "", "nl"},
		{"", "", "nl", "nl"},
		{"nl", "", "en", "en"},
		{"", "", "nl-BE,en;q=0.5", "nl"},
		{"", "", "de, nl;q=0.3, en;q=0.7", "en"},
		{"nl", "", "de, fr;q=0.3", "nl"},
		{"", "", "NL ; q=0.4", "nl"},
		{"", "", "en;q=0, nl;q=0.1", "nl"},
		{"", "", "nl;q=0", "en"},
		{"", "", "nl;q=2, en", "en"},
		{"", "", "nl;q=NaN", "en"},
		{"", "", "nl;q=x", "en"},
		{"", "", "nld", "en"}, // not the tag "nl"
		{"", "", "*", "en"},
		{"", "?lang=nl", "en", "nl"},
		{"", "?lang=de", "nl", "nl"},
		{"", "?lang=<script>", "", "en"},
		{"", "", strings.Repeat("de,", 16) + "nl", "en"},
		{"", "", strings.Repeat("x", 600) + ",nl", "en"},
	} {
		k := Kit{Language: test.kit}
		r := httptest.NewRequest("GET", "/"+test.query, nil)
		r.Header.Set("Accept-Language", test.header)
		require.Equal(t, test.want, k.language(r), "%+v", test)
	}
}
