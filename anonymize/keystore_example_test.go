package anonymize_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/grondslag/grondslag/anonymize"
	"github.com/grondslag/grondslag/anonymize/reidentify"
)

func ExampleFileKeys() {
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "keys")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	store := anonymize.FileKeys{Path: filepath.Join(folder, "keys.json")}

	first, _ := anonymize.NewKey("2026-01", time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC))
	ring, _ := anonymize.NewKeyring(first)
	fmt.Println(store.Create(ctx, ring))
	fmt.Println(errors.Is(store.Create(ctx, ring), os.ErrExist))

	// A year later: a new key in front, the older one stays to find what was made with it.
	next, _ := anonymize.NewKey("2027-01", time.Date(2027, 1, 4, 0, 0, 0, 0, time.UTC))
	rotated, _ := ring.Rotate(next)
	fmt.Println(store.Save(ctx, rotated))
	loaded, err := store.Load(ctx)
	fmt.Println(loaded, err)

	// No key is lost by saving.
	fmt.Println(errors.Is(store.Save(ctx, ring), anonymize.ErrDropsKey))
	// Output:
	// <nil>
	// true
	// <nil>
	// keys [2027-01 2026-01] <nil>
	// true
}

func ExampleEnvKeys() {
	store := anonymize.EnvKeys{Name: "GRONDSLAG_KEYS", Lookup: func(string) (string, bool) {
		return "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", true // openssl rand -base64 32
	}}
	ring, err := store.Load(context.Background())
	fmt.Println(ring, err)
	// Output: keys [ka167db70ac7f] <nil>
}

func ExampleSubjectKeys_Shred() {
	ctx := context.Background()
	key, _ := anonymize.NewKey("2026-01", time.Time{})
	ring, _ := anonymize.NewKeyring(key)
	subjects, err := anonymize.NewSubjectKeys(ring, &anonymize.MemorySubjects{})
	if err != nil {
		fmt.Println(err)
		return
	}
	sealed, err := subjects.Seal(ctx, "c-42", nil, []byte("allergic to nuts"), []byte("note"))
	if err != nil {
		fmt.Println(err)
		return
	}
	backup := append([]byte(nil), sealed...)

	done, err := subjects.Shred(ctx, "c-42")
	fmt.Println(done.Destroyed, err)
	_, err = subjects.Open(ctx, reidentify.Because("access request, GDPR 15"), "c-42", nil, backup, []byte("note"))
	fmt.Println(errors.Is(err, anonymize.Shredded))
	for _, l := range done.NotCovered[:2] {
		fmt.Println(l.Code, "GDPR", l.Article)
	}
	// Output:
	// true <nil>
	// true
	// key_backups GDPR 17(1), 32(1)(a)
	// keyed_by_field GDPR 17(1)
}
