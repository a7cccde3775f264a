package proof

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is a head that the log has signed (C2SP tlog-checkpoint), with the witness lines that were checked.
type Checkpoint struct {
	Origin string
	Head
	Cosignatures []Cosignature
}

// Cosignature is the word of one witness: at Time (Unix seconds, the witness's clock) this was the largest tree of
// the log it had seen, and consistent with all it saw before.
type Cosignature struct {
	Name string
	Time int64
}

// Sign makes a checkpoint of three lines without extensions. The first signer is the log's key, whose name is the origin.
func Sign(origin string, h Head, signers ...note.Signer) ([]byte, error) {
	h, err := h.check()
	if err != nil {
		return nil, err
	}
	if !isKeyName(origin) {
		return nil, fault(PartCheckpoint, "origin is empty, too long, or has a space, a plus or a control character")
	}
	if len(signers) == 0 || signers[0].Name() != origin {
		return nil, fault(PartSignature, "the first signer does not have the name of the origin")
	}
	return signText(appendCheckpoint(nil, origin, h), signers)
}

func appendCheckpoint(dst []byte, origin string, h Head) []byte {
	return fmt.Appendf(dst, "%s\n%d\n%s\n", origin, h.Size, h.Hash)
}

// parseCheckpoint takes a checkpoint apart and checks its form, not its signatures.
func parseCheckpoint(msg []byte) (signed, Checkpoint, error) {
	s, reason := parseSigned(msg, maxNote)
	if reason != "" {
		return s, Checkpoint{}, fault(PartCheckpoint, reason)
	}
	lines := strings.Split(string(s.text), "\n")
	if len(lines) != 4 || !isKeyName(lines[0]) {
		return s, Checkpoint{}, fault(PartCheckpoint, "text is not origin, size and root, each on its line, and no more")
	}
	c := Checkpoint{Origin: lines[0]}
	var ok bool
	if c.Head, ok = parseHead(lines[1], lines[2]); !ok || !bytes.Equal(appendCheckpoint(nil, c.Origin, c.Head), s.text) {
		return s, Checkpoint{}, fault(PartCheckpoint, "size or root is not in its canonical form")
	}
	return s, c, nil
}

// parseHead reads size and root; the caller compares what it would write.
func parseHead(sizeText, hashText string) (Head, bool) {
	size, err1 := strconv.ParseInt(sizeText, 10, 64)
	hash, err2 := tlog.ParseHash(hashText)
	if err1 != nil || err2 != nil {
		return Head{}, false
	}
	h, err := Head{size, hash}.check()
	return h, err == nil
}
