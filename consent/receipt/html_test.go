package receipt

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
)

func TestHTMLGolden(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "nl"} {
		page, err := shopRecord(t).HTML(lang)
		require.NoError(t, err)
		golden(t, "receipt."+lang+".html", page)
	}
	other, err := shopRecord(t).HTML("fr")
	require.NoError(t, err)
	require.Contains(t, string(other), `<html lang="en">`)
}

// Whatever the texts hold, the page has the elements of the template alone, no attribute
// that runs something, nothing that is fetched, and links only to the web and to mail.
func TestHTMLIsInert(t *testing.T) {
	t.Parallel()
	const attack = `"><script>alert(1)</script><img src=x onerror=alert(1)></pre><iframe src="https://evil.example"></iframe><meta http-equiv=refresh content="0;url=https://evil.example">`
	controller, notices, events, details := shop()
	controller.Name, controller.Contact, controller.Address.Street, controller.Phone = attack, attack, attack, attack
	controller.Email, controller.URL = attack, "javascript:alert(1)"
	details.Verify = "javascript:alert(1)"
	details.Common.Services, details.Common.Restrictions = []string{attack}, []string{attack}
	details.Common.Codes = []Link{{attack, "javascript:alert(1)"}, {attack, "https://evil.example/\"onclick=alert(1)"}}
	details.Common.Rights = []Right{{"eu-gdpr:A7-3", attack}, {"eu-gdpr:A15", "data:text/html,<script>alert(1)</script>"}}
	details.Processes[0].Title = basis.Text{En: attack, Nl: attack}
	details.Processes[1].Withdrawal = []string{"JavaScript:alert(1)", attack}
	notices[0].Text, notices[0].Version, notices[0].Controller, notices[0].Form = []byte(attack), attack, attack, attack
	notices[1].Supersedes = notices[0].Hash()
	for i := range events {
		if !events[i].Notice.IsZero() {
			events[i].Notice = notices[0].Hash()
		}
	}
	events[5].Notice = notices[1].Hash()
	r, err := FromEvents(controller, notices, events, details)
	require.NoError(t, err)
	r.Subject = attack
	page, err := r.HTML("en")
	require.NoError(t, err)
	root, err := html.Parse(strings.NewReader(string(page)))
	require.NoError(t, err)
	seen := map[string]int{}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		seen[n.Data]++
		for _, a := range n.Attr {
			require.False(t, strings.HasPrefix(a.Key, "on"), "%s %s", n.Data, a.Key)
			require.NotContains(t, []string{"src", "srcset", "srcdoc", "action", "background", "poster", "style"}, a.Key)
			if a.Key == "href" {
				require.Regexp(t, "^(https://|mailto:)", a.Val)
			}
		}
	}
	for _, element := range []string{"script", "img", "iframe", "object", "embed", "link", "form", "input", "base", "svg", "video"} {
		require.Zero(t, seen[element], element)
	}
	require.Equal(t, 6, seen["meta"])
	require.Equal(t, 1, seen["style"])
	require.Contains(t, string(page), `content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`)
	require.Contains(t, text(root), attack, "and it is on the page, to the letter")
}

func text(root *html.Node) string {
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	}
	return b.String()
}

// The text that was shown is on the page to the letter, its first line feed too.
func TestHTMLShowsTheNoticeToTheLetter(t *testing.T) {
	t.Parallel()
	for _, shown := range []string{"\n\n  Yes &amp; no\t\n", "\nx", "x", "يوافق", "<b>Ja</b>"} {
		r := shopRecord(t)
		r.Notices[1].Text = []byte(shown)
		r.Notices[1].ID = r.Notices[1].Hash().String()
		r.Events[5].Notice = r.Notices[1].Hash()
		page, err := r.HTML("en")
		require.NoError(t, err)
		root, err := html.Parse(strings.NewReader(string(page)))
		require.NoError(t, err)
		var got []string
		for n := range root.Descendants() {
			if n.Data == "pre" {
				got = append(got, n.FirstChild.Data)
			}
		}
		require.Equal(t, shown, got[1])
	}
	r := shopRecord(t)
	r.Notices[0].Text = []byte("\xff\xfe")
	r.Notices[0].ID = r.Notices[0].Hash().String()
	for i := range r.Events {
		if r.Events[i].Notice == shopRecord(t).Notices[0].Hash() {
			r.Events[i].Notice = r.Notices[0].Hash()
		}
	}
	page, err := r.HTML("nl")
	require.NoError(t, err)
	require.Contains(t, string(page), "Dit is niet als tekst te tonen.")
	data, err := r.JSONLD()
	require.NoError(t, err)
	back, _, err := Read(data)
	require.NoError(t, err)
	require.Equal(t, r, back, "the JSON-LD has the bytes")
}

// Each table has its headers, each heading its level, and every text its words in the language.
func TestHTMLIsAccessible(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "nl"} {
		page, err := shopRecord(t).HTML(lang)
		require.NoError(t, err)
		root, err := html.Parse(strings.NewReader(string(page)))
		require.NoError(t, err)
		level, h1 := 0, 0
		ids := map[string]bool{}
		for n := range root.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			attr := map[string]string{}
			for _, a := range n.Attr {
				attr[a.Key] = a.Val
			}
			if attr["id"] != "" {
				require.False(t, ids[attr["id"]])
				ids[attr["id"]] = true
			}
			switch n.Data {
			case "html":
				require.Equal(t, lang, attr["lang"])
			case "th":
				require.Contains(t, []string{"col", "row"}, attr["scope"])
				require.NotNil(t, n.FirstChild)
			case "pre":
				require.NotEmpty(t, attr["lang"])
			case "h1", "h2", "h3":
				next := int(n.Data[1] - '0')
				require.LessOrEqual(t, next, level+1)
				level = next
				if next == 1 {
					h1++
				}
			}
		}
		require.Equal(t, 1, h1)
	}
}

