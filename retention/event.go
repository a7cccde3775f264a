package retention

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/grondslag/grondslag/basis"
)

// Event is something that happened to a record or was done by the person, and that
// may start or restart a period. The ones below have words for notices; others may
// be named at will, in lower case ASCII letters, digits and underscores.
type Event string

// The events that the statutes and the guidance speak of.
const (
	Collected          Event = "collected"           // the data were obtained
	Drafted            Event = "drafted"             // a document or entry was made
	Dispatched         Event = "dispatched"          // a letter was received or sent
	Recorded           Event = "recorded"            // a camera or a line recorded it
	Transacted         Event = "transacted"          // the transaction took place
	LastEntry          Event = "last_entry"          // the last entry in the books was made
	BooksClosed        Event = "books_closed"        // the books were closed
	AccountsApproved   Event = "accounts_approved"   // the annual accounts were approved
	UseStarted         Event = "use_started"         // goods were taken into use
	RelationshipEnded  Event = "relationship_ended"  // the last contract with the customer ended
	EmploymentEnded    Event = "employment_ended"    // the employment ended
	ProcedureEnded     Event = "procedure_ended"     // the recruitment procedure ended
	RejectionReceived  Event = "rejection_received"  // the applicant received the rejection
	Applied            Event = "applied"             // the application was received
	FileChanged        Event = "file_changed"        // the last change in a medical file
	ClaimDue           Event = "claim_due"           // a claim fell due
	DamageKnown        Event = "damage_known"        // damage and who is liable became known
	DamageCaused       Event = "damage_caused"       // the event that caused the damage
	ContractBroken     Event = "contract_broken"     // the contract was breached
	PlacedOnMarket     Event = "placed_on_market"    // the product was placed on the market
	AssessmentClosed   Event = "assessment_closed"   // the period to assess the tax ended
	ReturnDue          Event = "return_due"          // the time to file the tax return ended
	MatterClosed       Event = "matter_closed"       // a loan, claim or contract was finally settled or time-barred
	Dissolved          Event = "dissolved"           // the legal person ceased to exist
	ProcessingEnded    Event = "processing_ended"    // the data were to be erased or rectified
	ConsentGiven       Event = "consent_given"       // consent was given
	ConsentUsed        Event = "consent_used"        // consent was relied on
	Objected           Event = "objected"            // the person objected
	Contacted          Event = "contacted"           // the person made contact
	Ordered            Event = "ordered"             // the person ordered
	Replied            Event = "replied"             // the person answered a message
	Clicked            Event = "clicked"             // the person followed a link in a message
	LoggedIn           Event = "logged_in"           // the person used the account
	MailOpened         Event = "mail_opened"         // a message was opened, or its images were loaded
	MailSent           Event = "mail_sent"           // we sent a message
	CustodyTransferred Event = "custody_transferred" // the record was handed to another keeper
)

// Valid reports whether the name is well-formed, whether or not it is listed above.
func (e Event) Valid() bool {
	return wellFormed(string(e), "_")
}

// wellFormed reports whether s is 1 to 64 of a-z, 0-9 and the other characters, beginning with a letter.
func wellFormed(s, others string) bool {
	if s == "" || len(s) > 64 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && strings.IndexByte(others, c) < 0 {
			return false
		}
	}
	return true
}

// Inherent reports whether a record can't exist without the event, so that a record
// for which its day is unknown is incomplete, rather than young.
func (e Event) Inherent() bool {
	switch e {
	case Collected, Drafted, Dispatched, Recorded, Transacted, Applied, ConsentGiven, Objected:
		return true
	}
	return false
}

// restarts returns an error when the event may not start or restart a period: what
// we do ourselves is no contact of the person's, and an opened message is none
// either, since programs load images on their own (CNIL, référentiel gestion
// commerciale, 2022).
func (e Event) restarts() error {
	switch {
	case !e.Valid():
		return fmt.Errorf("malformed event %q: want lower case letters, digits and underscores", string(e))
	case e == MailSent:
		return errors.New("our own mailing starts no period: it is no act of the person (event mail_sent)")
	case e == MailOpened:
		return errors.New("an opened message starts no period: a click does (event mail_opened)")
	}
	return nil
}

