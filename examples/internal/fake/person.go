package fake

import "strconv"

// The days between which everything happened, in seconds since 1970.
const (
	day      = 24 * 60 * 60
	opened   = 1388534400 // 2014-01-01: no contact is older
	exported = 1782777600 // 2026-06-30: the day of the exports
)

// name is a name and how it is spelled in an address.
type name struct{ text, slug string }

// place is where someone lives.
type place struct {
	country, town, region, postcode string
	latitude, longitude             string
	zone, winter, summer            string
	given, family                   []name
}

// kind of contact, as the facts have it.
type kind string

const (
	consumer kind = "consumer"
	trader   kind = "sole_trader"
	named    kind = "legal_person_named"
	generic  kind = "legal_person_generic"
)

// census is who and what there is to draw from.
type census struct {
	places    [100]*place // as many times as they have of 100 contacts
	companies []name
	kinds     []string
	domains   []string
	boxes     []string
	streets   []string
}

func newCensus() *census {
	c := &census{
		kinds:   shares(share{62, string(consumer)}, share{8, string(trader)}, share{26, string(named)}, share{4, string(generic)}),
		domains: []string{"example.com", "example.com", "example.org", "example.net"},
		boxes:   []string{"info", "contact", "verkoop", "administratie"},
		streets: []string{"Lindelaan", "Kerkstraat", "Zandpad", "Molenweg", "Vogelzang", "Dorpsplein", "Havenkade"},
	}
	given, family := spelled(givenNames()), spelled(familyNames())
	percent := map[string]int{"NL": 58, "BE": 20, "DE": 6, "FR": 5, "GB": 5, "PL": 2, "ES": 2, "SE": 2}
	of := map[string][]*place{}
	var countries []string
	for _, p := range places() {
		at := &place{
			country: p[0], town: p[1], region: p[2], postcode: p[3], latitude: p[4], longitude: p[5],
			zone: p[6], winter: p[7], summer: p[8], given: given[p[0]], family: family[p[0]],
		}
		if len(of[at.country]) == 0 {
			countries = append(countries, at.country)
		}
		of[at.country] = append(of[at.country], at)
	}
	n := 0
	for _, country := range countries {
		for i := range percent[country] {
			c.places[n] = of[country][i%len(of[country])]
			n++
		}
	}
	whose, what := companies()
	for _, a := range whose {
		for _, b := range what {
			c.companies = append(c.companies, name{a + " " + b, letters(a) + "-" + letters(b)})
		}
	}
	return c
}

func spelled(of map[string][]string) map[string][]name {
	out := map[string][]name{}
	for country, names := range of {
		out[country] = spell(names)
	}
	return out
}

func spell(names []string) []name {
	var out []name
	for _, n := range names {
		out = append(out, name{n, letters(n)})
	}
	return out
}

// person is a contact. It is the same in every format.
type person struct {
	contact     uint64 // number, from 1
	kind        kind
	place       *place
	first, last string // empty for a general address
	company     string // empty for consumers
	email       []byte
	phone       []byte // empty where there is none
	street      string
	house       int64
	created     int64 // first met
	customer    int64 // first sale; 0: none
	birthday    int64 // 0: not known
}

// meet draws contact k. It does not allocate once the buffers of p have grown.
func (c *census) meet(k uint64, d *dice, p *person) {
	p.contact = k
	p.kind = kind(d.one(c.kinds))
	p.place = c.places[d.below(len(c.places))]
	first, last := p.place.given[d.below(len(p.place.given))], p.place.family[d.below(len(p.place.family))]
	p.first, p.last = first.text, last.text
	company := c.companies[d.below(len(c.companies))]
	p.company = ""
	if p.kind != consumer {
		p.company = company.text
	}
	style, domain, box := d.below(4), d.one(c.domains), d.one(c.boxes)
	p.email = p.email[:0]
	switch {
	case p.kind == generic:
		p.first, p.last = "", ""
		p.email = append(append(append(p.email, box...), '@'), company.slug...)
		p.email = append(strconv.AppendUint(append(p.email, '-'), k, 10), ".example"...)
	default:
		// The number makes the address unique: names have no digits.
		switch style {
		case 0:
			p.email = append(append(append(p.email, first.slug...), '.'), last.slug...)
		case 1:
			p.email = append(append(append(p.email, first.slug[:1]...), '.'), last.slug...)
		case 2:
			p.email = append(p.email, first.slug...)
		case 3:
			p.email = append(append(append(p.email, last.slug...), '_'), first.slug...)
		}
		p.email = append(strconv.AppendUint(p.email, k, 10), '@')
		if p.kind == named {
			p.email = append(append(p.email, company.slug...), ".example"...)
		} else {
			p.email = append(p.email, domain...)
		}
	}
	p.phone = p.phone[:0]
	if n := int64(d.below(10000)); d.percent(70) {
		p.phone = appendPhone(p.phone, p.place.country, n)
	}
	p.street, p.house = d.one(c.streets), d.between(1, 199)
	// Of two days the later: there are more young contacts than old ones.
	p.created = d.workingTime(max(d.between(opened/day, exported/day-1), d.between(opened/day, exported/day-1)))
	p.customer = 0
	if at := d.between(p.created/day, exported/day-1); d.percent(32) {
		p.customer = d.workingTime(max(at, p.created/day+1))
		if p.customer >= exported {
			p.customer = 0
		}
	}
	p.birthday = 0
	if at := d.between(-14*365, 38*365) * day; p.kind == consumer && d.percent(25) {
		p.birthday = at
		if at == 0 {
			p.birthday = day
		}
	}
}

// workingTime returns a second between 7 and 22 hours of a day counted from 1970.
func (d *dice) workingTime(on int64) int64 { return on*day + d.between(7*3600, 22*3600) }

// later returns a moment after at by at least a and at most b seconds, but before
// the day of the exports; at itself is before it.
func (d *dice) later(at, a, b int64) int64 {
	return min(at+d.between(a, b), exported-1)
}

// appendPhone appends a number that nobody has; see the manual. n < 10000.
func appendPhone(b []byte, country string, n int64) []byte {
	digits := func(n int64, width int) {
		for range width {
			b = append(b, '0')
		}
		for i := len(b) - 1; width > 0; i, width = i-1, width-1 {
			b[i] += byte(n % 10)
			n /= 10
		}
	}
	switch country {
	case "NL":
		b = append(b, "+31 6 0000 "...)
		digits(n, 4)
	case "BE":
		b = append(b, "+32 400 00 "...)
		digits(n/100, 2)
		b = append(b, ' ')
		digits(n, 2)
	case "DE":
		b = append(b, "+49 30 23125 "...)
		digits(n, 3)
	case "FR":
		b = append(b, "+33 6 39 98 "...)
		digits(n/100, 2)
		b = append(b, ' ')
		digits(n, 2)
	case "GB":
		b = append(b, "+44 7700 900"...)
		digits(n, 3)
	}
	return b
}

// appendIP appends an address that is kept for documentation.
func (d *dice) appendIP(b []byte) []byte {
	n := d.below(256 * 12)
	switch n / 256 {
	case 0:
		b = append(b, "2001:db8:"...)
		b = strconv.AppendInt(b, d.between(1, 0xffff), 16)
		return strconv.AppendInt(append(b, "::"...), int64(n%256)+1, 16)
	case 1, 2, 3, 4:
		b = append(b, "192.0.2."...)
	case 5, 6, 7, 8:
		b = append(b, "198.51.100."...)
	default:
		b = append(b, "203.0.113."...)
	}
	return strconv.AppendInt(b, int64(n%256), 10)
}
