package exports

import (
	"fmt"
	"strings"
)

//go:generate go run github.com/grondslag/grondslag/internal/enumgen Product

// Product is the program whose export is read.
type Product string

const (
	HubSpot    Product = "hubspot"
	Mailchimp  Product = "mailchimp"
	Salesforce Product = "salesforce"
	Brevo      Product = "brevo"
	Listmonk   Product = "listmonk"
	Google     Product = "google"
	Outlook    Product = "outlook"
	Substack   Product = "substack"
	// FactsCSV is the generic form: one column per fact, see [FactColumns].
	FactsCSV Product = "facts"
)

// bindings returns what reads the product's rows.
func (p Product) bind(b *binder) {
	switch p {
	case HubSpot:
		bindHubSpot(b)
	case Mailchimp:
		bindMailchimp(b)
	case Salesforce:
		bindSalesforce(b)
	case Brevo:
		bindBrevo(b)
	case Listmonk:
		bindListmonk(b)
	case Google:
		bindGoogle(b)
	case Outlook:
		bindOutlook(b)
	case Substack:
		bindSubstack(b)
	case FactsCSV:
		bindFacts(b)
	}
}

// Detect names the product whose export has this header, by the columns that only
// it has. Case, spaces, punctuation and a byte order mark do not matter.
func Detect(names []string) (Product, error) {
	h := newHeader(names)
	switch {
	case h.has("optintime") && (h.has("confirmtime") || h.has("leid") || h.has("euid")):
		return Mailchimp, nil
	case h.has("subscription") && h.has("newstatus") && h.has("lawfulbasis"),
		h.has("legalbasisforprocessingcontactsdata"), h.has("hslegalbasis"), h.has("recordidcontact"), h.has("hsobjectid"),
		h.has("recordid") && h.has("email"), h.has("unsubscribedfromallemail"), h.has("hsemailoptout"):
		return HubSpot, nil
	case h.has("privacyconsentstatus"), h.has("hasoptedoutofemail"), h.has("hasoptedoutsolicit"), h.has("hasoptedoutprocessing"),
		h.has("canstorepiielsewhere"), h.has("shouldforget"), h.has("individualid"), h.has("emailoptout") && h.has("contactid"):
		return Salesforce, nil
	case h.has("uuid") && h.has("attributes") && h.has("email"), len(names) == 3 && h.has("email") && h.has("name") && h.has("attributes"):
		return Listmonk, nil
	case h.has("email") && (h.has("doubleoptin") || h.has("addedtime") || h.has("listids") || h.has("emailmarketing") || h.has("smsmarketing")):
		return Brevo, nil
	case h.has("email1value") || h.has("phoneticfirstname") && h.has("labels") || h.has("groupmembership") && h.has("givenname"):
		return Google, nil
	case h.has("subscriptiondate") && h.has("email") && (h.has("subscriptiontype") || h.has("subscriptionsourcefree")):
		return Substack, nil
	case h.has("emailaddress") && (h.has("email2address") || h.has("businessstreet")), h.has("businessstreet") && h.has("homestreet"):
		return Outlook, nil
	}
	facts := 0
	for _, c := range factColumns() {
		if h.has(key(c.name)) {
			facts++
		}
	}
	if facts >= 2 || facts == 1 && len(names) == 1 {
		return FactsCSV, nil
	}
	return "", fmt.Errorf("the header fits none of %s; name the format", strings.Join(Product("").Values(), ", "))
}