// Text is the event as a clause: "the document was drawn up", which follows "after" and
// "in which" in English, "nadat" and "waarin" in Dutch. An event of the caller's own has its name.
func (e Event) Text() basis.Text {
	switch e {
	case Collected:
		return basis.Text{En: "the data were collected", Nl: "de gegevens zijn verkregen"}
	case Drafted:
		return basis.Text{En: "the document was drawn up", Nl: "het stuk is opgemaakt"}
	case Dispatched:
		return basis.Text{En: "the letter was received or sent", Nl: "de brief is ontvangen of verzonden"}
	case Recorded:
		return basis.Text{En: "the recording was made", Nl: "de opname is gemaakt"}
	case Transacted:
		return basis.Text{En: "the transaction took place", Nl: "de transactie plaatsvond"}
	case LastEntry:
		return basis.Text{En: "the last entry was made", Nl: "de laatste boeking is gedaan"}
	case BooksClosed:
		return basis.Text{En: "the books were closed", Nl: "de boeken zijn afgesloten"}
	case AccountsApproved:
		return basis.Text{En: "the annual accounts were approved", Nl: "de jaarrekening is goedgekeurd"}
	case UseStarted:
		return basis.Text{En: "the property was taken into use", Nl: "het goed in gebruik is genomen"}
	case RelationshipEnded:
		return basis.Text{En: "the customer relationship ended", Nl: "de klantrelatie is geëindigd"}
	case EmploymentEnded:
		return basis.Text{En: "the employment ended", Nl: "het dienstverband is geëindigd"}
	case ProcedureEnded:
		return basis.Text{En: "the application procedure ended", Nl: "de sollicitatieprocedure is geëindigd"}
	case RejectionReceived:
		return basis.Text{En: "the applicant received the rejection", Nl: "de sollicitant de afwijzing heeft ontvangen"}
	case Applied:
		return basis.Text{En: "the application was received", Nl: "de sollicitatie is ontvangen"}
	case FileChanged:
		return basis.Text{En: "the file was last changed", Nl: "het dossier voor het laatst is gewijzigd"}
	case ClaimDue:
		return basis.Text{En: "the claim fell due", Nl: "de vordering opeisbaar werd"}
	case DamageKnown:
		return basis.Text{En: "the damage and the person liable became known", Nl: "de schade en de aansprakelijke persoon bekend werden"}
	case DamageCaused:
		return basis.Text{En: "the event that caused the damage took place", Nl: "de gebeurtenis die de schade veroorzaakte plaatsvond"}
	case ContractBroken:
		return basis.Text{En: "the contract was breached", Nl: "de overeenkomst is geschonden"}
	case PlacedOnMarket:
		return basis.Text{En: "the product was placed on the market", Nl: "het product in de handel is gebracht"}
	case AssessmentClosed:
		return basis.Text{En: "the time to assess the tax has ended", Nl: "de aanslagtermijn is verstreken"}
	case ReturnDue:
		return basis.Text{En: "the time to file the tax return ended", Nl: "de aangiftetermijn is verstreken"}
	case MatterClosed:
		return basis.Text{En: "the matter was finally settled or became time-barred", Nl: "de zaak definitief is afgewikkeld of verjaard"}
	case Dissolved:
		return basis.Text{En: "the legal person ceased to exist", Nl: "de rechtspersoon heeft opgehouden te bestaan"}
	case ProcessingEnded:
		return basis.Text{En: "the data were to be erased or rectified", Nl: "de gegevens gewist of gerectificeerd moesten worden"}
	case ConsentGiven:
		return basis.Text{En: "consent was given", Nl: "toestemming is gegeven"}
	case ConsentUsed:
		return basis.Text{En: "consent was last used", Nl: "de toestemming voor het laatst is gebruikt"}
	case Objected:
		return basis.Text{En: "the person objected", Nl: "de betrokkene bezwaar heeft gemaakt"}
	case Contacted:
		return basis.Text{En: "the person last made contact", Nl: "de betrokkene voor het laatst contact heeft opgenomen"}
	case Ordered:
		return basis.Text{En: "the person last ordered", Nl: "de betrokkene voor het laatst heeft besteld"}
	case Replied:
		return basis.Text{En: "the person last answered a message", Nl: "de betrokkene voor het laatst op een bericht heeft geantwoord"}
	case Clicked:
		return basis.Text{En: "the person last followed a link", Nl: "de betrokkene voor het laatst een link heeft gevolgd"}
	case LoggedIn:
		return basis.Text{En: "the account was last used", Nl: "het account voor het laatst is gebruikt"}
	case CustodyTransferred:
		return basis.Text{En: "the record was handed over", Nl: "het stuk is overgedragen"}
	}
	return basis.Text{En: "the event " + string(e), Nl: "de gebeurtenis " + string(e)}
}

// Occurrence is an event and the day on which it happened, a civil day in the zone
// whose law counts; see [DateIn].
type Occurrence struct {
	Event Event `json:"event"`
	On    Date  `json:"on"`
}

// IsZero reports whether nothing is stated.
func (o Occurrence) IsZero() bool { return o == Occurrence{} }

// String is "ordered 2026-11-24".
func (o Occurrence) String() string { return string(o.Event) + " " + o.On.String() }

// LogValue implements [slog.LogValuer].
func (o Occurrence) LogValue() slog.Value { return slog.StringValue(o.String()) }

// History is what happened to one record, in any order.
type History []Occurrence

// Latest returns the last occurrence, on or before at, of any of the events. One
// without a day, or after at, has not happened. It does not allocate.
func (h History) Latest(at Date, events []Event) (Occurrence, bool) {
	var last Occurrence
	for i := range h {
		o := &h[i]
		if o.On <= last.On || o.On > at {
			continue
		}
		if slices.Contains(events, o.Event) {
			last = *o
		}
	}
	return last, last.On > 0
}
