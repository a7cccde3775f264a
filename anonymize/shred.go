package anonymize

import (
	"context"
	"iter"

	"github.com/grondslag/grondslag/basis"
)

// Shredding is what [SubjectKeys.Shred] did, and what it could not. It names nobody,
// and as JSON is fit for an audit trail.
type Shredding struct {
	// Mark of the subject. Keep it apart from the backups of the store, for
	// [SubjectKeys.Reshred] after one is put back.
	Mark SubjectMark `json:"mark"`
	// Destroyed: there was a key. If not, nothing was ever sealed for the subject here, or
	// it was shredded before. From now on nothing can be, in either case.
	Destroyed bool `json:"destroyed"`
	// NotCovered is what must be erased in another way, or ends by itself later.
	NotCovered []Limit `json:"not_covered"`
}

// Limit is something that destroying a key does not reach.
type Limit struct {
	// Code is stable, one of the Limit constants.
	Code basis.Code `json:"code"`
	// Article of the GDPR under which it remains to be done.
	Article string     `json:"article"`
	Text    basis.Text `json:"text"`
}

// The codes of [Limit].
const (
	LimitKeyBackups   basis.Code = "key_backups"    // copies of the store of subject keys
	LimitKeyedByField basis.Code = "keyed_by_field" // tokens, indexes and what else has no key of the subject
	LimitVault        basis.Code = "vault"          // rows of a vault
	LimitNotSealed    basis.Code = "not_sealed"     // values kept, or treated in another way
	LimitRevealed     basis.Code = "revealed"       // values that were revealed, or sent to others
	LimitCaches       basis.Code = "caches"         // unwrapped keys in other processes
	LimitMemory       basis.Code = "memory"         // traces in memory, swap, dead database pages
	LimitMark         basis.Code = "mark"           // the tombstone
	LimitReference    basis.Code = "reference"      // the reference itself in the records
)

// shredLimits is made anew for each caller, who may change it.
func shredLimits() []Limit {
	limit := func(code basis.Code, article, en, nl string) Limit {
		return Limit{code, article, basis.Text{En: en, Nl: nl}}
	}
	return []Limit{
		limit(LimitKeyBackups, "17(1), 32(1)(a)",
			"Backups of the store of subject keys that were made before hold the key still: what is sealed is out of reach only when the last of them is gone. Keep them short, and call Reshred after one is put back.",
			"Back-ups van de opslag van sleutels per betrokkene van vóór dit moment bevatten de sleutel nog: het verzegelde is pas onbereikbaar als de laatste weg is. Bewaar ze kort, en roep Reshred aan na het terugzetten."),
		limit(LimitKeyedByField, "17(1)",
			"Tokens, blind indexes, deterministic and format-preserving encryption, shifted dates and surrogates are keyed by domain and field, not by subject: delete them where they are stored.",
			"Tokens, blinde indexen, deterministische en formaatbehoudende versleuteling, verschoven datums en schuilnamen hebben een sleutel per domein en veld, niet per betrokkene: verwijder ze waar ze staan."),
		limit(LimitVault, "17(1)",
			"A vault keeps the values of its random tokens: delete the rows of this subject there.",
			"Een kluis bewaart de waarden bij willekeurige tokens: verwijder daar de rijen van deze betrokkene."),
		limit(LimitNotSealed, "17(1)",
			"Fields that are kept, masked, made coarser, or sealed without the option shred are not touched.",
			"Velden die behouden, gemaskeerd, vergroofd of zonder de optie shred verzegeld zijn, blijven zoals ze waren."),
		limit(LimitRevealed, "17(2), 19",
			"Values that were revealed, exported, logged or sent to recipients before are beyond the key: tell the recipients.",
			"Waarden die eerder zijn onthuld, geëxporteerd, gelogd of verstrekt, vallen buiten de sleutel: licht de ontvangers in."),
		limit(LimitCaches, "17(1), 32(1)(a)",
			"Other processes that have the key in their cache can use it until they call Forget or end.",
			"Andere processen met de sleutel in hun cache kunnen hem gebruiken tot zij Forget aanroepen of stoppen."),
		limit(LimitMemory, "32(1)(a)",
			"Traces of the key may remain in memory, swap and core dumps until they are overwritten, and in a database's free pages and logs until it cleans them.",
			"Sporen van de sleutel kunnen in geheugen, wisselbestand en geheugendumps blijven tot ze overschreven zijn, en in vrije pagina's en logboeken van een database tot die ze opruimt."),
		limit(LimitMark, "4(5)",
			"A keyed mark of the subject stays in the store, so that nothing is sealed for the subject again: pseudonymous data for whoever has the key ring and the store.",
			"In de opslag blijft een kenmerk dat met een sleutel van de verwijzing is gemaakt, zodat er niets opnieuw voor deze betrokkene wordt verzegeld: een gepseudonimiseerd gegeven voor wie sleutelring en opslag heeft."),
		limit(LimitReference, "17(1)",
			"The reference to the subject in the records themselves is not sealed: delete the records or the reference.",
			"De verwijzing naar de betrokkene in de records zelf is niet verzegeld: verwijder de records of de verwijzing."),
	}
}

// Shred destroys the data key of the subject. What was sealed under it is unreadable
// from then on to everybody, also in the backups, exports and copies of the data that
// nobody can reach or find any more: in those only the ciphertext is, and the key was
// nowhere but in the store. What that leaves is said in the result (GDPR Art. 17).
// Sealing and opening for the subject answer [Shredded].
//
// The subject is the reference as it was when sealing: of a plan that is the text of
// the field declared subject in the normal form of its rule, a number in decimal.
//
// One who is sealing at the same moment either is refused or has made a ciphertext that
// nobody can open; no new key is made. Shredding again is no error. On an error of the
// store the key may be there still: call it again.
func (k *SubjectKeys) Shred(ctx context.Context, subject basis.Subject) (Shredding, error) {
	mark, err := k.mark(ctx, string(subject))
	if err != nil {
		return Shredding{}, err
	}
	existed, err := k.store.Shred(ctx, mark)
	k.cache.drop(mark) // after the store, see subjectCache
	if err != nil {
		return Shredding{}, err
	}
	return Shredding{Mark: mark, Destroyed: existed, NotCovered: shredLimits()}, nil
}

// Tombstones yields the marks of all subjects that were shredded.
func (k *SubjectKeys) Tombstones(ctx context.Context) iter.Seq2[SubjectMark, error] {
	return k.store.Tombstones(ctx)
}

// Reshred shreds the marks once more, after a backup of the store was put back that
// has keys again which had been destroyed. It returns how many those were. The marks
// are those of [Shredding] or Tombstones, kept apart from the backup.
func (k *SubjectKeys) Reshred(ctx context.Context, marks iter.Seq2[SubjectMark, error]) (destroyed int, err error) {
	for mark, err := range marks {
		if err != nil {
			return destroyed, err
		}
		if mark == (SubjectMark{}) {
			return destroyed, Malformed // where the key of the marks is
		}
		existed, err := k.store.Shred(ctx, mark)
		k.cache.drop(mark)
		if err != nil {
			return destroyed, err
		}
		if existed {
			destroyed++
		}
	}
	return destroyed, nil
}
