package anonymize

import (
	"maps"
	"slices"
)

// Step is what a rotation asks of a field.
type Step string

const (
	// Nothing: no key was used, or what was made under the older one stays valid.
	Nothing Step = "nothing"
	// Recompute: made again from the source; until then look values up with Find, which
	// tries all keys.
	Recompute Step = "recompute"
	// Reencrypt: each ciphertext names its key and can be moved by Rotate, in any order.
	Reencrypt Step = "reencrypt"
	// ReplaceAll: the values name no key, so all are reversed under the old ring and
	// treated under the new one at once.
	ReplaceAll Step = "replace_all"
	// Rewrap: the wrapped keys of the subjects are moved, not the values.
	Rewrap Step = "rewrap"
)

// Rotation says what is to be done for one field before an older key can go.
type Rotation struct {
	Path   string `json:"path"`
	Method Method `json:"method"`
	Step   Step   `json:"step"`
	// English and Dutch say the step in a sentence.
	English string `json:"en"`
	Dutch   string `json:"nl"`
}

// Rotation returns the plan for putting a new primary key in front, sorted by path.
// An older key can leave the ring when every step is done.
func (p Policy) Rotation() []Rotation {
	var out []Rotation
	for _, path := range slices.Sorted(maps.Keys(p.Fields)) {
		for rule := new(p.Fields[path]); rule != nil; rule = rule.Keys {
			s := rule.step()
			r := Rotation{Path: path, Method: rule.Method, Step: s}
			r.English, r.Dutch = s.sentences()
			out = append(out, r)
		}
	}
	return out
}

func (r Rule) step() Step {
	switch r.Method {
	case MethodToken:
		if _, per := r.Option("per"); per {
			return Nothing
		}
		return Recompute
	case MethodBlindIndex, MethodSlowIndex, MethodSurrogate:
		return Recompute
	case MethodSIV, MethodTokenize:
		return Reencrypt
	case MethodSeal:
		if _, shred := r.Option("shred"); shred {
			return Rewrap
		}
		return Reencrypt
	case MethodFPE, MethodCryptoPAn, MethodDateShift:
		return ReplaceAll
	}
	return Nothing
}

func (s Step) sentences() (en, nl string) {
	switch s {
	case Recompute:
		return "Make the values again from the source; look up with Find, which tries all keys, until that is done.",
			"Maak de waarden opnieuw uit de bron; zoek tot dan met Find, dat alle sleutels probeert."
	case Reencrypt:
		return "Move each ciphertext to the new key with Rotate; the order does not matter.",
			"Zet elke versleutelde waarde met Rotate over op de nieuwe sleutel; de volgorde is vrij."
	case ReplaceAll:
		return "The values name no key: reverse all with the old ring and treat them with the new one, in one go.",
			"De waarden noemen geen sleutel: keer ze alle om met de oude ring en behandel ze met de nieuwe, in één keer."
	case Rewrap:
		return "Wrap the keys of the subjects under the new key with Rewrap; the values stay.",
			"Verpak de sleutels van de betrokkenen met Rewrap onder de nieuwe sleutel; de waarden blijven."
	}
	return "Nothing is to be done.", "Er hoeft niets te gebeuren."
}
