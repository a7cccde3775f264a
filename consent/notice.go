package consent

import (
	"crypto/sha256"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"mime"
	"slices"
	"strings"

	"github.com/grondslag/grondslag/basis"
)

// NoticeHash is the address of a notice: the SHA-256 of its canonical form. As text
// it is 64 hexadecimal digits in lower case; the zero value is no notice.
type NoticeHash [sha256.Size]byte

// Notice is what the person was shown: the bytes themselves, and what they were
// about. A grant quotes it by its hash, so that the wording can be produced for
// each declaration (GDPR Art. 7(1); EDPB Guidelines 05/2020, 108).
type Notice struct {
	// Text is the bytes as presented, kept verbatim; not empty.
	Text []byte `json:"text"`
	// MediaType says what they are, "text/html; charset=utf-8"; Language is BCP 47.
	MediaType string `json:"media_type"`
	Language  string `json:"language"`
	// Version is the controller's own name for the wording.
	Version string `json:"version"`
	// Controller is the identity that was shown (Recital 42).
	Controller string `json:"controller"`
	// Purposes are those that were asked for, one decision each.
	Purposes []NoticePurpose `json:"purposes"`
	// Recipients were named.
	Recipients []basis.Recipient `json:"recipients,omitzero"`
	// Withdrawal says where consent is withdrawn, as it was told: an address or a link.
	Withdrawal string `json:"withdrawal,omitzero"`
	// Form is the page or the version of the program that showed it.
	Form string `json:"form,omitzero"`
	// Supersedes is the notice that this one replaces, if any.
	Supersedes NoticeHash `json:"supersedes,omitzero"`
}

// NoticePurpose is one purpose that a notice asks for.
type NoticePurpose struct {
	ID basis.PurposeID `json:"id"`
	// Categories are the kinds of data, as they were named.
	Categories []string `json:"categories,omitzero"`
	// Change says what this version changes for the purpose against the one that it
	// supersedes. It is required there, unless the purpose is new, and nowhere else.
	Change Change `json:"change,omitzero"`
}

// Change is what a new version of a notice changes for a purpose.
type Change string

const (
	// WordsOnly: the processing is the same, so that earlier consent covers it (EDPB Guidelines 05/2020, 110).
	WordsOnly Change = "words"
	// Processing: the processing changes, and earlier consent does not cover it.
	Processing Change = "processing"
)

// Purpose returns what the notice says of the purpose.
func (n *Notice) Purpose(id basis.PurposeID) (NoticePurpose, bool) {
	i := slices.IndexFunc(n.Purposes, func(p NoticePurpose) bool { return p.ID == id })
	if i < 0 {
		return NoticePurpose{}, false
	}
	return n.Purposes[i], true
}

// Check returns every error in the notice, joined, or nil.
func (n *Notice) Check() error {
	var errs []error
	fail := func(wrong bool, text string) {
		if wrong {
			errs = append(errs, errors.New("consent: notice: "+text))
		}
	}
	fail(len(n.Text) == 0, "the text that was shown is missing (EDPB 05/2020, 108)")
	fail(len(n.Text) > maxText, "the text is longer than 1 MiB")
	_, _, err := mime.ParseMediaType(n.MediaType)
	fail(err != nil, "no media type, such as text/plain; charset=utf-8")
	fail(!languageTag(n.Language), "no language, such as nl")
	fail(strings.TrimSpace(n.Version) == "", "no version")
	fail(strings.TrimSpace(n.Controller) == "", "the controller is not named (GDPR Recital 42)")
	fail(len(n.Purposes) == 0, "it asks for no purpose")
	for i, p := range n.Purposes {
		fail(strings.TrimSpace(string(p.ID)) == "", "a purpose without a name")
		fail(slices.ContainsFunc(n.Purposes[:i], func(o NoticePurpose) bool { return o.ID == p.ID }), "a purpose is there twice")
		fail(p.Change != "" && !p.Change.Valid(), "a purpose with an unknown change")
		fail(p.Change != "" && n.Supersedes.IsZero(), "a purpose changes, and the notice supersedes none")
	}
	return errors.Join(errs...)
}

const maxText = 1 << 20

// languageTag reports whether s has the form of a BCP 47 tag: subtags of 1 to 8
// letters and digits, of which the first is 2 to 3 letters.
func languageTag(s string) bool {
	for i, sub := range strings.Split(s, "-") {
		letters := strings.Trim(strings.ToLower(sub), "abcdefghijklmnopqrstuvwxyz") == ""
		digits := strings.Trim(strings.ToLower(sub), "abcdefghijklmnopqrstuvwxyz0123456789") == ""
		if i == 0 && (!letters || len(sub) < 2 || len(sub) > 3) || !digits || sub == "" || len(sub) > 8 {
			return false
		}
	}
	return true
}

// Hash returns the address of the notice: the SHA-256 of [Notice.AppendCanonical].
func (n *Notice) Hash() NoticeHash { return sha256.Sum256(n.AppendCanonical(nil)) }

var errNoticeHash = errors.New("consent: want the hash of a notice, 64 hexadecimal digits in lower case")

// ParseNoticeHash reads 64 hexadecimal digits in lower case.
func ParseNoticeHash(s string) (h NoticeHash, err error) {
	if len(s) != 2*len(h) || strings.ToLower(s) != s {
		return NoticeHash{}, errNoticeHash
	}
	if _, err := hex.Decode(h[:], []byte(s)); err != nil {
		return NoticeHash{}, errNoticeHash
	}
	return h, nil
}

// IsZero reports whether it is no notice.
func (h NoticeHash) IsZero() bool { return h == NoticeHash{} }

// String returns the text, empty for no notice.
func (h NoticeHash) String() string {
	if h.IsZero() {
		return ""
	}
	return hex.EncodeToString(h[:])
}

// AppendText implements [encoding.TextAppender].
func (h NoticeHash) AppendText(b []byte) ([]byte, error) { return append(b, h.String()...), nil }

// MarshalText implements [encoding.TextMarshaler].
func (h NoticeHash) MarshalText() ([]byte, error) { return h.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler]. On error h is left as it was.
func (h *NoticeHash) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*h = NoticeHash{}
		return nil
	}
	v, err := ParseNoticeHash(string(text))
	if err == nil {
		*h = v
	}
	return err
}

// Scan implements [database/sql.Scanner]: a text; NULL is no notice. On error h is left as it was.
func (h *NoticeHash) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*h = NoticeHash{}
		return nil
	case string:
		return h.UnmarshalText([]byte(v))
	case []byte:
		return h.UnmarshalText(v)
	}
	return fmt.Errorf("consent: a NoticeHash can't be read from %T", src)
}

// Value implements [driver.Valuer]: text, or NULL for no notice.
func (h NoticeHash) Value() (driver.Value, error) {
	if h.IsZero() {
		return nil, nil
	}
	return h.String(), nil
}

// LogValue implements [slog.LogValuer].
func (h NoticeHash) LogValue() slog.Value { return slog.StringValue(h.String()) }

// GormDataType names the column type for gorm, without importing it.
func (NoticeHash) GormDataType() string { return "string" }

func (n *Notice) clone() Notice {
	c := *n
	c.Text = slices.Clone(n.Text)
	c.Recipients = slices.Clone(n.Recipients)
	c.Purposes = slices.Clone(n.Purposes)
	for i := range c.Purposes {
		c.Purposes[i].Categories = slices.Clone(c.Purposes[i].Categories)
	}
	return c
}
