package proof

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Limits of a bundle: bytes, and proofs in it.
const (
	MaxBundle       = 64 << 20
	MaxBundleProofs = 10_000
)

const (
	bundleHeader     = "grondslag consent bundle 1"
	maxManifest      = 1 << 20 // 10,000 lines of 45 characters and the signatures
	maxBundleKeys    = 1_000
	sectionManifest  = "manifest"
	sectionKey       = "transition"
	sectionProof     = "proof"
	sectionPrefix    = "-- "
	maxSectionHeader = 64
)

// VerifiedBundle is a bundle that holds: what the log's owner says are the events of one person, complete as of the
// checkpoint that all proofs share. That it is complete is the owner's word; that it was not changed since is proven.
type VerifiedBundle struct {
	Checkpoint Checkpoint // of the first proof; the cosignatures of others may differ, the head does not
	Proofs     []Verified // in ascending order of their indexes
}

// FormatBundle puts proof files of one checkpoint head into one file, in ascending order of their indexes, under a manifest
// signed by the log key that is in force at that head. Transitions are those a reader needs who has an older key.
// It checks the form of every part; [Policy.VerifyBundle] is the check before it is handed out.
func FormatBundle(proofs, transitions [][]byte, signer note.Signer) ([]byte, error) {
	if len(proofs) == 0 || len(proofs) > MaxBundleProofs {
		return nil, fault(PartBundle, "no proof, or more than 10,000")
	}
	type entry struct {
		index int64
		file  []byte
	}
	var first Checkpoint
	sorted := make([]entry, 0, len(proofs))
	for i, file := range proofs {
		p, err := ParseProof(file)
		if err != nil {
			return nil, within(err, i)
		}
		_, c, err := parseCheckpoint(p.Checkpoint)
		if err != nil {
			return nil, within(err, i)
		}
		if i == 0 {
			first = c
		}
		if c.Origin != first.Origin || c.Head != first.Head {
			return nil, within(fault(PartBundle, "not of the same origin and head as the first"), i)
		}
		sorted = append(sorted, entry{p.Index, file})
	}
	if signer.Name() != first.Origin {
		return nil, fault(PartBundle, "the signer does not have the name of the origin")
	}
	slices.SortStableFunc(sorted, func(a, b entry) int { return int(max(-1, min(1, a.index-b.index))) })
	files := make([][]byte, 0, len(sorted))
	for i, e := range sorted {
		if i > 0 && e.index == sorted[i-1].index {
			return nil, fault(PartBundle, "two proofs of one leaf")
		}
		files = append(files, e.file)
	}
	manifest, err := note.Sign(&note.Note{Text: string(appendManifest(nil, first.Origin, files))}, signer)
	if err != nil {
		return nil, err
	}
	bundle := appendSection(nil, sectionManifest, manifest)
	for _, t := range transitions {
		_, _, h, err := parseTransition(t)
		if err != nil {
			return nil, err
		}
		if h.Size > first.Size {
			return nil, fault(PartKey, "a transition that this checkpoint does not need")
		}
		bundle = appendSection(bundle, sectionKey, t)
	}
	for _, file := range files {
		bundle = appendSection(bundle, sectionProof, file)
	}
	if _, err := parseBundle(bundle); err != nil {
		return nil, err
	}
	return bundle, nil
}

func appendManifest(dst []byte, origin string, files [][]byte) []byte {
	dst = fmt.Appendf(dst, "%s\n%s\n%d\n", bundleHeader, origin, len(files))
	for _, file := range files {
		sum := sha256.Sum256(file)
		dst = base64.StdEncoding.AppendEncode(dst, sum[:])
		dst = append(dst, '\n')
	}
	return dst
}

func appendSection(dst []byte, kind string, content []byte) []byte {
	dst = fmt.Appendf(dst, "%s%s %d\n", sectionPrefix, kind, len(content))
	return append(dst, content...)
}

// bundle is a bundle file taken apart; the slices lie in the file.
type bundle struct {
	manifest    []byte
	transitions [][]byte
	proofs      [][]byte
}

