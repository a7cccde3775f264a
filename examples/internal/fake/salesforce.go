package fake

const (
	forceUTC = "2006-01-02T15:04:05.000+0000"
	civilDay = "2006-01-02"
)

// Key prefixes of records.
const (
	contactID    = "003"
	accountID    = "001"
	userID       = "005"
	individualID = "0PK"
	consentID    = "0ZY"
	purposeID    = "0ZW"
)

func salesforceContact() layout {
	lead := shares(share{35, "Web"}, share{20, "Phone Inquiry"}, share{15, "Partner Referral"}, share{15, "Purchased List"}, share{15, ""})
	return layout{
		header: columns("Id,IsDeleted,AccountId,LastName,FirstName,Salutation,MailingStreet,MailingCity,MailingPostalCode,MailingCountry,Phone,MobilePhone,Email,Title,LeadSource,Birthdate,OwnerId,HasOptedOutOfEmail,HasOptedOutOfFax,DoNotCall,CreatedDate,LastModifiedDate,EmailBouncedDate,IndividualId"),
		sheet:  sheet{comma: ',', quoting: always},
		row: func(m *maker) {
			m.id(contactID, m.line)
			m.bit(false)
			if m.company == "" {
				m.blank(1)
			} else {
				m.id(accountID, m.line)
			}
			if m.last == "" {
				m.text(m.company)
			} else {
				m.text(m.last)
			}
			m.text(m.first)
			m.blank(1)
			m.tmp = m.address(m.tmp[:0])
			m.field(m.tmp)
			m.text(m.place.town)
			m.text(m.place.postcode)
			m.text(m.place.country)
			m.blank(1)
			m.field(m.phone)
			m.field(m.email)
			if m.kind == named && m.percent(60) {
				m.text("Inkoper")
			} else {
				m.blank(1)
			}
			m.text(m.one(lead))
			m.moment(m.birthday, civilDay)
			m.id(userID, uint64(m.between(1, 6)))
			m.bit(m.percent(7))
			m.bit(m.percent(1))
			m.bit(m.percent(9))
			m.moment(m.created, forceUTC)
			m.moment(m.later(m.created, day, 800*day), forceUTC)
			if at := m.later(m.created, day, 800*day); m.percent(3) {
				m.moment(at, forceUTC)
			} else {
				m.blank(1)
			}
			if m.linked() {
				m.id(individualID, m.contact)
			} else {
				m.blank(1)
			}
		},
	}
}

func salesforceIndividual() layout {
	return layout{
		header: columns("Id,FirstName,LastName,Salutation,Birthdate,CanStorePiiElsewhere,ChildrenCount,ConsumerCreditScore,ConsumerCreditScoreProviderName,ConvictionsCount,DeathDate,HasOptedOutGeoTracking,HasOptedOutProcessing,HasOptedOutProfiling,HasOptedOutSolicit,HasOptedOutTracking,IndividualsAge,InfluencerRating,SendIndividualData,ShouldForget,CreatedById,CreatedDate,IsDeleted"),
		sheet:  sheet{comma: ',', quoting: always},
		row: func(m *maker) {
			m.id(individualID, m.contact)
			m.text(m.first)
			if m.last == "" {
				m.text(m.company)
			} else {
				m.text(m.last)
			}
			m.blank(1)
			m.moment(m.birthday, civilDay)
			m.bit(m.percent(10))
			m.blank(5)
			m.bit(m.percent(12))
			m.bit(m.percent(2))
			m.bit(m.percent(9))
			m.bit(m.percent(5))
			m.bit(m.percent(11))
			m.blank(2)
			m.bit(m.percent(1))
			m.bit(m.percent(1))
			m.id(userID, uint64(m.between(1, 6)))
			m.moment(m.created, forceUTC)
			m.bit(false)
		},
	}
}

