package anonymize

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// Bounds of a ring in its stored form.
const (
	maxKeyText    = 1 << 20 // bytes of it all
	maxKeys       = 256
	maxSecret     = 1024    // bytes of a secret
	maxWrappedKey = 1 << 14 // bytes, see KMS
)

// A keyRow is a key in its stored form. Of secret and wrapped one is there.
type keyRow struct {
	id              KeyID
	fingerprint     string
	created         time.Time
	secret, wrapped []byte
}

// encodeKeys writes the form that FileKeys documents.
func encodeKeys(ctx context.Context, ring *Keyring, kms KMS) ([]byte, error) {
	type row struct {
		ID          KeyID  `json:"id"`
		Fingerprint string `json:"fingerprint"`
		Created     string `json:"created,omitzero"`
		Secret      string `json:"secret,omitzero"`
		Wrapped     string `json:"wrapped,omitzero"`
	}
	if len(ring.keys) > maxKeys {
		return nil, fmt.Errorf("anonymize: a ring of more than %d keys can't be stored", maxKeys)
	}
	rows := make([]row, len(ring.keys))
	for i, k := range ring.keys {
		secret := k.Secret.bytes()
		if len(secret) > maxSecret {
			return nil, fmt.Errorf("anonymize: key %s: a secret of more than %d bytes can't be stored", k.ID, maxSecret)
		}
		rows[i] = row{ID: k.ID, Fingerprint: k.Fingerprint()}
		if !k.Created.IsZero() {
			created := k.Created.UTC()
			if y := created.Year(); y < 0 || y > 9999 {
				return nil, fmt.Errorf("anonymize: key %s: created in a year that can't be stored", k.ID)
			}
			rows[i].Created = created.Format(time.RFC3339Nano)
		}
		if kms == nil {
			rows[i].Secret = base64.RawURLEncoding.EncodeToString(secret)
			continue
		}
		wrapped, err := kms.Wrap(ctx, bytes.Clone(secret))
		switch {
		case err != nil:
			return nil, fmt.Errorf("anonymize: key %s can't be wrapped: %w", k.ID, err)
		case len(wrapped) == 0 || len(wrapped) > maxWrappedKey:
			return nil, fmt.Errorf("anonymize: key %s: what the KMS made is empty or too long", k.ID)
		case bytes.Contains(wrapped, secret):
			return nil, fmt.Errorf("anonymize: key %s: the KMS left the secret in clear", k.ID)
		}
		rows[i].Wrapped = base64.RawURLEncoding.EncodeToString(wrapped)
	}
	text, err := json.MarshalIndent(struct {
		Version int   `json:"version"`
		Keys    []row `json:"keys"`
	}{keyFileVersion, rows}, "", "  ")
	if err != nil {
		return nil, errors.New("anonymize: the keys can't be encoded")
	}
	return append(text, '\n'), nil
}

// decodeKeys reads what encodeKeys wrote.
func decodeKeys(ctx context.Context, text []byte, kms KMS) (*Keyring, error) {
	rows, err := parseKeyRows(text)
	if err != nil {
		return nil, err
	}
	keys := make([]Key, len(rows))
	for i, r := range rows {
		secret := r.secret
		switch {
		case kms == nil && secret == nil:
			return nil, fmt.Errorf("anonymize: key %s is wrapped, and there is no KMS to unwrap it", r.id)
		case kms != nil && secret != nil:
			return nil, fmt.Errorf("anonymize: key %s is stored in clear, although there is a KMS: load it without and save it with", r.id)
		case kms != nil:
			if secret, err = kms.Unwrap(ctx, bytes.Clone(r.wrapped)); err != nil {
				return nil, fmt.Errorf("anonymize: key %s can't be unwrapped: %w", r.id, err)
			}
		}
		if len(secret) < minSecret || len(secret) > maxSecret {
			return nil, fmt.Errorf("anonymize: key %s: a secret has %d to %d bytes", r.id, minSecret, maxSecret)
		}
		keys[i] = Key{ID: r.id, Secret: hold(bytes.Clone(secret)), Created: r.created}
		if keys[i].Fingerprint() != r.fingerprint {
			return nil, fmt.Errorf("anonymize: key %s: the secret does not have the fingerprint beside it", r.id)
		}
	}
	return NewKeyring(keys[0], keys[1:]...)
}

const keyFileVersion = 1

