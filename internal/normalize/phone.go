package normalize

import (
	"bytes"
	"slices"
)

// A phonePlan is what a numbering plan says of the numbers behind a calling code.
type phonePlan struct {
	region, code string
	// trunk: national writings begin with 0, which is no part of the number, and no
	// number begins with it.
	trunk  bool
	ranges []phoneRange
}

// A phoneRange gives the lengths of the numbers that begin with prefix, without the
// calling code: bit n for n digits. The first range whose prefix fits counts.
type phoneRange struct {
	prefix  string
	lengths uint16
}

// phonePlans are taken from the plans of the regulators, and were compared with the
// metadata of libphonenumber, range by range. A range says no more than lengths:
// area codes and blocks come and go. Numbers of other lengths, and those that can
// only be dialed inside the country (112, 14020, 1969, 3631), are no numbers here.
var phonePlans = []phonePlan{
	// ACM, Nummerplan telefoon- en ISDN-diensten: 9 digits; 0800, 0900, 0906 and 0909 with
	// 4 or 7 more; 097 for machines with 9 more.
	{"NL", "31", true, []phoneRange{
		{"800", 1<<7 | 1<<10}, {"90", 1<<7 | 1<<10}, {"91", 1 << 9}, {"97", 1 << 11}, {"9", 0}, {"", 1 << 9},
	}},
	// BIPT, Royal Decree of 27 April 2007: 8 digits, mobile 9 (04 2x and 04 3x are Liège).
	{"BE", "32", true, []phoneRange{
		{"45", 1 << 9}, {"46", 1 << 9}, {"47", 1 << 9}, {"48", 1 << 9}, {"49", 1 << 9}, {"", 1 << 8},
	}},
	// ARCEP, decision 2018-0881, annex 1: 9 digits, mobile of extended length (0700) 13.
	{"FR", "33", true, []phoneRange{{"700", 1 << 13}, {"", 1 << 9}}},
	// Ofcom, National Telephone Numbering Plan: 10 digits; 9 in some areas of 01, in
	// 0500 and in parts of 0800; 0800 1111 and 0845 46 4x. 04 and 06 are not used.
	{"GB", "44", true, []phoneRange{
		{"1", 1<<9 | 1<<10}, {"4", 0}, {"500", 1 << 9}, {"6", 0}, {"8001111", 1<<7 | 1<<9 | 1<<10},
		{"845464", 1<<7 | 1<<10}, {"800", 1<<9 | 1<<10}, {"", 1 << 10},
	}},
	// BNetzA, numbering plan (order 29/2015): 13 digits at most, of which an extension
	// behind a PBX can be part; the shortest are an area code of 2 and 3 more. 015 has 11 (13 for mailboxes),
	// 016 and 017 10 or 11, 0137 10, 032 and 0700 11, 0800 and 0900 10. 010 chooses a carrier, 011 is local.
	{"DE", "49", true, []phoneRange{
		{"10", 0}, {"11", 0}, {"137", 1 << 10}, {"15", 1<<11 | 1<<13}, {"16", 1<<10 | 1<<11 | 1<<12 | 1<<13}, {"17", 1<<10 | 1<<11 | 1<<12 | 1<<13},
		{"1", upTo13 &^ (1<<7 - 1)}, {"32", 1 << 11}, {"700", 1 << 11}, {"800", 1 << 10}, {"900", 1 << 10}, {"", upTo13},
	}},
	// ILR, plan national de numérotation: no trunk prefix; 4 to 11 digits, mobile 9,
	// machines 12. 0 and 1 begin no number of a subscriber, 352 would be the calling code.
	{"LU", "352", false, []phoneRange{
		{"0", 0}, {"1", 0}, {"352", 0}, {"60", 1 << 12}, {"6", 1 << 9}, {"", 1<<12 - 1<<4},
	}},
}

const upTo13 = 1<<14 - 1<<5 // 5 to 13 digits

// frenchOverseas returns the calling code of a number that belongs to the French plan
// and is dialed in France as any other, but has another calling code than 33; "" if it has that.
func frenchOverseas(number []byte) string {
	switch string(number[:3]) {
	case "262", "263", "692", "693": // La Réunion
		return "262"
	case "268", "269", "639": // Mayotte
		return "262"
	case "590", "690", "691": // Guadeloupe, Saint-Martin, Saint-Barthélemy
		return "590"
	case "594", "694": // Guyane
		return "594"
	case "596", "696", "697": // Martinique
		return "596"
	case "709", "939", "947", "976":
	default:
		return ""
	}
	switch string(number[:4]) {
	case "7092", "9398", "9399", "9478", "9479", "9762", "9763", "9769":
		return "262"
	case "7090", "9395", "9475", "9760", "9761", "9768":
		return "590"
	case "7093", "9396", "9476", "9764", "9765":
		return "594"
	case "7091", "9397", "9477", "9766", "9767":
		return "596"
	}
	return ""
}

// zeroDropped are calling codes of other countries where a trunk prefix 0 is written in parentheses
// and is not dialed from abroad (ITU, Dialling procedures). In Italy, for one, the 0 stays.
var zeroDropped = []string{
	"20", "27", "40", "41", "43", "46", "61", "64", "81", "82", "90", "353", "355", "358", "359",
	"380", "381", "382", "385", "386", "387", "389", "421", "972",
}

