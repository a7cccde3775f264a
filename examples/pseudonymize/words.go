package main

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/grondslag/grondslag/anonymize"
)

// A suggestion is a rule for columns that have one of the words in their name, and
// whose values all are what it wants.
type suggestion struct {
	words []string // of a name in English, Dutch, German or French
	rule  string
	fits  func(value string) bool
	why   string
}

func normal(f anonymize.Form) func(string) bool {
	return func(v string) bool { _, err := f.String(v); return err == nil }
}

// suggestions are tried in order; the first whose word is in the name and whose
// values fit is taken. Names of people, places, notes and all that is not here is redacted.
func suggestions() []suggestion {
	return []suggestion{
		{[]string{"email", "e_mail", "mail", "mailadres", "courriel"}, "token,norm=email", normal(anonymize.Form{Norm: anonymize.NormEmail}), "e-mail addresses"},
		{[]string{"phone", "telephone", "telefoon", "telefoonnummer", "tel", "mobile", "mobiel", "gsm", "handy", "telefon", "mobil", "telefonnummer", "portable"}, "token,norm=phone", normal(anonymize.Form{Norm: anonymize.NormPhone}), "telephone numbers"},
		{[]string{"iban", "rekeningnummer", "kontonummer", "bank_account"}, "token,norm=iban", normal(anonymize.Form{Norm: anonymize.NormIBAN}), "account numbers"},
		{[]string{"bsn", "burgerservicenummer", "sofinummer"}, "token,norm=bsn", normal(anonymize.Form{Norm: anonymize.NormBSN}), "citizen service numbers; may you have them at all?"},
		{[]string{"plate", "licence_plate", "license_plate", "kenteken", "kennzeichen", "immatriculation"}, "token,norm=plate", normal(anonymize.Form{Norm: anonymize.NormPlate}), "licence plates"},
		{[]string{"ip", "ip_address", "ip_adres", "ip_adresse", "adresse_ip", "optin_ip", "confirm_ip", "last_ip"}, "ip=24/48", isAddress, "IP addresses, cut to the network"},
		{[]string{"postcode", "postal_code", "zip", "zip_code", "plz"}, "postcode=4", normal(anonymize.Form{Norm: anonymize.NormPostcode}), "Dutch postcodes, cut to four digits"},
		{[]string{"birth", "birthday", "birthdate", "date_of_birth", "born", "dob", "geboortedatum", "geboren", "geburtsdatum", "geburtstag", "naissance", "date_de_naissance"}, "date=year", isDay, "dates of birth, cut to the year"},
		{[]string{"created", "created_at", "updated_at", "ordered", "ordered_at", "last_order", "order_date", "signup", "signed_up", "date", "datum", "besteld", "laatste_bestelling", "aangemaakt", "bestelldatum", "erstellt", "date_commande"}, "date=month", isDay, "dates, cut to the month"},
		{[]string{"amount", "total", "revenue", "omzet", "bedrag", "betrag", "umsatz", "montant", "orders", "order_count", "bestellingen"}, "round=10,sensitive", isNumber, "numbers, rounded"},
		{[]string{"country", "land", "pays", "country_code", "landcode"}, "keep", letters(2), "country codes"},
		{[]string{"language", "taal", "sprache", "langue", "lang", "locale"}, "keep", isLanguage, "language codes"},
		{[]string{"currency", "valuta", "waehrung", "devise"}, "keep", letters(3), "currency codes"},
	}
}

var ids = []string{"id", "customer_id", "contact_id", "user_id", "klant_id", "klantnummer", "customer_number", "kundennummer", "kunden_id", "client_id", "numero_client", "relatienummer", "uuid", "subscriber_id"}

// rule returns what is proposed for the column, and why.
func (c column) rule(mayBeSubject bool) (anonymize.Rule, string) {
	parse := func(text string) anonymize.Rule {
		r, err := anonymize.ParseRule(text)
		if err != nil {
			panic(err) // a rule of this file
		}
		return r
	}
	name := c.path[strings.LastIndexByte(c.path, '.')+1:]
	top := name == c.path
	if slices.Contains(ids, name) && len(c.values) > 0 {
		if top && mayBeSubject {
			return parse("token,subject"), "whom the record is about"
		}
		return parse("token"), "an identifier"
	}
	for _, s := range suggestions() {
		if !named(name, s.words) || len(c.values) == 0 {
			continue
		}
		if !slices.ContainsFunc(c.values, func(v string) bool { return !s.fits(v) }) {
			return parse(s.rule), s.why
		}
		if strings.HasPrefix(s.rule, "token") {
			return parse("token,norm=text"), "not all are " + s.why + ", so as they stand"
		}
		return parse("redact"), "not all are " + s.why
	}
	return parse("redact"), "not sure what this is"
}

// named reports whether the name is one of the words, or ends in one as a word of
// its own; in front of it may stand whose it is ("billing_email").
func named(name string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return name == w || strings.HasSuffix(name, "_"+w) })
}

func isAddress(v string) bool { _, err := netip.ParseAddr(v); return err == nil }

func isDay(v string) bool {
	for _, layout := range []string{time.DateOnly, time.RFC3339Nano} {
		if _, err := time.Parse(layout, v); err == nil {
			return true
		}
	}
	return false
}

func isNumber(v string) bool {
	_, err := strconv.ParseFloat(v, 64)
	return err == nil && strings.Trim(v, "-.0123456789") == ""
}

func letters(n int) func(string) bool {
	return func(v string) bool {
		return len(v) == n && strings.Trim(v, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
	}
}

func isLanguage(v string) bool {
	code, region, has := strings.Cut(strings.ReplaceAll(v, "_", "-"), "-")
	return len(code) == 2 && strings.Trim(code, "abcdefghijklmnopqrstuvwxyz") == "" && (!has || letters(2)(region))
}
