package fake

import "strings"

const dayFirst = "02-01-2006"

func brevo() layout {
	lists := shares(share{55, "2"}, share{20, "2,5"}, share{15, "5"}, share{6, "2,5,7"}, share{4, ""})
	email := shares(share{86, "Subscribed"}, share{9, "Unsubscribed"}, share{5, "Blocklisted"})
	sms := shares(share{12, "Subscribed"}, share{2, "Unsubscribed"}, share{86, ""})
	optIn := shares(share{40, "Yes"}, share{12, "No"}, share{48, ""})
	return layout{
		header: strings.Split("CONTACT ID;EMAIL;LASTNAME;FIRSTNAME;SMS;WHATSAPP;LANDLINE_NUMBER;EXT_ID;DOUBLE_OPT-IN;OPT_IN;email_marketing;sms_marketing;_listIds;ADDED_TIME;MODIFIED_TIME", ";"),
		sheet:  sheet{comma: ';'},
		row: func(m *maker) {
			m.number(int64(m.line))
			m.field(m.email)
			m.text(m.last)
			m.text(m.first)
			// Numbers without plus and spaces.
			m.tmp = m.tmp[:0]
			for _, c := range m.phone {
				if '0' <= c && c <= '9' {
					m.tmp = append(m.tmp, c)
				}
			}
			m.field(m.tmp)
			m.blank(3)
			m.text(m.one(optIn))
			m.text(m.one(optIn))
			m.text(m.one(email))
			m.text(m.one(sms))
			m.text(m.one(lists))
			m.moment(m.created, dayFirst)
			m.moment(m.later(m.created, day, 700*day), dayFirst)
		},
	}
}
