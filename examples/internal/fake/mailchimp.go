package fake

import (
	"slices"
	"strconv"
)

const seconds = "2006-01-02 15:04:05"

// batch is how many contacts in a row may belong to one import; one in ten does.
const batch = 5000

func mailchimp(f Format) layout {
	header := columns("Email Address,First Name,Last Name,EMAIL_TYPE,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS")
	ended := slices.Index(header, "LAST_CHANGED") + 1
	switch f {
	case MailchimpUnsubscribed:
		header = slices.Insert(header, ended, columns("UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER")...)
	case MailchimpCleaned:
		header = slices.Insert(header, ended, columns("CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID")...)
	}
	c := &campaigns{
		reason: shares(share{38, "NORMAL"}, share{27, "NO_LONGER_INTERESTED"}, share{10, "DIDNT_SIGN_UP"},
			share{7, "INAPPROPRIATE_CONTENT"}, share{15, "SPAM_COMPLAINT"}, share{3, "OTHER"}),
		remark: []string{"Te vaak", "Ander adres", "Je n'habite plus ici", "Please stop, \"no\" means no"},
		title:  []string{"Nieuwsbrief maart", "Nieuwsbrief, zomer", "Najaarsactie", "Welkom"},
		tags:   []string{"", "", "", `"Klant"`, `"Webinar"`, `"Klant","Beurs 2024"`, `"Nieuwsbrief NL"`},
	}
	return layout{
		header: header,
		sheet:  sheet{comma: ',', quoting: withSpaces},
		row:    func(m *maker) { mailchimpRow(m, f, c) },
	}
}

// campaigns are the texts of an audience.
type campaigns struct{ reason, remark, title, tags []string }

func mailchimpRow(m *maker, f Format, c *campaigns) {
	m.field(m.email)
	m.text(m.first)
	m.text(m.last)
	if m.percent(97) {
		m.text("html")
	} else {
		m.text("text")
	}
	m.number(m.between(1, 5))
	changed := mailchimpConsent(m)
	p := m.place
	if m.percent(60) {
		m.text(p.latitude)
		m.text(p.longitude)
		m.text(p.winter)
		m.text(p.summer)
		m.text(p.zone)
		m.text(p.country)
		m.text(p.region)
	} else {
		m.blank(7)
	}
	left := m.later(changed, 60, 800*day)
	switch {
	case f != Mailchimp:
		m.moment(left, seconds)
	case m.percent(40):
		m.moment(m.later(changed, 60, 900*day), seconds)
	default:
		m.moment(changed, seconds)
	}
	switch f {
	case MailchimpUnsubscribed:
		m.moment(left, seconds)
		c.campaign(m)
		reason := m.one(c.reason)
		m.text(reason)
		if remark := m.one(c.remark); reason == "OTHER" {
			m.text(remark)
		} else {
			m.blank(1)
		}
	case MailchimpCleaned:
		m.moment(left, seconds)
		c.campaign(m)
	}
	m.number(400_000_000 + int64(m.line))
	m.tmp = m.hex(m.tmp[:0], 10)
	m.field(m.tmp)
	if m.percent(4) {
		m.text("Belde zelf: \"graag per post\",\nzie map 3")
	} else {
		m.blank(1)
	}
	m.text(m.one(c.tags))
}

// mailchimpConsent writes the four columns of the opt-in and its confirmation, and
// returns the last of their moments.
func mailchimpConsent(m *maker) int64 {
	var ip [2][48]byte
	from := m.appendIP(ip[0][:0])
	confirmed := m.later(m.created, 20, 2*day)
	switch of := m.below(100); {
	case of < 10: // an import: one second and one address for all of it
		m.dice.seed(m.seed+salt("import"), (m.line-1)/batch)
		confirmed = m.workingTime(m.between(opened/day, exported/day-1))
		from = m.appendIP(ip[0][:0])
		m.dice.seed(m.seed+salt("after the import"), m.line)
		m.moment(confirmed, seconds)
		m.field(from)
		m.moment(confirmed, seconds)
		m.field(from)
	case of < 15: // entered by someone of the office
		m.blank(2)
		m.moment(confirmed, seconds)
		m.blank(1)
	case of < 75: // confirmed from where the form was sent
		m.moment(m.created, seconds)
		m.field(from)
		m.moment(confirmed, seconds)
		m.field(from)
	case of < 90: // confirmed elsewhere, on the telephone
		m.moment(m.created, seconds)
		m.field(from)
		m.moment(confirmed, seconds)
		m.field(m.appendIP(ip[1][:0]))
	default: // single opt-in
		confirmed = m.created
		m.moment(confirmed, seconds)
		m.field(from)
		m.moment(confirmed, seconds)
		m.field(from)
	}
	return confirmed
}

// campaign writes the title and id of the message that made the end; one in five
// ended otherwise.
func (c *campaigns) campaign(m *maker) {
	n := m.below(len(c.title))
	if m.percent(20) {
		m.blank(2)
		return
	}
	m.text(c.title[n])
	m.tmp = strconv.AppendInt(m.tmp[:0], 0x5d17415e0b+int64(n), 16)
	m.field(m.tmp)
}