// CallingCode returns the calling code of a region whose numbering plan is known
// here, such as "31" for "NL": BE, DE, FR, GB (also as UK), LU and NL.
func CallingCode(region string) (code string, ok bool) {
	p, ok := planOf(region)
	return p.code, ok
}

func planOf(region string) (phonePlan, bool) {
	if region == "UK" {
		region = "GB"
	}
	for _, p := range phonePlans {
		if p.region == region {
			return p, true
		}
	}
	return phonePlan{}, false
}

func (p phonePlan) has(number []byte) bool {
	if len(number) > 15 || p.trunk && len(number) > 0 && number[0] == '0' {
		return false
	}
	for _, r := range p.ranges {
		if len(number) >= len(r.prefix) && string(number[:len(r.prefix)]) == r.prefix {
			return r.lengths>>len(number)&1 == 1
		}
	}
	return false
}

// AppendE164 appends a telephone number in the form of ITU-T E.164, "+" with calling
// code and number and nothing between, or reports false and appends nothing.
//
// A number that begins with + or 00 is international. Any other is one of the region, and
// begins with 0 where the plan has that prefix, as all do but Luxembourg's: local numbers, and numbers
// that lost their 0 or +, are not guessed at. Between digits may stand spaces, hyphens, dots, slashes
// and parentheses; "tel:" may stand before a +. A 0 after the calling code, in
// parentheses ("+31 (0)6 ...") or not, is dropped where no number begins with it; for other
// countries, only in parentheses and if the 0 is known to be a prefix there. Extensions and
// letters are refused, as is a second number.
//
// The lengths of numbers in BE, DE, FR, GB, LU and NL are checked, range by range; other
// numbers have 8 to 15 digits with the calling code. National numbers of a region
// that is none of these are refused.
func AppendE164(dst, number []byte, region string) ([]byte, bool) {
	d, ok := scanPhone(number)
	if !ok {
		return dst, false
	}
	digits := d.digits[:d.count]
	if !d.international {
		p, ok := planOf(region)
		if !ok || d.dropped {
			return dst, false
		}
		if p.trunk {
			if digits[0] != '0' {
				return dst, false
			}
			digits = digits[1:]
		}
		return p.append(dst, digits)
	}
	if len(digits) == 0 || digits[0] == '0' {
		return dst, false
	}
	for _, p := range phonePlans {
		if rest, ok := bytes.CutPrefix(digits, []byte(p.code)); ok {
			switch {
			case d.dropped && (!p.trunk || d.at != len(p.code)):
				return dst, false
			case p.trunk && !d.dropped:
				rest = bytes.TrimPrefix(rest, []byte("0"))
			}
			return p.append(dst, rest)
		}
	}
	if d.dropped && !zeroDroppedAfter(digits[:d.at]) || len(digits) < 8 || len(digits) > 15 {
		return dst, false
	}
	return append(append(dst, '+'), digits...), true
}

func (p phonePlan) append(dst, number []byte) ([]byte, bool) {
	if !p.has(number) {
		return dst, false
	}
	code := p.code
	if p.region == "FR" && len(number) == 9 {
		if overseas := frenchOverseas(number); overseas != "" {
			code = overseas // also when written with +33: the plan has none of these behind 33
		}
	}
	return append(append(append(dst, '+'), code...), number...), true
}

func zeroDroppedAfter(code []byte) bool {
	return slices.Contains(zeroDropped, string(code))
}

// scannedPhone holds the digits of a number without its international prefix.
type scannedPhone struct {
	digits        [20]byte // 00, a calling code with 0 and 15 digits fit
	count         int
	international bool
	dropped       bool // a "(0)" stood after at digits
	at            int
}

func scanPhone(number []byte) (d scannedPhone, ok bool) {
	var buf [64]byte
	text, ok := appendASCII(buf[:0], number)
	if !ok {
		return d, false
	}
	uri := len(text) > 5 && bytes.EqualFold(text[:4], []byte("tel:"))
	if uri {
		if text = text[4:]; text[0] != '+' {
			return d, false
		}
	}
	if c := text[0]; c != '+' && c != '(' && (c < '0' || c > '9') {
		return d, false
	}
	plus, first, open := false, false, -1
	for _, c := range text {
		switch {
		case '0' <= c && c <= '9':
			if d.count == len(d.digits) {
				return d, false
			}
			d.digits[d.count] = c
			d.count++
		case c == '+' && d.count == 0 && !plus:
			plus = true
		case c == '(' && open < 0:
			open = d.count
		case c == ')' && open >= 0:
			if d.count == open {
				return d, false
			}
			if d.count == open+1 && d.digits[open] == '0' {
				switch {
				case d.dropped || first:
					return d, false
				case open == 0: // "(0)20 ...": a national number
					first = true
				default:
					d.dropped, d.at, d.count = true, open, open
				}
			}
			open = -1
		case c == ' ', c == '-', c == '.', c == '/':
		default:
			return d, false
		}
	}
	if last := text[len(text)-1]; open >= 0 || d.count == 0 || last != ')' && (last < '0' || last > '9') {
		return d, false
	}
	switch {
	case plus && first:
		return d, false
	case plus:
		d.international = true
	case !first && d.count > 2 && d.digits[0] == '0' && d.digits[1] == '0':
		if d.dropped && d.at <= 2 { // the (0) stands in the prefix
			return d, false
		}
		d.international = true
		d.count = copy(d.digits[:], d.digits[2:d.count])
		d.at -= 2
	}
	return d, true
}
