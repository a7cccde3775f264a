package fake

const millis = "2006-01-02T15:04:05.000Z"

func substack() layout {
	free := shares(share{30, "subscribe_page"}, share{22, "import"}, share{20, "substack_app"}, share{18, "post"}, share{10, "recommendations"})
	paid := shares(share{60, "subscribe_page"}, share{40, "paywall"})
	return layout{
		header: columns("Email,Name,Subscription type,Activity,Subscription date,Revenue,Comments (all time),Comments (last 7 days),Comments (last 30 days),Shares (all time),Shares (last 7 days),Shares (last 30 days),Subscriber country,Email receives (last 6 months),Email drops (last 6 months),Emails opened (last 6 months),Email opens (last 6 months),Email opens (last 7 days),Email opens (last 30 days),Email last opened at,Link clicks,Last clicked at,Unique emails seen (last 6 months),Unique emails seen (last 7 days),Unique emails seen (last 30 days),Post views (last 6 months),Post views (last 7 days),Post views (last 30 days),Unique posts seen (all-time),Unique posts seen (last 7 days),Unique posts seen (last 30 days),Subscriptions gifted,Expires at,Subscription source (free),Subscription source (paid),Days active (last 30 days),First payment at,Paid upgrade date,Cancel date,Receiving emails for,Is Bestseller"),
		sheet:  sheet{comma: ','},
		row: func(m *maker) {
			pays := m.customer != 0
			ended := pays && m.percent(30)
			left := m.percent(6)
			start := m.created
			m.field(m.email)
			m.name()
			switch {
			case !pays || ended:
				m.text("Free")
			case m.percent(60):
				m.text("Monthly")
			default:
				m.text("Yearly")
			}
			m.number(m.between(0, 5))
			m.moment(start, millis)
			if pays {
				m.tmp = append(appendPadded(append(m.tmp[:0], '$'), uint64(m.between(1, 40)*5), 0), ".00"...)
				m.field(m.tmp)
			} else {
				m.text("$0.00")
			}
			m.counts(3, 3) // comments
			m.counts(3, 2) // shares
			m.text(m.place.country)
			received := m.between(0, 26)
			m.number(received)
			m.number(m.between(0, 1))
			opened := m.between(0, received)
			m.number(opened)
			m.number(opened * m.between(1, 3))
			m.counts(2, 4)
			m.sometimes(opened > 0, m.later(start, 60, 900*day))
			m.number(m.between(0, 12))
			m.sometimes(m.percent(20), m.later(start, 60, 900*day))
			m.number(opened)
			m.counts(2, 4) // e-mails seen
			m.counts(3, 9) // views
			m.counts(3, 9) // posts seen
			m.number(0)
			m.sometimes(pays && !ended, exported+m.between(1, 365)*day)
			m.text(m.one(free))
			if source := m.one(paid); pays {
				m.text(source)
			} else {
				m.blank(1)
			}
			m.number(m.between(0, 30))
			m.sometimes(pays, m.customer)
			m.sometimes(pays, m.customer)
			m.sometimes(ended, m.later(m.customer, day, 400*day))
			if left {
				m.blank(1)
			} else {
				m.text("De Wekelijkse")
			}
			m.text("false")
		},
	}
}

// counts writes n numbers from 0 to most.
func (m *maker) counts(n int, most int64) {
	for range n {
		m.number(m.between(0, most))
	}
}

// sometimes writes the moment, or an empty field.
func (m *maker) sometimes(is bool, at int64) {
	if !is {
		at = 0
	}
	m.moment(at, millis)
}
