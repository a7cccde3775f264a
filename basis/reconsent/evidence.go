package reconsent

import (
	"iter"
	"math/bits"
)

// Grade says how far the record proves that consent was given, Art. 7(1).
type Grade string

const (
	// Complete: instant, wording, active act, not bundled, withdrawal told.
	Complete Grade = "complete"
	// Partial: a part of the proof is there.
	Partial Grade = "partial"
	// NoEvidence: neither moment nor wording, or an act that is no consent.
	NoEvidence Grade = "none"
)

// Gap is one thing that the evidence of consent lacks.
type Gap string

const (
	GapTime              Gap = "time"                // no moment recorded
	GapTimeOfDay         Gap = "time_of_day"         // a date only; AG Duesseldorf 23 C 3876/13
	GapFuture            Gap = "future"              // a moment after the day of evaluation
	GapText              Gap = "text"                // the wording shown is not kept
	GapAction            Gap = "action"              // how it was given is not known
	GapPreTicked         Gap = "preticked"           // a pre-ticked box is no consent
	GapSilence           Gap = "silence"             // silence is no consent
	GapBundled           Gap = "bundled"             // not shown to be unbundled
	GapWithdrawalNotTold Gap = "withdrawal_not_told" // not shown that Art. 7(3) was told
)

// gapOrder is the order in which gaps are listed; the index is the bit in Gaps.
var gapOrder = [...]Gap{GapTime, GapTimeOfDay, GapFuture, GapText, GapAction, GapPreTicked, GapSilence, GapBundled, GapWithdrawalNotTold}

// Gaps is a set of gaps in a fixed order. The zero value is the empty set.
type Gaps uint16

// All yields the gaps in the order of the constants.
func (g Gaps) All() iter.Seq[Gap] {
	return func(yield func(Gap) bool) {
		for rest := g; rest != 0; rest &= rest - 1 {
			if !yield(gapOrder[bits.TrailingZeros16(uint16(rest))]) {
				return
			}
		}
	}
}

// Len returns the number of gaps.
func (g Gaps) Len() int { return bits.OnesCount16(uint16(g)) }

// Has reports whether the gap is in the set.
func (g Gaps) Has(gap Gap) bool {
	for have := range g.All() {
		if have == gap {
			return true
		}
	}
	return false
}

// Bits of Gaps, in the order of gapOrder.
const (
	gapTime Gaps = 1 << iota
	gapTimeOfDay
	gapFuture
	gapText
	gapAction
	gapPreTicked
	gapSilence
	gapBundled
	gapWithdrawalNotTold
)

// evidence grades the consent that f records, as of the end of day at.
func evidence(f *Facts, at dayLimit) (Grade, Gaps) {
	var g Gaps
	switch {
	case f.ConsentAt.IsZero(), f.ConsentAt.kind == undated:
		g |= gapTime
	case !f.ConsentAt.HasTime():
		g |= gapTimeOfDay
	}
	if !f.ConsentAt.IsZero() && !at.reached(f.ConsentAt) {
		g |= gapFuture
	}
	if f.ConsentText == "" {
		g |= gapText
	}
	switch f.ConsentAction {
	case ActiveAction:
	case PreTicked:
		g |= gapPreTicked
	case Silence:
		g |= gapSilence
	default:
		g |= gapAction
	}
	if f.ConsentBundled != No {
		g |= gapBundled
	}
	if f.ConsentWithdrawalTold != Yes {
		g |= gapWithdrawalNotTold
	}
	switch {
	case g == 0:
		return Complete, g
	case g&(gapFuture|gapPreTicked|gapSilence) != 0, f.ConsentBundled == Yes, g&gapTime != 0 && g&gapText != 0:
		return NoEvidence, g
	}
	return Partial, g
}
