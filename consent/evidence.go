package consent

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"time"
)

// Evidence is what shows that an event took place as stated. Much of it is personal
// data: it is kept apart from what is proven, and goes with [Ledger.Erase]. The zero
// value of each field is unknown.
type Evidence struct {
	// Point is the contact point: the address or number as the person gave it.
	Point string `json:"point,omitzero"`
	// Binding is how the declaration was tied to the person.
	Binding Binding `json:"binding,omitzero"`
	// Action is what the person did.
	Action Action `json:"action,omitzero"`
	// Session is the form's address, the version of the workflow, the build of the app.
	Session string `json:"session,omitzero"`
	// Bundled: one act for several things (Art. 7(2)). Conditional: a condition of a
	// contract, for which it is Necessary or not (Art. 7(4)).
	Bundled     YesNo `json:"bundled,omitzero"`
	Conditional YesNo `json:"conditional,omitzero"`
	Necessary   YesNo `json:"necessary,omitzero"`
	// WithdrawalTold: the right of Art. 7(3) was told before.
	WithdrawalTold YesNo `json:"withdrawal_told,omitzero"`
	// Imbalance: the person depends on the controller: an employee, a citizen (Recital 43).
	Imbalance YesNo `json:"imbalance,omitzero"`
	// Explicit: a statement, or two steps (Art. 9(2)(a), 22, 49(1)(a)). TransferTold: the risks of a transfer were told.
	Explicit     YesNo `json:"explicit,omitzero"`
	TransferTold YesNo `json:"transfer_told,omitzero"`
	// BirthDate is 2006-01-02, Guardian a reference to who holds parental
	// responsibility, Verification how that was checked (Art. 8(2)).
	BirthDate    string `json:"birth_date,omitzero"`
	Guardian     string `json:"guardian,omitzero"`
	Verification string `json:"verification,omitzero"`
	// IP and UserAgent are of the request, as the policy keeps them; see [IPPolicy].
	IP        string `json:"ip,omitzero"`
	UserAgent string `json:"user_agent,omitzero"`
	// RefreshBy is when consent should be asked again as good practice (EDPB 05/2020, 111).
	RefreshBy time.Time `json:"refresh_by,omitzero"`
	// Grade is of an import, and File, SHA256, Row where it was read.
	Grade  Grade  `json:"grade,omitzero"`
	File   string `json:"file,omitzero"`
	SHA256 string `json:"sha256,omitzero"`
	Row    int    `json:"row,omitzero"`
}

// YesNo is a fact that may be unknown, which is its zero value.
type YesNo string

// The known answers.
const (
	Yes YesNo = "yes"
	No  YesNo = "no"
)

// Binding is how a declaration was tied to a person.
type Binding string

const (
	// Typed: the address was typed in, by whomever.
	Typed Binding = "typed"
	// LoggedIn: the person was logged in.
	LoggedIn Binding = "logged_in"
	// Mailbox: a message to the address was answered from there.
	Mailbox Binding = "mailbox"
	// Signed: on paper or with an electronic signature.
	Signed Binding = "signed"
	// InPerson: at the counter, by someone who saw the person.
	InPerson Binding = "in_person"
)

// Action is what the person did to consent.
type Action string

const (
	// Active: ticked a box that was empty, pressed a button, chose a setting.
	Active Action = "active"
	// Statement: said or wrote it.
	Statement Action = "statement"
	// PreTicked: left a box ticked, which is no consent (CJEU C-673/17).
	PreTicked Action = "preticked"
	// Silence: did nothing, which is no consent (Recital 32).
	Silence Action = "silence"
)

// Grade says how much an import proves.
type Grade string

const (
	// Complete: moment, wording, act, not bundled, withdrawal told.
	Complete Grade = "complete"
	// Partial: some of it.
	Partial Grade = "partial"
	// NoEvidence: none.
	NoEvidence Grade = "none"
)

// IPPolicy is what is kept of the address of a request. An address identifies no
// person (BGH I ZR 164/09), and is personal data (CJEU C-582/14): keep little.
type IPPolicy string

const (
	// IPTruncated keeps the first 24 bits of IPv4, 48 of IPv6. It is the default.
	IPTruncated IPPolicy = "truncated"
	// IPNone keeps nothing.
	IPNone IPPolicy = "none"
	// IPKeyed keeps a keyed hash.
	IPKeyed IPPolicy = "keyed"
	// IPFull keeps all of it, until it expires.
	IPFull IPPolicy = "full"
)

// MinimizeIP returns what the policy keeps of an address: nothing, the network ("192.0.2.0/24",
// 48 bits for IPv6), a keyed hash ("hmac:" and 32 hexadecimal digits), or the address. What is no address, an unknown policy,
// and a keyed hash with a key below 16 bytes keep nothing: the addresses of IPv4 are soon tried. The zero policy is [IPTruncated].
func MinimizeIP(addr netip.Addr, policy IPPolicy, key []byte) string {
	addr = addr.Unmap().WithZone("")
	switch {
	case !addr.IsValid():
		return ""
	case policy == IPTruncated || policy == "":
		bits := 48
		if addr.Is4() {
			bits = 24
		}
		return netip.PrefixFrom(addr, bits).Masked().String()
	case policy == IPKeyed && len(key) >= 16:
		b := addr.As16()
		h := hmac.New(sha256.New, key)
		h.Write(b[:])
		return keyedPrefix + hex.EncodeToString(h.Sum(nil)[:16])
	case policy == IPFull:
		return addr.String()
	}
	return ""
}