// WCAG 2.2, 1.4.3: text has a contrast of at least 4.5 to 1, by day and by night.
func TestHTMLContrast(t *testing.T) {
	t.Parallel()
	blocks := regexp.MustCompile(`:root \{([^}]*)\}`).FindAllStringSubmatch(pageText, -1)
	require.Len(t, blocks, 2)
	for _, b := range blocks {
		color := map[string]float64{}
		for _, m := range regexp.MustCompile(`--([a-z]+): #([0-9a-f]+);`).FindAllStringSubmatch(b[1], -1) {
			color[m[1]] = luminance(t, m[2])
		}
		for _, on := range []string{"page", "soft"} {
			for _, ink := range []string{"text", "quiet", "link", "yes", "no", "open"} {
				hi, lo := max(color[on], color[ink]), min(color[on], color[ink])
				require.GreaterOrEqual(t, (hi+0.05)/(lo+0.05), 4.5, "%s on %s", ink, on)
			}
		}
	}
}

func luminance(t *testing.T, hex string) float64 {
	if len(hex) == 3 {
		hex = strings.Repeat(hex[:1], 2) + strings.Repeat(hex[1:2], 2) + strings.Repeat(hex[2:], 2)
	}
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		require.NoError(t, err)
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func TestWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		d      Duration
		en, nl string
	}{
		{Duration{SpanPeriod, "P1Y2M1DT1H2M1S"}, "1 year, 2 months, 1 day, 1 hour, 2 minutes, 1 second", "1 jaar, 2 maanden, 1 dag, 1 uur, 2 minuten, 1 seconde"},
		{Duration{SpanPeriod, "P2W"}, "2 weeks", "2 weken"},
		{Duration{SpanUntil, "2026-03-01"}, "through 1 March 2026", "tot en met 1 maart 2026"},
		{Duration{SpanUntil, "2026-03-01T00:00:00Z"}, "until 1 March 2026 at 00:00:00 (UTC)", "tot 1 maart 2026 om 00:00:00 (UTC)"},
		{untilWithdrawn(), "until you withdraw it", "totdat u haar intrekt"},
		{Duration{SpanEvent, "the end"}, "until: the end", "tot: the end"},
		{Duration{SpanTimes, "1"}, "one time", "één keer"},
		{Duration{SpanTimes, "3"}, "3 times", "3 keer"},
		{Duration{Span: SpanEndless}, "no end stated", "geen einde genoemd"},
	} {
		require.Equal(t, c.en, durationWords(c.d, "en"))
		require.Equal(t, c.nl, durationWords(c.d, "nl"))
	}
	summer := time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC) // twice 02:30 in Amsterdam: the first
	require.Equal(t, "25 October 2026 at 02:30:00 (Europe/Amsterdam, UTC+02:00)", moment(summer, "Europe/Amsterdam", "en"))
	require.Equal(t, "25 oktober 2026 om 02:30:00 (Europe/Amsterdam, UTC+01:00)", moment(summer.Add(time.Hour), "Europe/Amsterdam", "nl"))
	require.Equal(t, "25 October 2026 at 00:30:00 (UTC)", moment(summer, "", "en"))
	require.Equal(t, "25 October 2026 at 00:30:00 (Africa/Abidjan, UTC)", moment(summer, "Africa/Abidjan", "en"))
	require.Equal(t, "Art. 22(3)(a) GDPR", article("eu-gdpr:A22-3-a", "en"))
	require.Equal(t, "art. 7(3) AVG", article("eu-gdpr:A7-3", "nl"))

	// Every value has words, in both languages, that no other value has.
	distinct := map[basis.Text]string{}
	add := func(of string, w basis.Text) {
		require.NotEmpty(t, w.En, of)
		require.NotEmpty(t, w.Nl, of)
		require.Empty(t, distinct[w], of)
		distinct[w] = of
	}
	for _, s := range []Term{"dpv:ConsentRequested", "dpv:ConsentGiven", "dpv:RenewedConsentGiven", "dpv:ConsentRefused", "dpv:ConsentRequestDeferred", "dpv:ConsentWithdrawn", "dpv:ConsentRevoked", "dpv:ConsentExpired", "dpv:ConsentInvalidated", stateObjected, "dpv:ConsentUnknown"} {
		add(string(s), stateWords(s))
	}
	for _, a := range []consent.Action{consent.Active, consent.Statement, consent.PreTicked, consent.Silence} {
		add(string(a), actionWords(a))
	}
	for _, b := range []consent.Binding{consent.Typed, consent.LoggedIn, consent.Mailbox, consent.Signed, consent.InPerson} {
		add(string(b), bindingWords(b))
	}
	for _, a := range []consent.Actor{consent.Person, consent.Guardian, consent.Agent, consent.Operator, consent.System} {
		add(string(a), actorWords(a))
	}
	for _, c := range []basis.Channel{"", basis.Email, basis.SMS, basis.Phone, basis.Post, basis.NoChannel} {
		add(string(c), channelWords(c))
	}
	for _, c := range []WarningCode{UnknownTerm, RetiredTerm, NotRead, NoZone, UnknownProfile} {
		add(string(c), c.text())
	}
}
