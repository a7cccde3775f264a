package anonymize

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/grondslag/grondslag/internal/model"
)

// Policy says by path what is done with the fields of a record: of a type that one
// does not own, of maps and JSON, of the columns of a CSV file. As JSON it is
//
//	{
//	  "version": 1,
//	  "domain": "mailer/newsletter",
//	  "key": "3f0c6d1f6f0e1c9b8a4be0b3a7d2c911",
//	  "unknown": "refuse",
//	  "fields": {
//	    "email": "token,norm=email",
//	    "address.city": "keep",
//	    "attributes": "walk;keys=keep",
//	    "attributes.*": "redact"
//	  }
//	}
//
// where all but version and fields may be left out. Reading is strict: other keys,
// repeated keys, another version, a malformed path or rule are errors that name the
// place. What this version writes every later one reads.
//
// A path is the canonical name of a field as basis.FieldOf makes it, with dots
// between levels: FirstName, firstName and the tag json:"first_name" are all
// first_name. Elements of lists have the path of the list. The level "*" stands for
// each key of a map or object for which no path is given.
type Policy struct {
	// Version of the format, 1; 0 is 1, but not in JSON.
	Version int
	// Domain for which the copy is made. When set, that of the [Setting] must be the
	// same or none.
	Domain Domain
	// Key pins the primary key of the ring by its [Key.Fingerprint]: another key, or
	// none, is an error that is [UnknownKey].
	Key string
	// Unknown is what becomes of fields without a rule in maps, JSON and CSV.
	Unknown Unknown
	// Fields are the rules by path.
	Fields map[string]Rule
}

// Unknown says what becomes of a field that no rule covers, where fields show only
// when data comes: in maps, JSON and CSV. "" is [RefuseUnknown].
type Unknown string

const (
	// RefuseUnknown makes it an error, [Undeclared].
	RefuseUnknown Unknown = "refuse"
	// DropUnknown leaves the field out, its name too.
	DropUnknown Unknown = "drop"
	// RedactUnknown keeps its name and redacts all that it holds.
	RedactUnknown Unknown = "redact"
)

// policyVersion is the only version so far.
const policyVersion = 1

// maxPolicyLevels bounds the levels of a path.
const maxPolicyLevels = 32

// Check reports what is wrong with the policy by itself: the version, the
// fingerprint, malformed paths, rules that no text stands for, a rule for a path
// below one whose rule does not go into it. All is collected in one error that
// unwraps to []error, those of fields being [*FieldError].
func (p Policy) Check() error {
	var errs []error
	if p.Version != 0 && p.Version != policyVersion {
		errs = append(errs, fmt.Errorf("anonymize: policy version %d is not known, want %d", p.Version, policyVersion))
	}
	if !p.Domain.IsZero() && !p.Domain.Valid() {
		errs = append(errs, errors.New("anonymize: malformed domain of the policy"))
	}
	if b, err := hex.DecodeString(p.Key); err != nil || p.Key != "" && hex.EncodeToString(b) != p.Key || p.Key != "" && len(b) != 16 {
		errs = append(errs, errors.New("anonymize: malformed key of the policy, want a fingerprint of 32 hexadecimal digits"))
	}
	if p.Unknown != "" && !p.Unknown.Valid() {
		errs = append(errs, errors.New("anonymize: unknown of the policy is not one of refuse, drop, redact"))
	}
	for _, path := range p.paths() {
		if err := p.checkField(path); err != nil {
			errs = append(errs, &FieldError{Path: path, Err: err})
		}
	}
	return errors.Join(errs...)
}

func (p Policy) paths() []string { return slices.Sorted(maps.Keys(p.Fields)) }

func (p Policy) checkField(path string) error {
	if err := checkPolicyPath(path); err != nil {
		return err
	}
	if _, err := p.Fields[path].MarshalText(); err != nil {
		return err
	}
	for above := model.Parent(path); above != ""; above = model.Parent(above) {
		if r, ok := p.Fields[above]; ok && r.Method != MethodWalk {
			return fmt.Errorf("anonymize: the rule of %s covers it already", above)
		}
	}
	return nil
}

// checkPolicyPath wants canonical levels or "*".
func checkPolicyPath(path string) error {
	if path == "" {
		return errors.New("anonymize: empty path")
	}
	levels := 0
	for level := range strings.SplitSeq(path, ".") {
		if levels++; levels > maxPolicyLevels {
			return fmt.Errorf("anonymize: path of more than %d levels", maxPolicyLevels)
		}
		if want := model.Canonical(level); level != "*" && level != want {
			return fmt.Errorf("anonymize: malformed path, %q is %q", level, want)
		}
	}
	return nil
}

