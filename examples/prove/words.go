package main

import (
	"strings"

	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/proof"
)

// sentence says in plain words what an event was, of what, and how the ledger calls it.
func sentence(b *proof.Body) string {
	t := consent.Type(b.Type)
	what := strings.TrimSpace(b.Purpose + " " + b.Channel)
	switch {
	case t == consent.Merged || t == consent.Unmerged || t == consent.Erased:
	case b.Purpose == "" && b.Channel == "":
		what = "everything"
	case b.Purpose == "":
		what = "every purpose, " + what
	}
	if what != "" {
		what += ": "
	}
	return what + happened(t) + " (" + b.Type + ")"
}

// happened is what happened.
func happened(t consent.Type) string {
	switch t {
	case consent.Requested:
		return "the person was asked to consent"
	case consent.Given:
		return "the person consented"
	case consent.Renewed:
		return "the person consented again"
	case consent.Confirmed:
		return "the person confirmed from the mailbox what was requested"
	case consent.Refused:
		return "the person said no"
	case consent.Deferred:
		return "the person put the question off"
	case consent.Withdrawn:
		return "the person withdrew"
	case consent.Objected:
		return "the person objected"
	case consent.Revoked:
		return "someone else ended the consent"
	case consent.Expired:
		return "the time of the consent passed"
	case consent.Invalidated:
		return "the consent turned out not to have been valid"
	case consent.Imported:
		return "it was taken over from another system"
	case consent.Merged:
		return "two references turned out to be one person"
	case consent.Unmerged:
		return "two references turned out not to be one person"
	case consent.Erased:
		return "a person was erased"
	}
	return "something that this program does not know"
}
