package exports

import "github.com/grondslag/grondslag/basis/reconsent"

// bindListmonk reads a subscriber export, which has no evidence of consent: it stays
// behind in the database. A blocklisted subscriber refused everything; listmonk does
// not say when. A disabled one was switched off by the list's owner.
func bindListmonk(b *binder) {
	b.onJoin(setID, "uuid")
	b.onJoin(setEmail, "email")
	b.on(fact("acquired_at"), "createdat")
	b.onJoin(func(r *row, text []byte) error {
		switch key(string(text)) {
		case "blocklisted", "blacklisted":
			r.object("", reconsent.Undated())
		case "unsubscribed":
			r.withdraw(nil, "", reconsent.Undated())
		case "enabled", "disabled", "confirmed", "unconfirmed":
		default: // what can't be read may be a refusal
			r.object("", reconsent.Undated())
			return errStatus
		}
		return nil
	}, "status")
}