var errKeyText = errors.New("anonymize: malformed keys")

// parseKeyRows reads the text alone. Its errors quote nothing of it but ids that are valid.
func parseKeyRows(text []byte) ([]keyRow, error) {
	if len(text) > maxKeyText {
		return nil, fmt.Errorf("anonymize: malformed keys: more than %d bytes", maxKeyText)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var rows []keyRow
	versioned := false
	err := decodeKeyObject(d, func(name string) (err error) {
		switch name {
		case "version":
			token, err := d.Token()
			if err != nil || token != json.Number("1") {
				return fmt.Errorf("anonymize: malformed keys: the version is not known, want %d", keyFileVersion)
			}
			versioned = true
			return nil
		case "keys":
			rows, err = decodeKeyRows(d)
			return err
		}
		return errors.New("anonymize: malformed keys: an unknown name")
	})
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("anonymize: malformed keys: something follows")
	}
	switch {
	case !versioned:
		return nil, errors.New("anonymize: malformed keys: version is missing")
	case len(rows) == 0:
		return nil, errors.New("anonymize: malformed keys: there are none")
	}
	return rows, nil
}

func decodeKeyRows(d *json.Decoder) ([]keyRow, error) {
	if token, err := d.Token(); err != nil || token != json.Delim('[') {
		return nil, errKeyText
	}
	var rows []keyRow
	for d.More() {
		if len(rows) == maxKeys {
			return nil, fmt.Errorf("anonymize: malformed keys: more than %d", maxKeys)
		}
		var r keyRow
		err := decodeKeyObject(d, func(name string) error { return r.decode(d, name) })
		switch {
		case err != nil:
			return nil, err
		case r.id == "":
			return nil, errors.New("anonymize: malformed keys: id is missing")
		case r.fingerprint == "":
			return nil, fmt.Errorf("anonymize: malformed keys: key %s has no fingerprint", r.id)
		case (r.secret == nil) == (r.wrapped == nil):
			return nil, fmt.Errorf("anonymize: malformed keys: key %s needs one of secret and wrapped", r.id)
		case slices.ContainsFunc(rows, func(other keyRow) bool { return other.id == r.id }):
			return nil, fmt.Errorf("anonymize: malformed keys: key %s is there twice", r.id)
		}
		rows = append(rows, r)
	}
	if token, err := d.Token(); err != nil || token != json.Delim(']') {
		return nil, errKeyText
	}
	return rows, nil
}

func (r *keyRow) decode(d *json.Decoder, name string) error {
	token, err := d.Token()
	text, ok := token.(string)
	if err != nil || !ok {
		return errKeyText
	}
	fail := func(what string) error { return errors.New("anonymize: malformed keys: " + what) }
	switch name {
	case "id":
		if r.id = KeyID(text); !r.id.Valid() {
			return fail("malformed id")
		}
	case "fingerprint":
		if b, err := hex.DecodeString(text); err != nil || len(b) != 16 || hex.EncodeToString(b) != text {
			return fail("malformed fingerprint")
		}
		r.fingerprint = text
	case "created":
		t, err := time.Parse(time.RFC3339Nano, text)
		if err != nil || t.IsZero() {
			return fail("malformed time of creation")
		}
		r.created = t.UTC()
	case "secret":
		if r.secret, err = appendDecoded(nil, text); err != nil || len(r.secret) < minSecret || len(r.secret) > maxSecret {
			return fail("malformed secret")
		}
	case "wrapped":
		if r.wrapped, err = appendDecoded(nil, text); err != nil || len(r.wrapped) == 0 || len(r.wrapped) > maxWrappedKey {
			return fail("malformed wrapped secret")
		}
	default:
		return fail("an unknown name")
	}
	return nil
}

// decodeKeyObject reads an object without repeated names, whose values value reads.
func decodeKeyObject(d *json.Decoder, value func(name string) error) error {
	if token, err := d.Token(); err != nil || token != json.Delim('{') {
		return errKeyText
	}
	var seen []string
	for d.More() {
		token, err := d.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return errKeyText
		}
		if slices.Contains(seen, name) {
			return errors.New("anonymize: malformed keys: a repeated name")
		}
		if err := value(name); err != nil {
			return err
		}
		seen = append(seen, name)
	}
	if token, err := d.Token(); err != nil || token != json.Delim('}') {
		return errKeyText
	}
	return nil
}
