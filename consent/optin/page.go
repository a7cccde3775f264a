package optin

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/grondslag/grondslag/basis"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// pagePolicy lets nothing load, run, frame or post elsewhere; the one style sheet is in the page.
var pagePolicy = "default-src 'none'; style-src 'sha256-" + digest(pageStyle) + "'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// choice is a button of a page.
type choice struct {
	Label basis.Text
	Value string // of the field "scope"; none posts an empty form
	// Purposes stand above the button.
	Purposes []basis.PurposeID
	Quiet    bool
}

// page answers with a page of ours. Nothing in it is of the client but its language.
func (k *Kit) page(w http.ResponseWriter, r *http.Request, status int, about words, choices ...choice) {
	lang := k.language(r)
	type button struct {
		Label, Value string
		Quiet        bool
	}
	data := struct {
		Lang, Title, Controller, Contact, ContactLabel, About string
		Text                                                  []string
		Purposes                                              []string
		Buttons                                               []button
		Style                                                 template.CSS
	}{
		Lang: lang, Title: about.title.In(lang), Controller: k.Controller, Contact: k.Contact, ContactLabel: labelContact.In(lang), About: labelAbout.In(lang),
		Text: strings.Split(about.text.In(lang), "\n"), Style: template.CSS(pageStyle),
	}
	for _, c := range choices {
		data.Buttons = append(data.Buttons, button{c.Label.In(lang), c.Value, c.Quiet})
		for _, p := range c.Purposes {
			name := k.Titles[p].In(lang)
			if name == "" {
				name = string(p)
			}
			data.Purposes = append(data.Purposes, name)
		}
	}
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, data); err != nil {
		k.report(r.Context(), err)
		status = http.StatusInternalServerError
		b.Reset()
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", lang)
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Vary", "Accept-Language")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	if status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "60")
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(b.Bytes())
	}
}

func (k *Kit) notAllowed(w http.ResponseWriter, r *http.Request, allow string) {
	w.Header().Set("Allow", allow)
	k.page(w, r, http.StatusMethodNotAllowed, wordsBad)
}

// language is that of the page: the parameter "lang", or which of ours Accept-Language
// likes best (RFC 9110, 12.5.4), or the kit's.
func (k *Kit) language(r *http.Request) string {
	if l := r.URL.Query().Get("lang"); l == "en" || l == "nl" {
		return l
	}
	best, q := k.Language, 0.0
	if best != "nl" {
		best = "en"
	}
	header := r.Header.Get("Accept-Language")
	for i, item := range slices.Collect(strings.SplitSeq(header[:min(len(header), 512)], ",")) {
		if i == 16 {
			break
		}
		tag, params, _ := strings.Cut(item, ";")
		main, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		weight := 1.0
		if v, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q="); ok {
			f, err := strconv.ParseFloat(v, 64)
			if err != nil || !(f >= 0 && f <= 1) {
				continue
			}
			weight = f
		}
		if (main == "en" || main == "nl") && weight > q {
			best, q = main, weight
		}
	}
	return best
}
