package fake

import (
	"strconv"
	"time"
)

// goTime is how Go prints a time of the database, which has microseconds.
const goTime = "2006-01-02 15:04:05.999999 -0700 MST"

func listmonk() layout {
	status := shares(share{90, "enabled"}, share{4, "disabled"}, share{6, "blocklisted"})
	from := []string{"website", "beurs", "import", "café \\\"De Zwaan\\\""}
	return layout{
		header: columns("uuid,email,name,attributes,status,created_at,updated_at"),
		sheet:  sheet{comma: ','},
		row: func(m *maker) {
			m.tmp = m.uuid(m.tmp[:0])
			m.field(m.tmp)
			m.field(m.email)
			m.name()
			m.tmp = append(append(m.tmp[:0], `{"city": "`...), m.place.town...)
			m.tmp = append(append(m.tmp, `", "source": "`...), m.one(from)...)
			m.tmp = append(m.tmp, `", "orders": `...)
			m.tmp = append(strconv.AppendInt(m.tmp, m.between(0, 9), 10), '}')
			if m.percent(15) {
				m.tmp = append(m.tmp[:0], "{}"...)
			}
			m.field(m.tmp)
			m.text(m.one(status))
			m.precise(m.created, m.between(0, 999_999))
			m.precise(m.later(m.created, 60, 700*day), m.between(0, 999_999))
		},
	}
}

// uuid appends a random UUID of version 4.
func (m *maker) uuid(b []byte) []byte {
	for i, width := range [...]int{8, 4, 3, 3, 12} {
		if i > 0 {
			b = append(b, '-')
		}
		switch i {
		case 2:
			b = append(b, '4')
		case 3:
			b = append(b, "89ab"[m.below(4)])
		}
		b = m.hex(b, width)
	}
	return b
}

// precise writes a time of a database, to the microsecond.
func (m *maker) precise(at, micros int64) {
	m.tmp = time.Unix(at, micros*1000).UTC().AppendFormat(m.tmp[:0], goTime)
	m.field(m.tmp)
}
