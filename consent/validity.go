package consent

import (
	"strings"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

// The codes of [Event.Validate], in the order of the checks.
const (
	CodeSubject      basis.Code = "consent_subject"        // 1 who, and how bound
	CodeController   basis.Code = "consent_controller"     // 2 the controller is not shown
	CodeTime         basis.Code = "consent_time"           // 3 no time of day with its zone, or not both times
	CodeText         basis.Code = "consent_text"           // 4 the wording shown is missing
	CodePurpose      basis.Code = "consent_purpose"        // 5 the notice does not ask for the purpose
	CodeChannel      basis.Code = "consent_channel"        // 6 no channel
	CodeCategories   basis.Code = "consent_categories"     // 7 the kinds of data are not named
	CodeWithdrawal   basis.Code = "consent_withdrawal"     // 8 the right to withdraw was not told
	CodeAction       basis.Code = "consent_action"         // 9 no affirmative act
	CodeSession      basis.Code = "consent_session"        // 10 the form or workflow is not known
	CodeConditional  basis.Code = "consent_conditional"    // 11 a condition of a contract that does not need it
	CodeImbalance    basis.Code = "consent_imbalance"      // 12 the person depends on the controller
	CodeExplicit     basis.Code = "consent_explicit"       // 13 not explicit
	CodeChild        basis.Code = "consent_child"          // 14 a child's own consent
	CodeRecipients   basis.Code = "consent_recipients"     // 15 no recipients are named
	CodeTransfer     basis.Code = "consent_transfer"       // 16 the risks of a transfer were not told
	CodeRefresh      basis.Code = "consent_refresh"        // 17 the time to ask again has passed
	CodeExcess       basis.Code = "consent_excess"         // 18 more evidence than needed
	CodeProofPeriod  basis.Code = "consent_proof_period"   // 19 how long the proof is kept is not laid down
	CodeBundled      basis.Code = "consent_bundled"        // 5 one act for several things
	CodeUnproven     basis.Code = "consent_unproven"       // an import that proves nothing
	CodeGuardian     basis.Code = "consent_guardian"       // 14 the guardian is not known, or was not checked
	CodeNoPermission basis.Code = "consent_not_the_person" // 1 neither the person nor who acts for the person
)

// Requirements say what consent to a purpose must meet beyond the general.
type Requirements struct {
	// Explicit: special data, automated decisions, transfers (Art. 9(2)(a), 22(2)(c), 49(1)(a)).
	Explicit bool
	// Transfer: it is the ground of a transfer (Art. 49(1)(a)).
	Transfer bool
	// OnlineService: a service of the information society, offered to the person
	// directly, so that Art. 8 has an age: that of Country (ISO 3166-1 alpha-2) on the day of the act, by Ages,
	// nil for [reconsent.Ages]; 16 without a row. An Age above 0 is used instead.
	OnlineService bool
	Country       string
	Ages          []reconsent.AgeRow
	Age           int
	// Mailbox: over e-mail only consent counts that is bound to the mailbox, a login or a signature.
	Mailbox bool
	// Shared: the data go to others, who must be named.
	Shared bool
	// ProofKept: how long the proof is kept is laid down (Art. 17(3)(e)).
	ProofKept bool
}

// Validate says what the declaration lacks to stand as consent on day at, with
// severity and article: errors make it no consent, warnings weaken it. n is the notice
// that it quotes, nil when it is not known. Taking evidence away never makes a
// declaration valid: what is not known counts as lacking.
func (e *Event) Validate(n *Notice, req Requirements, at time.Time) []basis.Finding {
	var out []basis.Finding
	e.validate(n, req, at, func(wrong bool, c basis.Code, s basis.Severity, article, en, nl string) {
		if wrong {
			out = append(out, basis.Finding{Code: c, Severity: s, Path: string(e.Purpose), Article: article, Text: basis.Text{En: en, Nl: nl}})
		}
	})
	return out
}

// stands reports whether [Event.Validate] finds no error.
func (e *Event) stands(n *Notice, req Requirements, at time.Time) bool {
	stands := true
	e.validate(n, req, at, func(wrong bool, _ basis.Code, s basis.Severity, _, _, _ string) {
		if wrong && s == basis.SeverityError {
			stands = false
		}
	})
	return stands
}

func (e *Event) validate(n *Notice, req Requirements, at time.Time, check func(bool, basis.Code, basis.Severity, string, string, string)) {
	const bad, weak = basis.SeverityError, basis.SeverityWarning
	v := &e.Evidence
	if e.Type == Imported {
		check(v.Grade != Complete, CodeUnproven, bad, "GDPR 7(1)",
			"What was imported does not prove consent.", "Wat is geïmporteerd bewijst geen toestemming.")
	}
	check(e.Subject == "" || !v.Binding.Valid(), CodeSubject, bad, "GDPR 7(1)",
		"It is not known how the declaration was tied to the person.", "Onbekend is hoe de verklaring aan de persoon is gekoppeld.")
	check(!e.Actor.acts() && e.Type != Imported, CodeNoPermission, bad, "GDPR 4(11)",
		"Neither the person nor someone who acts for the person declared it.", "Niet de persoon of wie namens hem handelt heeft het verklaard.")
	if req.Mailbox && e.Channel == basis.Email {
		check(v.Binding == Typed, CodeSubject, bad, "GDPR 7(1)",
			"The mailbox has not confirmed it; anyone can type in an address.", "De mailbox heeft het niet bevestigd; iedereen kan een adres intypen.")
	}
	check(n == nil || strings.TrimSpace(n.Controller) == "", CodeController, bad, "GDPR 4(11)",
		"It is not shown that the controller was named.", "Niet is aangetoond dat de verantwoordelijke is genoemd.")
	check(e.Occurred.IsZero() || e.Recorded.IsZero() || e.Zone == "", CodeTime, bad, "GDPR 7(1)",
		"The time of day with its zone, or the time of recording, is missing.", "Het tijdstip met zijn tijdzone, of het tijdstip van vastlegging, ontbreekt.")
	check(n == nil || len(n.Text) == 0 || !languageTag(n.Language) || n.Version == "", CodeText, bad, "GDPR 7(1)",
		"The wording that was shown, with language and version, can't be produced.", "De getoonde tekst, met taal en versie, is niet te tonen.")
	var p NoticePurpose
	known := false
	if n != nil {
		p, known = n.Purpose(e.Purpose)
	}
	check(!known, CodePurpose, bad, "GDPR 6(1)(a)",
		"The notice does not ask for this purpose.", "De tekst vraagt niet om dit doel.")
	check(v.Bundled != No, CodeBundled, bad, "GDPR 7(2)",
		"It is not shown that the purpose had a decision of its own.", "Niet is aangetoond dat over het doel apart is beslist.")
	check(!e.Channel.Valid(), CodeChannel, bad, "ePrivacy 13(1)",
		"It names no channel; consent to one proves nothing for another.", "Er is geen kanaal genoemd; toestemming voor het ene bewijst niets voor het andere.")
	check(!known || len(p.Categories) == 0, CodeCategories, weak, "GDPR 4(11)",
		"The kinds of data were not named.", "De soorten gegevens zijn niet genoemd.")
	check(v.WithdrawalTold != Yes || n == nil || n.Withdrawal == "", CodeWithdrawal, bad, "GDPR 7(3)",
		"It is not shown that the person was told of the right to withdraw, and how.", "Niet is aangetoond dat op het recht van intrekking is gewezen, en hoe.")
	check(v.Action != Active && v.Action != Statement, CodeAction, bad, "GDPR 4(11)",
		"No affirmative act is shown; silence and a ticked box are none.", "Er is geen actieve handeling aangetoond; zwijgen of een aangevinkt vakje is dat niet.")
	online := v.Binding == Typed || v.Binding == LoggedIn || v.Binding == Mailbox || !v.Binding.Valid()
	check(online && v.Session == "" && (n == nil || n.Form == ""), CodeSession, bad, "GDPR 7(1)",
		"The form or workflow in which it was given is not known.", "Onbekend is met welk formulier of welke procedure het is gegeven.")
	check(v.Conditional != No && v.Necessary != Yes, CodeConditional, bad, "GDPR 7(4)",
		"It was, or may have been, a condition of a contract that does not need it.", "Het was, of kan zijn geweest, een voorwaarde van een overeenkomst die het niet nodig heeft.")
	check(v.Imbalance != No, CodeImbalance, weak, "GDPR Recital 43",
		"The person depends, or may depend, on the controller.", "De persoon is, of is mogelijk, afhankelijk van de verantwoordelijke.")
	check(req.Explicit && v.Explicit != Yes, CodeExplicit, bad, "GDPR 9(2)(a)",
		"The purpose needs explicit consent: a statement, or two steps.", "Het doel vraagt uitdrukkelijke toestemming: een verklaring, of twee stappen.")
	if req.OnlineService {
		e.child(req, check)
	}
	check(req.Shared && (n == nil || len(n.Recipients) == 0), CodeRecipients, weak, "GDPR 13(1)(e)",
		"The recipients were not named.", "De ontvangers zijn niet genoemd.")
	check(req.Transfer && v.TransferTold != Yes, CodeTransfer, bad, "GDPR 49(1)(a)",
		"It is not shown that the risks of the transfer were told.", "Niet is aangetoond dat op de risico's van de doorgifte is gewezen.")
	check(!v.RefreshBy.IsZero() && !at.Before(v.RefreshBy), CodeRefresh, weak, "EDPB 05/2020, 111",
		"The time to ask again, as good practice, has passed.", "Het moment om uit zorgvuldigheid opnieuw te vragen is voorbij.")
	check(v.IP != "" && !strings.Contains(v.IP, "/") && !strings.HasPrefix(v.IP, keyedPrefix), CodeExcess, weak, "EDPB 05/2020, 106",
		"The full address of the request is kept, which is rarely needed.", "Het volledige IP-adres is bewaard, wat zelden nodig is.")
	check(!req.ProofKept, CodeProofPeriod, weak, "GDPR 17(3)(e)",
		"How long the proof is kept is not laid down.", "Hoe lang het bewijs wordt bewaard is niet vastgelegd.")
}

// keyedPrefix begins an address that is kept as a keyed hash.
const keyedPrefix = "hmac:"

// child checks Art. 8.
func (e *Event) child(req Requirements, check func(bool, basis.Code, basis.Severity, string, string, string)) {
	age, verified := e.ageOfConsent(&req)
	years, known := e.age()
	if e.Actor == Guardian {
		check(e.Evidence.Guardian == "" || e.Evidence.Verification == "", CodeGuardian, basis.SeverityError, "GDPR 8(2)",
			"It is not shown who holds parental responsibility, and how that was checked.", "Niet is aangetoond wie het ouderlijk gezag heeft, en hoe dat is nagegaan.")
		return
	}
	check(!known || years < age, CodeChild, basis.SeverityError, "GDPR 8(1)",
		"It is not shown that the person was old enough to consent alone.", "Niet is aangetoond dat de persoon oud genoeg was om zelf toe te stemmen.")
	check(!verified && known && years >= age && years < 18, CodeChild, basis.SeverityWarning, "GDPR 8(1)",
		"The age of consent of the country was not verified.", "De leeftijdsgrens van het land is niet geverifieerd.")
}
