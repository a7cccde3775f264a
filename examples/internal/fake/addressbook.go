package fake

const (
	withoutYear = "--01-02"  // a birthday in Google
	monthFirst  = "1/2/2006" // one in Outlook, where 0/0/00 stands for none
)

func google() layout {
	labels := shares(share{55, "* myContacts"}, share{15, "Klanten ::: * myContacts"}, share{10, "Familie ::: * myContacts ::: * starred"},
		share{10, "Imported on 3/4/24 ::: * myContacts"}, share{10, ""})
	return layout{
		header: columns("First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,Name Prefix,Name Suffix,Nickname,File As,Organization Name,Organization Title,Organization Department,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,E-mail 3 - Label,E-mail 3 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City,Address 1 - PO Box,Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,Address 1 - Extended Address,Website 1 - Label,Website 1 - Value"),
		sheet:  sheet{comma: ','},
		row: func(m *maker) {
			m.text(m.first)
			m.blank(1)
			m.text(m.last)
			m.blank(7)
			m.text(m.company)
			m.blank(2)
			if m.percent(70) {
				m.moment(m.birthday, civilDay)
			} else {
				m.moment(m.birthday, withoutYear)
			}
			m.blank(2)
			m.text(m.one(labels))
			m.text("* Home")
			m.field(m.email)
			if m.percent(12) {
				m.text("Work")
				m.second()
			} else {
				m.blank(2)
			}
			m.blank(2)
			if len(m.phone) > 0 {
				m.text("Mobile")
				m.field(m.phone)
			} else {
				m.blank(2)
			}
			m.blank(2)
			if m.percent(25) {
				m.home()
			} else {
				m.blank(9)
			}
			m.blank(2)
		},
	}
}

// second writes the other e-mail address of the contact.
func (m *maker) second() {
	m.tmp = append(appendPadded(append(m.tmp[:0], "thuis"...), m.contact, 0), "@example.org"...)
	m.field(m.tmp)
}

// home writes the nine columns of an address.
func (m *maker) home() {
	p := m.place
	m.text("Home")
	b := append(m.address(m.tmp[:0]), '\n')
	b = append(append(append(b, p.postcode...), ' '), p.town...)
	m.tmp = append(append(b, '\n'), p.country...)
	m.field(m.tmp)
	m.tmp = m.address(m.tmp[:0])
	m.field(m.tmp)
	m.text(p.town)
	m.blank(2)
	m.text(p.postcode)
	m.text(p.country)
	m.blank(1)
}

func outlook() layout {
	return layout{
		header: columns("First Name,Middle Name,Last Name,Title,Suffix,Nickname,Given Yomi,Surname Yomi,E-mail Address,E-mail 2 Address,E-mail 3 Address,Home Phone,Home Phone 2,Business Phone,Business Phone 2,Mobile Phone,Car Phone,Other Phone,Primary Phone,Pager,Business Fax,Home Fax,Other Fax,Company Main Phone,Callback,Radio Phone,Telex,TTY/TDD Phone,IMAddress,Job Title,Department,Company,Office Location,Manager's Name,Assistant's Name,Assistant's Phone,Company Yomi,Business Street,Business City,Business State,Business Postal Code,Business Country/Region,Home Street,Home City,Home State,Home Postal Code,Home Country/Region,Other Street,Other City,Other State,Other Postal Code,Other Country/Region,Personal Web Page,Spouse,Schools,Hobby,Location,Web Page,Birthday,Anniversary,Notes"),
		sheet:  sheet{comma: ',', crlf: true},
		mark:   true,
		row: func(m *maker) {
			m.text(m.first)
			m.blank(1)
			m.text(m.last)
			m.blank(5)
			m.field(m.email)
			if m.percent(12) {
				m.second()
			} else {
				m.blank(1)
			}
			m.blank(5)
			m.field(m.phone)
			m.blank(15)
			m.text(m.company)
			m.blank(5)
			work, home := m.company != "" && m.percent(30), m.percent(25)
			m.outlookAddress(work)
			m.outlookAddress(home)
			m.blank(11)
			if m.birthday != 0 {
				m.moment(m.birthday, monthFirst)
			} else {
				m.text("0/0/00")
			}
			m.text("0/0/00")
			if m.percent(5) {
				m.text("Ontmoet op de beurs;\r\nbelt liever")
			} else {
				m.blank(1)
			}
		},
	}
}

// outlookAddress writes the five columns of an address, empty ones where there is none.
func (m *maker) outlookAddress(known bool) {
	if !known {
		m.blank(5)
		return
	}
	m.tmp = m.address(m.tmp[:0])
	m.field(m.tmp)
	m.text(m.place.town)
	m.blank(1)
	m.text(m.place.postcode)
	m.text(m.place.country)
}
