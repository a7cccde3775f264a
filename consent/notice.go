package consent

import (
	"crypto/sha256"
	"database/sql/driver"
	"encoding/binary"
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

// Hash returns the address of the notice: the SHA-256 of
//
//	"grondslag notice 1" 0x0A
//
// followed by each field in the order of the struct: text, media type, language,
// version, controller, the number of purposes and of each purpose id, the number of
// categories, the categories and the change, the number of recipients and the
// recipients, withdrawal, form, superseded hash (32 bytes). Texts have their
// length in bytes before them; lengths and numbers are 8 bytes, big endian. It
// keeps that meaning.
func (n *Notice) Hash() NoticeHash {
	h := sha256.New()
	num := func(i int) {
		var b [8]byte
		binary.BigEndian.PutUint64(b[:], uint64(i))
		h.Write(b[:])
	}
	text := func(s string) {
		num(len(s))
		h.Write([]byte(s))
	}
	h.Write([]byte("grondslag notice 1\n"))
	text(string(n.Text))
	text(n.MediaType)
	text(n.Language)
	text(n.Version)
	text(n.Controller)
	num(len(n.Purposes))
	for _, p := range n.Purposes {
		text(string(p.ID))
		num(len(p.Categories))
		for _, c := range p.Categories {
			text(c)
		}
		text(string(p.Change))
	}
	num(len(n.Recipients))
	for _, r := range n.Recipients {
		text(string(r))
	}
	text(n.Withdrawal)
	text(n.Form)
	h.Write(n.Supersedes[:])
	return NoticeHash(h.Sum(nil))
}

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

// Notices is a set of published notices. The zero value is empty. It is not safe for
// concurrent use while notices are published.
type Notices struct {
	byHash map[NoticeHash]*Notice
}

// Publish checks a notice and adds it. One that supersedes another names a published
// one, and says of each purpose of it that it asks for again what changes. Publishing the same
// notice again changes nothing.
func (ns *Notices) Publish(n Notice) (NoticeHash, error) {
	if err := n.Check(); err != nil {
		return NoticeHash{}, err
	}
	h := n.Hash()
	if ns.byHash[h] != nil {
		return h, nil
	}
	if !n.Supersedes.IsZero() {
		old := ns.byHash[n.Supersedes]
		if old == nil {
			return NoticeHash{}, errors.New("consent: notice: it supersedes one that is not published")
		}
		for _, p := range n.Purposes {
			if _, was := old.Purpose(p.ID); was != (p.Change != "") {
				return NoticeHash{}, fmt.Errorf("consent: notice: purpose %q must say what changes if the superseded notice has it, and only then", p.ID)
			}
		}
	}
	if ns.byHash == nil {
		ns.byHash = map[NoticeHash]*Notice{}
	}
	ns.byHash[h] = new(n.clone())
	return h, nil
}

// Get returns a published notice.
func (ns *Notices) Get(h NoticeHash) (Notice, bool) {
	n := ns.byHash[h]
	if n == nil {
		return Notice{}, false
	}
	return n.clone(), true
}

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

// Covers reports whether consent under the notice given covers the purpose as the
// notice current describes it: it is the same one, or each version in between
// changed words only. Unknown notices cover nothing.
func (ns *Notices) Covers(given, current NoticeHash, purpose basis.PurposeID) bool {
	for h := current; ; {
		n := ns.byHash[h]
		if n == nil {
			return false
		}
		p, ok := n.Purpose(purpose)
		switch {
		case !ok:
			return false
		case h == given:
			return true
		case p.Change != WordsOnly:
			return false
		}
		h = n.Supersedes
	}
}