func salesforceConsent() layout {
	point := shares(share{62, "Email"}, share{20, "Phone"}, share{10, "MailingAddress"}, share{5, "Web"}, share{3, "Social"})
	captured := shares(share{70, "Web"}, share{15, "Phone"}, share{10, "Email"}, share{5, "Social"})
	source := shares(share{45, "Newsletter form"}, share{20, "Webshop, step 3"}, share{20, "Beurs Utrecht"}, share{15, "Call centre"})
	first := shares(share{64, "OptIn"}, share{18, "OptOut"}, share{10, "Seen"}, share{8, "NotSeen"})
	next := shares(share{25, "OptIn"}, share{75, "OptOut"})
	return layout{
		header: columns("Id,Name,OwnerId,PartyId,ContactPointType,CaptureContactPointType,CaptureDate,CaptureSource,DataUsePurposeId,DoubleConsentCaptureDate,EffectiveFrom,EffectiveTo,EngagementChannelTypeId,PrivacyConsentStatus,BusinessBrandId,CreatedById,CreatedDate,IsDeleted,LastModifiedById,LastModifiedDate,LastReferencedDate,LastViewedDate,SystemModstamp"),
		sheet:  sheet{comma: ',', quoting: always},
		again:  true,
		row: func(m *maker) {
			status, at := m.one(first), m.later(m.created, 0, day)
			if m.line != m.contact {
				status, at = m.one(next), m.later(m.created, 2*day, 700*day)
			}
			m.id(consentID, m.line)
			m.tmp = append(m.tmp[:0], "CPTC-"...)
			m.tmp = appendPadded(m.tmp, m.line, 7)
			m.field(m.tmp)
			m.id(userID, uint64(m.between(1, 6)))
			m.id(individualID, m.contact)
			m.text(m.one(point))
			m.text(m.one(captured))
			m.moment(at, forceUTC)
			m.text(m.one(source))
			m.purpose(m.below(100))
			if confirmed := m.later(at, 30, 2*day); status == "OptIn" && m.percent(45) {
				m.moment(confirmed, forceUTC)
			} else {
				m.blank(1)
			}
			m.moment(at, forceUTC)
			if until := at + 730*day; m.percent(8) {
				m.moment(until, forceUTC)
			} else {
				m.blank(1)
			}
			m.blank(1)
			m.text(status)
			m.blank(1)
			by := uint64(m.between(1, 6))
			m.id(userID, by)
			m.moment(at, forceUTC)
			m.bit(false)
			m.id(userID, by)
			m.moment(at, forceUTC)
			m.blank(2)
			m.moment(at, forceUTC)
		},
	}
}

// linked reports whether the contact has an Individual: three in four do.
func (p *person) linked() bool { return p.contact%4 != 0 }

// address appends the street and number.
func (p *person) address(b []byte) []byte {
	b = append(append(b, p.street...), ' ')
	return appendPadded(b, uint64(p.house), 0)
}

// id writes the 18 characters of a record's id.
func (m *maker) id(prefix string, n uint64) {
	b := append(append(m.tmp[:0], prefix...), "5g0000"...)
	b = appendID(b, n)
	m.tmp = b
	m.field(b)
}

// purpose writes the id of one of the three purposes; of is below 100.
func (m *maker) purpose(of int) {
	number := byte('1')
	switch {
	case of >= 85:
		number = '3'
	case of >= 60:
		number = '2'
	}
	b := append(append(m.tmp[:0], purposeID...), "5g000000N00"...)
	m.tmp = appendCheck(append(b, number))
	m.field(m.tmp)
}

// appendID appends n as the last six of 15 characters, and the three that make up
// for the case of all.
func appendID(b []byte, n uint64) []byte {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	b = append(b, "000000"...)
	for i := len(b) - 1; n > 0 && i >= len(b)-6; i-- {
		b[i] = digits[n%62]
		n /= 62
	}
	return appendCheck(b)
}

// appendCheck appends the check of the last 15 characters: for each five a letter or
// digit that says which of them are capitals.
func appendCheck(b []byte) []byte {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
	id := b[len(b)-15:]
	for i := 0; i < 15; i += 5 {
		capitals := 0
		for j, c := range id[i : i+5] {
			if 'A' <= c && c <= 'Z' {
				capitals |= 1 << j
			}
		}
		b = append(b, digits[capitals])
	}
	return b
}

// appendPadded appends n with at least width digits.
func appendPadded(b []byte, n uint64, width int) []byte {
	var digits [20]byte
	i := len(digits)
	for n > 0 || i == len(digits) || len(digits)-i < width {
		i--
		digits[i] = byte('0' + n%10)
		n /= 10
	}
	return append(b, digits[i:]...)
}
