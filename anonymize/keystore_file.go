package anonymize

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// FileKeys is a [KeyStore] in a file.
//
// # Permissions
//
// On Unix the file has mode 0600: one that its group or others may read, write or
// execute is refused, by Load too, and so is one that belongs to neither the user of
// the process nor root. Where a group must read it, as with secrets that Kubernetes
// mounts for a user other than root, [EnvKeys] is the way. On Windows, which has no
// such modes, the access list of the folder decides, and nothing is checked.
//
// # Writing
//
// The ring is written to a file beside it, named as it with a "." before and ".new"
// after, synced, and renamed, so that a crash leaves the old ring or the new one.
// Writers wait for each other, those of other processes too. Where the system or the
// file system has no lock on folders (flock), the file that ends in ".new" is the
// lock, and one that a crash left must be removed by hand. A symbolic link is followed
// by Load, which looks at the mode of what it points to, and refused by what writes.
//
// # Format
//
// JSON in UTF-8 (RFC 8259), which every later version reads:
//
//	{
//	  "version": 1,
//	  "keys": [
//	    {
//	      "id": "2026-01",
//	      "fingerprint": "5ac2a0fac1a0a8b3e9f4e0d1c2b3a495",
//	      "created": "2026-01-02T15:04:05Z",
//	      "secret": "wpVwtQPvUtZo8tHPSGvHqNFxoMbyDJ3Oc0Uq-ZVQe6Y"
//	    }
//	  ]
//	}
//
// The first key is the primary one. id is a [KeyID]; fingerprint is
// [Key.Fingerprint], and one that the secret does not have is an error; created is a
// time of RFC 3339 in UTC and is left out when not known. secret is the secret in
// base64url without padding (RFC 4648 section 5), 32 to 1,024 bytes; with a KMS there
// is instead "wrapped", what Wrap made, in the same writing. It is written with these
// names in this order, two spaces for each level and a newline at the end. Reading
// takes any order and white space and is strict for the rest: other or repeated names,
// another version, no keys or more than 256, anything after the object, and more than
// 1 MiB are errors, none of which quotes the file.
type FileKeys struct {
	// Path of the file, in a folder that is there.
	Path string
	// KMS wraps the secrets; nil stores them in clear. A file without KMS becomes one
	// with it when what was loaded without is saved with it.
	KMS KMS
}

var _ KeyStore = FileKeys{}

// Load implements [KeyStore].
func (f FileKeys) Load(ctx context.Context) (*Keyring, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	text, err := f.read()
	if err != nil {
		return nil, err
	}
	return decodeKeys(ctx, text, f.KMS)
}

// Save implements [KeyStore]. Where there is no file it makes one.
func (f FileKeys) Save(ctx context.Context, ring *Keyring) error {
	return f.write(ctx, false, func() (*Keyring, error) {
		var stored []keyRow
		switch text, err := f.read(); {
		case err == nil:
			if stored, err = parseKeyRows(text); err != nil {
				return nil, err
			}
		case !errors.Is(err, ErrNoKeys):
			return nil, err
		}
		return ring, keepsAll(ring, stored)
	})
}

// Create stores the first ring. A file that is there, also one that another process
// makes at the same moment, is left alone: the error is then [fs.ErrExist].
func (f FileKeys) Create(ctx context.Context, ring *Keyring) error {
	return f.write(ctx, true, func() (*Keyring, error) { return ring, keepsAll(ring, nil) })
}

// Drop implements [KeyStore].
func (f FileKeys) Drop(ctx context.Context, id KeyID) error {
	return f.write(ctx, false, func() (*Keyring, error) {
		ring, err := f.Load(ctx)
		if err != nil {
			return nil, err
		}
		return ring.Without(id)
	})
}

// fail names the file beside an error that does not.
func (f FileKeys) fail(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		err = p.Err
	}
	if l, ok := errors.AsType[*os.LinkError](err); ok {
		err = l.Err
	}
	return fmt.Errorf("anonymize: key file %q: %w", f.Path, err)
}