// check returns the setting under which the policy runs: with its domain, and with
// the key that it pins.
func (p Policy) check(set Setting) (Setting, error) {
	if err := p.Check(); err != nil {
		return Setting{}, err
	}
	switch {
	case p.Domain.IsZero():
	case set.Domain.IsZero():
		set.Domain = p.Domain
	case set.Domain != p.Domain:
		return Setting{}, errors.New("anonymize: the policy is for another domain")
	}
	if p.Key != "" {
		if set.Keys == nil {
			return Setting{}, fmt.Errorf("anonymize: the policy pins a key and there is none: %w", UnknownKey)
		}
		if set.Keys.Primary().Fingerprint() != p.Key {
			return Setting{}, fmt.Errorf("anonymize: the policy pins another key: %w", UnknownKey)
		}
	}
	return set, nil
}

// MarshalJSON implements json.Marshaler; fields are sorted by path.
func (p Policy) MarshalJSON() ([]byte, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	fields := p.Fields
	if fields == nil {
		fields = map[string]Rule{}
	}
	return json.Marshal(struct {
		Version int             `json:"version"`
		Domain  Domain          `json:"domain,omitzero"`
		Key     string          `json:"key,omitzero"`
		Unknown Unknown         `json:"unknown,omitzero"`
		Fields  map[string]Rule `json:"fields"`
	}{policyVersion, p.Domain, p.Key, p.Unknown, fields})
}

// UnmarshalJSON implements json.Unmarshaler; p is left alone on an error. A
// json.Decoder does not look at what follows the policy, [ParsePolicy] does.
func (p *Policy) UnmarshalJSON(data []byte) error {
	read, err := ParsePolicy(data)
	if err == nil {
		*p = read
	}
	return err
}

// ParsePolicy reads a policy from JSON.
func ParsePolicy(data []byte) (Policy, error) {
	var p Policy
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	err := decodePolicyObject(d, "", func(name string) error { return p.decode(d, name) })
	switch {
	case err != nil:
		return Policy{}, err
	case d.InputOffset() < int64(len(data)) && len(bytes.TrimLeft(data[d.InputOffset():], " \t\r\n")) > 0:
		return Policy{}, errors.New("anonymize: policy: data after it")
	case p.Version == 0:
		return Policy{}, errors.New("anonymize: policy: version is missing")
	case p.Fields == nil:
		return Policy{}, errors.New("anonymize: policy: fields is missing")
	}
	if err := p.Check(); err != nil {
		return Policy{}, err
	}
	return p, nil
}

func (p *Policy) decode(d *json.Decoder, name string) error {
	var err error
	switch name {
	case "version":
		var token json.Token
		if token, err = d.Token(); err == nil && token != json.Number("1") {
			return fmt.Errorf("anonymize: policy: version is not known, want %d", policyVersion)
		}
		p.Version = policyVersion
	case "domain":
		err = decodePolicyText(d, name, func(text string) (err error) {
			p.Domain, err = ParseDomain(text)
			return err
		})
	case "key":
		err = decodePolicyText(d, name, func(text string) error {
			if text == "" {
				return errors.New("anonymize: empty key of the policy")
			}
			p.Key = text
			return nil
		})
	case "unknown":
		err = decodePolicyText(d, name, func(text string) error {
			p.Unknown = Unknown(text)
			if !p.Unknown.Valid() {
				return errors.New("anonymize: unknown of the policy is not one of refuse, drop, redact")
			}
			return nil
		})
	case "fields":
		p.Fields = map[string]Rule{}
		err = decodePolicyObject(d, "fields", func(path string) error {
			return decodePolicyText(d, "fields."+path, func(text string) error {
				r, err := ParseRule(text)
				p.Fields[path] = r
				return err
			})
		})
	default:
		return fmt.Errorf("anonymize: policy: unknown key %q", name)
	}
	return err
}

// decodePolicyObject reads an object, whose values value reads; at is where it stands.
func decodePolicyObject(d *json.Decoder, at string, value func(name string) error) error {
	where := "anonymize: policy: "
	if at != "" {
		where += at + ": "
	}
	token, err := d.Token()
	if err != nil || token != json.Delim('{') {
		return errors.New(where + "want an object")
	}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return errors.New(where + "malformed JSON")
		}
		if seen[name] {
			return fmt.Errorf("%skey %q is repeated", where, name)
		}
		seen[name] = true
		if err := value(name); err != nil {
			return err
		}
	}
	if token, err = d.Token(); err != nil || token != json.Delim('}') {
		return errors.New(where + "malformed JSON")
	}
	return nil
}

func decodePolicyText(d *json.Decoder, at string, read func(string) error) error {
	token, err := d.Token()
	text, ok := token.(string)
	if err != nil || !ok {
		return fmt.Errorf("anonymize: policy: %s: want a text", at)
	}
	if err := read(text); err != nil {
		return fmt.Errorf("anonymize: policy: %s: %w", at, err)
	}
	return nil
}
