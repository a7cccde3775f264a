package proof

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// MaxProof is the most bytes a proof file may have.
const MaxProof = 4 << 20

const (
	proofHeader = "c2sp.org/tlog-proof@v1\n"
	maxHashes   = 63 // RFC 6962: one for each level of a tree of fewer than 2^63 leaves
)

// Proof is one event with all that is needed to check it: a tlog-proof of C2SP whose extra data is the statement.
type Proof struct {
	Statement
	Index      int64
	Hashes     tlog.RecordProof
	Checkpoint []byte // the signed note, as it is
}

// FormatProof writes the file. It checks the form of every part and nothing more; [Policy.Verify] is the check, and a
// file should pass it before it is handed out.
func FormatProof(p *Proof) ([]byte, error) {
	text, err := FormatStatement(&p.Statement)
	if err != nil {
		return nil, err
	}
	if p.Index < 0 || len(p.Hashes) > maxHashes {
		return nil, fault(PartInclusion, "negative index or more than 63 hashes")
	}
	if _, _, err := parseCheckpoint(p.Checkpoint); err != nil {
		return nil, err
	}
	file := p.append(nil, text)
	if len(file) > MaxProof {
		return nil, fault(PartFile, "longer than 4 MiB")
	}
	return file, nil
}

func (p *Proof) append(dst, statement []byte) []byte {
	dst = slices.Grow(dst, len(proofHeader)+base64.StdEncoding.EncodedLen(len(statement))+45*len(p.Hashes)+len(p.Checkpoint)+64)
	dst = append(dst, proofHeader...)
	dst = append(dst, "extra "...)
	dst = base64.StdEncoding.AppendEncode(dst, statement)
	dst = append(dst, "\nindex "...)
	dst = strconv.AppendInt(dst, p.Index, 10)
	dst = append(dst, '\n')
	for _, h := range p.Hashes {
		dst = base64.StdEncoding.AppendEncode(dst, h[:])
		dst = append(dst, '\n')
	}
	dst = append(dst, '\n')
	return append(dst, p.Checkpoint...)
}

// ParseProof takes a file apart. It checks the form of every part, so that what is accepted is written again by
// [FormatProof] byte for byte, and checks no signature, hash or digest: nothing in the result is to be believed yet.
func ParseProof(file []byte) (Proof, error) {
	if len(file) > MaxProof {
		return Proof{}, fault(PartFile, "longer than 4 MiB")
	}
	rest, ok := bytes.CutPrefix(file, []byte(proofHeader))
	if !ok {
		return Proof{}, fault(PartFile, "does not begin as a tlog-proof of version 1")
	}
	line := func(key string) (string, bool) {
		text, after, ok := bytes.Cut(rest, []byte("\n"))
		if !ok {
			return "", false
		}
		rest = after
		return strings.CutPrefix(string(text), key)
	}
	extra, ok := line("extra ")
	if !ok {
		return Proof{}, fault(PartFile, "no extra line")
	}
	text, ok := canonicalBase64(extra)
	if !ok {
		return Proof{}, fault(PartFile, "extra line is not canonical base64")
	}
	var p Proof
	var err error
	if p.Statement, err = ParseStatement(text); err != nil {
		return Proof{}, err
	}
	index, ok := line("index ")
	if !ok {
		return Proof{}, fault(PartFile, "no index line")
	}
	if p.Index, err = strconv.ParseInt(index, 10, 64); err != nil || p.Index < 0 || strconv.FormatInt(p.Index, 10) != index {
		return Proof{}, fault(PartInclusion, "index is not a canonical number")
	}
	for {
		hash, ok := line("")
		if !ok {
			return Proof{}, fault(PartFile, "no checkpoint")
		}
		if hash == "" {
			break
		}
		raw, ok := canonicalBase64(hash)
		if !ok || len(raw) != tlog.HashSize || len(p.Hashes) == maxHashes {
			return Proof{}, fault(PartInclusion, "a hash is malformed, or there are more than 63")
		}
		p.Hashes = append(p.Hashes, tlog.Hash(raw))
	}
	p.Checkpoint = bytes.Clone(rest)
	if _, _, err := parseCheckpoint(p.Checkpoint); err != nil {
		return Proof{}, err
	}
	return p, nil
}

// Verified is a proof that holds.
type Verified struct {
	Statement
	Fields     map[string]json.RawMessage // the disclosed fields
	Index      int64
	Checkpoint Checkpoint
}

// Verify checks a proof file: the checkpoint's signatures under the policy, that the leaf of the body is in the
// checkpointed tree, and [Statement.Check]. An error is an [*Error] that names the part; on an error there is no result.
func (p Policy) Verify(file []byte) (*Verified, error) {
	keys, err := p.keys(nil)
	if err != nil {
		return nil, err
	}
	one, err := ParseProof(file)
	if err != nil {
		return nil, err
	}
	c, err := p.open(one.Checkpoint, keys)
	if err != nil {
		return nil, err
	}
	return one.verify(c)
}

// verify checks a proof against its opened checkpoint.
func (p *Proof) verify(c Checkpoint) (*Verified, error) {
	if err := checkInclusion(p.Hashes, c.Head, p.Index, p.Body.Leaf()); err != nil {
		return nil, err
	}
	fields, err := p.Check()
	if err != nil {
		return nil, err
	}
	return &Verified{p.Statement, fields, p.Index, c}, nil
}