func (f FileKeys) read() ([]byte, error) {
	// A pipe would wait for a writer, so look before opening, and again at what was opened.
	info, err := os.Stat(f.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: file %q: %w", ErrNoKeys, f.Path, fs.ErrNotExist)
	case err != nil:
		return nil, f.fail(err)
	case !info.Mode().IsRegular():
		return nil, f.fail(errors.New("no regular file"))
	}
	file, err := os.Open(f.Path)
	if err != nil {
		return nil, f.fail(err)
	}
	defer file.Close()
	if info, err = file.Stat(); err != nil {
		return nil, f.fail(err)
	}
	if err := checkKeyFile(info); err != nil {
		return nil, f.fail(err)
	}
	text, err := io.ReadAll(io.LimitReader(file, maxKeyText+1))
	if err != nil {
		return nil, f.fail(err)
	}
	return text, nil
}

func checkKeyFile(info fs.FileInfo) error {
	switch {
	case !info.Mode().IsRegular():
		return errors.New("no regular file")
	case runtime.GOOS == "windows" || runtime.GOOS == "plan9":
		return nil
	case info.Mode().Perm()&0o077 != 0:
		return errors.New("open to others than its owner: chmod 600 it, and consider the keys in it known to them")
	case !ownFile(info):
		return errors.New("belongs to another user")
	}
	return nil
}

// write stores the ring that next returns, which runs while nobody else writes.
func (f FileKeys) write(ctx context.Context, create bool, next func() (*Keyring, error)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	folder, name := filepath.Split(f.Path)
	if name == "" {
		return errors.New("anonymize: key file without a name")
	}
	if folder == "" {
		folder = "."
	}
	unlock, locked, err := lockFolder(ctx, folder)
	if err != nil {
		return f.fail(err)
	}
	defer unlock()
	switch info, err := os.Lstat(f.Path); {
	case err == nil && create:
		return f.fail(fs.ErrExist)
	case err == nil && info.Mode()&fs.ModeSymlink != 0:
		return f.fail(errors.New("a symbolic link, which is not written through: give the path of the file"))
	}
	beside := filepath.Join(folder, "."+name+".new")
	if locked {
		os.Remove(beside) // of a writer that was interrupted
	}
	file, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return f.fail(fmt.Errorf("being written, or left half done by a writer that was interrupted: look at %q", beside))
	case err != nil:
		return f.fail(err)
	}
	defer os.Remove(beside)
	defer file.Close()
	ring, err := next()
	if err != nil {
		return err
	}
	text, err := encodeKeys(ctx, ring, f.KMS)
	if err != nil {
		return err
	}
	// What can't be read back does not take the place of what can.
	back, err := decodeKeys(ctx, text, f.KMS)
	if err != nil {
		return err
	}
	if err := keepsAll(back, keyRows(ring)); err != nil {
		return err
	}
	// The mode once more, for a umask that takes more away than it should.
	if _, err := file.Write(text); err != nil {
		return f.fail(err)
	}
	if err := errors.Join(file.Chmod(0o600), file.Sync(), file.Close(), ctx.Err()); err != nil {
		return f.fail(err)
	}
	place := os.Rename
	if create {
		place = placeNew
	}
	if err := place(beside, f.Path); err != nil {
		return f.fail(err)
	}
	syncFolder(folder)
	return nil
}

// placeNew gives the file its name unless that is taken; a hard link is made in one step.
func placeNew(from, to string) error {
	err := os.Link(from, to)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	// No hard links here. The name is taken first, and what is renamed onto it is whole.
	file, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Rename(from, to))
}

// syncFolder makes what was renamed in the folder outlast a power cut, where folders can be synced.
func syncFolder(folder string) {
	if d, err := os.Open(folder); err == nil {
		d.Sync()
		d.Close()
	}
}
