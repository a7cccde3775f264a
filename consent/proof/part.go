package proof

import (
	"errors"
	"fmt"
)

// Part names the part of a file that does not hold.
type Part string

// The parts; the package comment says in which order they are checked.
const (
	PartFile        Part = "file"        // the frame: a line that is missing, unknown, out of place, or a file over its limit
	PartBundle      Part = "bundle"      // the manifest, or a proof that is missing, added, moved or changed
	PartKey         Part = "key"         // a key transition, or the policy's own keys
	PartCheckpoint  Part = "checkpoint"  // the text of the checkpoint: origin, size, root
	PartSignature   Part = "signature"   // the log's signature is absent, false, or of a key not in force at that size
	PartCosignature Part = "cosignature" // a witness line is false, too few of them, or a line of a key the policy does not know
	PartBody        Part = "body"        // the leaf body is not in its one form
	PartInclusion   Part = "inclusion"   // the body is not at that index of the checkpointed tree
	PartDisclosure  Part = "disclosure"  // a disclosure is malformed or not among the body's digests
	PartNotice      Part = "notice"      // the notice text is not the one the body names
	PartCapsule     Part = "capsule"     // the claim does not open the body's capsule
	PartConsistency Part = "consistency" // a later head does not contain an earlier one
)

// Error says which part of a proof failed. It carries no value from the file: no address, no field, no text.
type Error struct {
	Part  Part
	Index int // which proof of a bundle, from 0; -1 outside a bundle and for what belongs to the whole bundle
	Err   error
}

// Error gives part and reason.
func (e *Error) Error() string {
	if e.Index >= 0 {
		return fmt.Sprintf("proof: number %d of the bundle: %s: %v", e.Index, string(e.Part), e.Err)
	}
	return fmt.Sprintf("proof: %s: %v", string(e.Part), e.Err)
}

// Unwrap returns the reason alone.
func (e *Error) Unwrap() error { return e.Err }

// fault makes an error of one part outside a bundle.
func fault(part Part, reason string) error {
	return &Error{Part: part, Index: -1, Err: errors.New(reason)}
}

// within adds the number of the proof in its bundle.
func within(err error, index int) error {
	if e, ok := errors.AsType[*Error](err); ok {
		return &Error{Part: e.Part, Index: index, Err: e.Err}
	}
	return &Error{Part: PartFile, Index: index, Err: err}
}
