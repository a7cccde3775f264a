package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// section takes one section off the front of a bundle.
func section(file []byte) (kind string, content, rest []byte, err error) {
	header, rest, ok := bytes.Cut(file, []byte("\n"))
	parts := strings.Split(string(header), " ")
	if !ok || len(parts) != 3 || parts[0] != "--" {
		return "", nil, nil, errors.New("a malformed section")
	}
	n, err := decimal(parts[2], 67108864)
	if err != nil || n > uint64(len(rest)) {
		return "", nil, nil, errors.New("a section with another length")
	}
	return parts[1], rest[:n], rest[n:], nil
}

func (v *verifier) bundle(file []byte) error {
	if len(file) > 67108864 {
		return errors.New("a bundle that is too long")
	}
	kind, manifest, rest, err := section(file)
	if err != nil || kind != "manifest" {
		return errors.New("a bundle without a list")
	}
	chain, given := slices.Clone(v.chain), 0
	var proofs [][]byte
	for len(rest) > 0 {
		var content []byte
		if kind, content, rest, err = section(rest); err != nil {
			return err
		}
		switch {
		case kind == "transition" && len(proofs) == 0:
			if given < len(chain)-1 && bytes.Equal(chain[given+1].note, content) {
				given++ // one that we had
				break
			}
			if given < len(chain)-1 && given > 0 {
				return errors.New("a transition that is not the one we have")
			}
			if chain, err = transition(chain, content); err != nil {
				return err
			}
			given = len(chain) - 1
		case kind == "proof":
			proofs = append(proofs, content)
		default:
			return errors.New("a section out of place")
		}
	}
	if len(proofs) == 0 || len(proofs) > 10000 {
		return errors.New("no proofs, or too many")
	}
	var shared head
	var last uint64
	for i, p := range proofs {
		h, at, err := v.proof(chain, p)
		if err != nil {
			return err
		}
		if i > 0 && (h != shared || at <= last) {
			return errors.New("a proof of another head, or out of order")
		}
		shared, last = h, at
	}
	for _, r := range chain[1:] {
		if r.from.size > shared.size {
			return errors.New("a transition after the head")
		}
	}
	return checkManifest(chain, manifest, proofs, shared)
}

func checkManifest(chain []reign, manifest []byte, proofs [][]byte, h head) error {
	text, lines, err := splitNote(manifest, 1<<20)
	if err != nil {
		return err
	}
	want := fmt.Sprintf("grondslag consent bundle 1\n%s\n%d\n", chain[0].key.name, len(proofs))
	for _, p := range proofs {
		sum := sha256.Sum256(p)
		want += base64.StdEncoding.EncodeToString(sum[:]) + "\n"
	}
	if text != want || len(lines) != 1 {
		return errors.New("a list of other proofs")
	}
	i := slices.IndexFunc(chain, func(r reign) bool { return r.key.matches(lines[0]) })
	if i < 0 || !chain[i].key.signed(text, lines[0]) || !inForce(chain, i, h) {
		return errors.New("a list that is not signed by the log")
	}
	return nil
}