// parseBundle reads the frame alone: there is one way to write the same sections.
func parseBundle(file []byte) (*bundle, error) {
	if len(file) > MaxBundle {
		return nil, fault(PartFile, "bundle is longer than 64 MiB")
	}
	var b bundle
	rank := 0 // of the section before: manifest 1, transition 2, proof 3
	for rest := file; len(rest) > 0; {
		kind, content, after, ok := cutSection(rest)
		if !ok {
			return nil, fault(PartFile, "a section of the bundle has no proper frame")
		}
		next := 0
		switch kind {
		case sectionManifest:
			next, b.manifest = 1, content
		case sectionKey:
			next, b.transitions = 2, append(b.transitions, content)
		case sectionProof:
			next, b.proofs = 3, append(b.proofs, content)
		}
		if next < rank || next == rank && next == 1 || rank == 0 && next != 1 {
			return nil, fault(PartFile, "a section of the bundle is unknown, repeated or out of order")
		}
		if len(b.proofs) > MaxBundleProofs || len(b.transitions) > maxBundleKeys {
			return nil, fault(PartFile, "more than 10,000 proofs or 1,000 transitions")
		}
		rank, rest = next, after
	}
	if rank != 3 {
		return nil, fault(PartFile, "bundle without manifest or proof")
	}
	return &b, nil
}

func cutSection(rest []byte) (kind string, content, after []byte, ok bool) {
	end := bytes.IndexByte(rest[:min(len(rest), maxSectionHeader)], '\n')
	if end < 0 {
		return "", nil, nil, false
	}
	head, ok := strings.CutPrefix(string(rest[:end]), sectionPrefix)
	if !ok {
		return "", nil, nil, false
	}
	kind, length, ok := strings.Cut(head, " ")
	n, err := strconv.Atoi(length)
	if !ok || err != nil || n < 0 || strconv.Itoa(n) != length || n > len(rest)-end-1 {
		return "", nil, nil, false
	}
	body := rest[end+1:]
	return kind, body[:n:n], body[n:], true
}

// VerifyBundle checks a bundle file: transitions, each proof as [Policy.Verify] does, the head they share, and the manifest.
// An error is an [*Error]; its Index says which proof. On an error there is no result.
func (p Policy) VerifyBundle(file []byte) (*VerifiedBundle, error) {
	b, err := parseBundle(file)
	if err != nil {
		return nil, err
	}
	keys, err := p.keys(b.transitions)
	if err != nil {
		return nil, err
	}
	v := &VerifiedBundle{Proofs: make([]Verified, 0, len(b.proofs))}
	var checked []byte // the checkpoint that c was read from: most often all are the same bytes
	var c Checkpoint
	for i, file := range b.proofs {
		one, err := ParseProof(file)
		if err != nil {
			return nil, within(err, i)
		}
		if i == 0 || !bytes.Equal(checked, one.Checkpoint) {
			if c, err = p.open(one.Checkpoint, keys); err != nil {
				return nil, within(err, i)
			}
			checked = one.Checkpoint
		}
		switch {
		case i == 0:
			v.Checkpoint = c
		case c.Head != v.Checkpoint.Head:
			return nil, within(fault(PartBundle, "not of the same head as the first"), i)
		case one.Index <= v.Proofs[i-1].Index:
			return nil, within(fault(PartBundle, "not in ascending order of indexes"), i)
		}
		verified, err := one.verify(c)
		if err != nil {
			return nil, within(err, i)
		}
		v.Proofs = append(v.Proofs, *verified)
	}
	if err := p.checkManifest(b, keys, v.Checkpoint.Head); err != nil {
		return nil, err
	}
	return v, nil
}

// checkManifest comes last: a proof that was changed has then been reported by its own number and part.
func (p *Policy) checkManifest(b *bundle, keys []reign, h Head) error {
	for _, t := range b.transitions {
		if _, _, at, err := parseTransition(t); err != nil || at.Size > h.Size {
			return fault(PartKey, "a transition that this checkpoint does not need")
		}
	}
	s, reason := parseSigned(b.manifest, maxManifest)
	if reason != "" {
		return fault(PartBundle, reason)
	}
	if !bytes.Equal(s.text, appendManifest(nil, p.Log.Name(), b.proofs)) {
		return fault(PartBundle, "the manifest is of another origin or of other proofs, or they are in another order")
	}
	if len(s.lines) != 1 {
		return fault(PartBundle, "the manifest does not have one signature")
	}
	if signedInForce(keys, &s, h) != nil {
		return fault(PartBundle, "the manifest is not signed by the log key in force at this size")
	}
	return nil
}
