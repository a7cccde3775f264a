package exports

import (
	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

// bindBrevo reads a contact export. The flags OPT_IN and DOUBLE_OPT-IN have no time
// and no wording: they claim a consent and prove none. A blocklisted contact refused
// all marketing; an unsubscribed one that of the channel.
func bindBrevo(b *binder) {
	b.onJoin(setID, "extid", "contactid", "id")
	b.onJoin(setEmail, "email")
	b.onJoin(setPhone, "sms", "whatsapp", "landlinenumber")
	b.on(fact("acquired_at"), "addedtime", "createdat")
	b.on(func(r *row, text []byte) error {
		v, ok := truth(text, false)
		if !ok && string(text) != "2" { // the category's number for "No"
			return errYesNo
		}
		if v == reconsent.Yes && r.facts.ConsentAction == "" {
			r.facts.ConsentAction = reconsent.ActiveAction
		}
		return nil
	}, "doubleoptin")
	b.brevoStatus(basis.Email, "emailmarketing")
	b.brevoStatus(basis.SMS, "smsmarketing")
	b.brevoStatus("", "blocklisted", "blacklisted", "emailblacklisted")
}

func (b *binder) brevoStatus(c basis.Channel, keys ...string) {
	b.onJoin(func(r *row, text []byte) error {
		switch key(string(text)) {
		case "blocklisted", "blacklisted", "blocked", "complained", "spam":
			r.object("", reconsent.Undated())
		case "unsubscribed", "optedout":
			r.withdraw(nil, c, reconsent.Undated())
		case "subscribed", "optedin", "available", "pending", "hardbounced", "softbounced", "bounced":
		default:
			v, ok := truth(text, false)
			switch {
			case !ok:
				r.object("", reconsent.Undated())
				return errStatus
			case c == "" && v == reconsent.Yes:
				r.object("", reconsent.Undated())
			case c != "" && v == reconsent.No:
				r.withdraw(nil, c, reconsent.Undated())
			}
		}
		return nil
	}, keys...)
}
