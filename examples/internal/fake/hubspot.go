package fake

const minutes = "2006-01-02 15:04"

func hubSpot() layout {
	header := []string{
		"Record ID", "First Name", "Last Name", "Email", "Phone Number", "Contact owner", "Primary Company",
		"Lead Status", "Marketing contact status", "Create Date", "Last Activity Date", "Lifecycle Stage",
		"Became a Customer Date", "Original Source", "Record source", "Legal basis for processing contact's data",
		"Unsubscribed from all email", "Opted out of email: Newsletter", "Opted out of email: One to One",
		"Opted out of email: Marketing Information",
	}
	owner := shares(share{18, ""}, share{30, "Anouk de Wit"}, share{25, "Bart Claes"}, share{15, "Yasmina El Amrani"}, share{12, "Sjoerd van 't Hof"})
	lead := shares(share{22, ""}, share{20, "New"}, share{14, "Open"}, share{14, "In progress"}, share{6, "Open deal"},
		share{8, "Attempted to contact"}, share{9, "Connected"}, share{5, "Unqualified"}, share{2, "Bad timing"})
	stage := shares(share{44, "Lead"}, share{30, "Subscriber"}, share{14, "Marketing Qualified Lead"}, share{7, "Sales Qualified Lead"}, share{5, "Opportunity"})
	bought := shares(share{94, "Customer"}, share{6, "Evangelist"})
	origin := shares(share{30, "Offline Sources"}, share{22, "Organic Search"}, share{16, "Direct Traffic"}, share{10, "Email Marketing"},
		share{8, "Organic Social"}, share{7, "Paid Search"}, share{5, "Referrals"}, share{2, "Other Campaigns"})
	source := shares(share{42, "Form"}, share{30, "Import"}, share{12, "CRM UI"}, share{10, "Integration"}, share{4, "Meetings"}, share{2, "Conversations"})
	// Exports of different years have a hyphen or an en dash.
	basis := shares(share{30, ""}, share{27, "Freely given consent from contact"},
		share{7, "Legitimate interest - prospect/lead"}, share{7, "Legitimate interest – prospect/lead"},
		share{5, "Legitimate interest - existing customer"}, share{5, "Legitimate interest – existing customer"},
		share{8, "Performance of a contract"}, share{3, "Not applicable"},
		share{3, "Freely given consent from contact;Legitimate interest – existing customer"},
		share{2, "Legitimate interest - existing customer;Performance of a contract"},
		share{2, "Performance of a contract;Freely given consent from contact"},
		share{1, "Freely given consent from contact;Legitimate interest - prospect/lead"})
	everything := shares(share{6, "true"}, share{24, "false"}, share{70, ""})
	newsletter := shares(share{4, "true"}, share{16, "false"}, share{80, ""})
	other := shares(share{2, "true"}, share{8, "false"}, share{90, ""})
	return layout{
		header: header,
		sheet:  sheet{comma: ',', quoting: always},
		row: func(m *maker) {
			// Ids grow, and leave out those of other records.
			m.number(20_000_000_000 + int64(m.line)*83_417 + m.between(0, 83_416))
			m.text(m.first)
			m.text(m.last)
			m.field(m.email)
			m.field(m.phone)
			m.text(m.one(owner))
			m.text(m.company)
			m.text(m.one(lead))
			if m.percent(64) {
				m.text("Marketing contact")
			} else {
				m.text("Non-marketing contact")
			}
			m.moment(m.created, minutes)
			if active := m.later(m.created, day, 900*day); m.percent(58) {
				m.moment(active, minutes)
			} else {
				m.blank(1)
			}
			if m.customer != 0 {
				m.text(m.one(bought))
			} else {
				m.text(m.one(stage))
			}
			m.moment(m.customer, minutes)
			m.text(m.one(origin))
			m.text(m.one(source))
			m.text(m.one(basis))
			m.text(m.one(everything))
			m.text(m.one(newsletter))
			m.text(m.one(other))
			m.text(m.one(other))
		},
	}
}

func hubSpotHistory() layout {
	subscription := shares(share{60, "Newsletter"}, share{25, "Marketing Information"}, share{15, "One to One"})
	first := shares(share{72, "SUBSCRIBED"}, share{28, "UNSUBSCRIBED"})
	next := shares(share{30, "SUBSCRIBED"}, share{70, "UNSUBSCRIBED"})
	basis := shares(share{45, "CONSENT_WITH_NOTICE"}, share{10, "PROCESS_AND_STORE"}, share{15, "LEGITIMATE_INTEREST_CLIENT"},
		share{10, "LEGITIMATE_INTEREST_PQL"}, share{5, "LEGITIMATE_INTEREST_OTHER"}, share{10, "PERFORMANCE_OF_CONTRACT"}, share{5, "NON_GDPR"})
	explanation := shares(share{40, ""}, share{30, "Ticked the box on the form"}, share{15, "Gaf een kaartje op de beurs"}, share{15, "Klant sinds de webwinkel, zie bestelling"})
	forms := shares(share{70, "Form"}, share{20, "Preferences page"}, share{10, "CRM UI"})
	return layout{
		header: columns("subscription,newStatus,email,lawfulBasis,explanation,requestedBy,source,created"),
		sheet:  sheet{comma: ',', quoting: always},
		again:  true,
		row: func(m *maker) {
			status, at := m.one(first), m.later(m.created, 0, day)
			if m.line != m.contact {
				status, at = m.one(next), m.later(m.created, 2*day, 700*day)
			}
			m.text(m.one(subscription))
			m.text(status)
			m.field(m.email)
			if why := m.one(explanation); status == "SUBSCRIBED" {
				m.text(m.one(basis))
				m.text(why)
			} else {
				m.blank(2)
			}
			if m.percent(85) {
				m.text("Contact")
			} else {
				m.text("Anouk de Wit")
			}
			m.text(m.one(forms))
			m.moment(at, "2006-01-02T15:04:05.000Z")
		},
	}
}
