package anonymize_test

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/grondslag/grondslag/anonymize"
	"github.com/grondslag/grondslag/anonymize/reidentify"
)

type contact struct {
	ID    string     `anonymize:"token,subject"`
	Email string     `anonymize:"token,norm=email"`
	IBAN  string     `anonymize:"siv,norm=iban"`
	Plate string     `anonymize:"fpe"`
	IP    netip.Addr `anonymize:"ip=24/48"`
	Born  time.Time  `anonymize:"date=year"`
	Note  string     `anonymize:"redact"`
}

// exampleRing holds a key of fixed bytes, so that the examples print the same each time.
func exampleRing() *anonymize.Keyring {
	secret, err := anonymize.NewSecret(bytes.Repeat([]byte{1}, 32)) // in earnest: NewKey
	if err != nil {
		panic(err)
	}
	ring, err := anonymize.NewKeyring(anonymize.Key{ID: "k1", Secret: secret})
	if err != nil {
		panic(err)
	}
	return ring
}

func Example() {
	ctx := context.Background()
	plan, err := anonymize.Compile[contact](anonymize.Setting{
		Domain: anonymize.Domain{Recipient: "mailer", Purpose: "newsletter"},
		Keys:   exampleRing(),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	copied, err := plan.Apply(ctx, contact{
		ID: "c-42", Email: " Jan@Example.NL", IBAN: "nl91 abna 0417 1643 00", Plate: "AB-123-C",
		IP: netip.MustParseAddr("192.0.2.77"), Born: time.Date(1984, 2, 29, 0, 0, 0, 0, time.UTC), Note: "prefers calls",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(copied.Email)
	fmt.Println(len(copied.Plate), copied.IP, copied.Born.Format(time.DateOnly), copied.Note)
	revealed, err := plan.Reveal(ctx, reidentify.Because("access request, GDPR 15"), copied)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(revealed.IBAN, revealed.Plate, revealed.Email == copied.Email)
	fmt.Print(plan.Report())
	// Output:
	// v1.k1.j6qAB2L5AnZ577rQKGa9dg
	// 8 192.0.2.0 1984-01-01 [redacted]
	// NL91ABNA0417164300 AB-123-C true
	// FIELD         METHOD  TECHNIQUE                     CLASS   REVERSIBLE  KEY  DOMAIN
	// id (subject)  token   pseudonymization: keyed hash  direct  no          k1   mailer/newsletter
	// email         token   pseudonymization: keyed hash  direct  no          k1   mailer/newsletter
	// iban          siv     deterministic encryption      direct  yes         k1   mailer/newsletter
	// plate         fpe     format-preserving encryption  direct  yes         k1   mailer/newsletter
	// ip            ip      generalization                quasi   no
	// born          date    generalization                quasi   no
	// note          redact  suppression: masking          direct  no
}

func ExampleDomain() {
	ring := exampleRing()
	for _, recipient := range []string{"mailer/newsletter", "mailer/newsletter", "analyst"} {
		domain, err := anonymize.ParseDomain(recipient)
		if err != nil {
			fmt.Println(err)
			return
		}
		tokens, err := ring.Tokens(domain, "email", anonymize.Form{Norm: anonymize.NormEmail}, 0)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(tokens.Token("jan@example.nl"))
	}
	// Output:
	// v1.k1.j6qAB2L5AnZ577rQKGa9dg <nil>
	// v1.k1.j6qAB2L5AnZ577rQKGa9dg <nil>
	// v1.k1.nO3swB_q6ZNUOcugF3jNBA <nil>
}

func ExampleKeyring_Rotate() {
	old := exampleRing()
	domain := anonymize.Domain{Recipient: "crm"}
	before, err := old.Tokens(domain, "email", anonymize.Form{Norm: anonymize.NormEmail}, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	stored, err := before.Token("jan@example.nl")
	if err != nil {
		fmt.Println(err)
		return
	}
	key, err := anonymize.NewKey("k2", time.Date(2026, time.November, 24, 0, 0, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	ring, err := old.Rotate(key)
	if err != nil {
		fmt.Println(err)
		return
	}
	after, err := ring.Tokens(domain, "email", anonymize.Form{Norm: anonymize.NormEmail}, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	found, err := after.Find("Jan@Example.nl")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(found), found[1] == stored)
	policy := anonymize.Policy{Fields: map[string]anonymize.Rule{
		"email": {Method: anonymize.MethodToken}, "iban": {Method: anonymize.MethodSIV}, "plate": {Method: anonymize.MethodFPE},
	}}
	for _, r := range policy.Rotation() {
		fmt.Println(r.Path, r.Step)
	}
	// Output:
	// 2 true
	// email recompute
	// iban reencrypt
	// plate replace_all
}

func ExampleCoincidences() {
	for _, bits := range []int{8, 16, 24} {
		others, _ := anonymize.Coincidences(1_000_000, bits)
		fmt.Printf("%d bits: %.1f others\n", bits, others)
	}
	// Output:
	// 8 bits: 3906.2 others
	// 16 bits: 15.3 others
	// 24 bits: 0.1 others
}

func ExampleTokenizer() {
	ctx := context.Background()
	tokenizer, err := exampleRing().Tokenizer(anonymize.Domain{Recipient: "crm"}, "email", anonymize.Form{Norm: anonymize.NormEmail}, &anonymize.MemoryVault{})
	if err != nil {
		fmt.Println(err)
		return
	}
	token, err := tokenizer.Token(ctx, "jan@example.nl")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(token))
	fmt.Println(tokenizer.Reveal(ctx, reidentify.Because("access request, GDPR 15"), token))
	fmt.Println(tokenizer.Reveal(ctx, reidentify.Capability{}, token))
	// Output:
	// 25
	// jan@example.nl <nil>
	//  anonymize: not permitted
}

func ExampleKeyring_DateShifter() {
	shifter, err := exampleRing().DateShifter(anonymize.Domain{Recipient: "analyst"}, "dates", 30)
	if err != nil {
		fmt.Println(err)
		return
	}
	ordered := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	a, err := shifter.Shift("c-42", ordered)
	if err != nil {
		fmt.Println(err)
		return
	}
	b, err := shifter.Shift("c-42", ordered.AddDate(0, 0, 5))
	fmt.Println(a.Equal(ordered), b.Sub(a), err)
	// Output: false 120h0m0s <nil>
}

func ExampleKeyring_Surrogates() {
	names, err := exampleRing().Surrogates(anonymize.Domain{Recipient: "tester"}, "first_name", anonymize.Form{Norm: anonymize.NormName}, []string{"Anna", "Bram", "Clara"})
	if err != nil {
		fmt.Println(err)
		return
	}
	a, err := names.Choose("Jan")
	if err != nil {
		fmt.Println(err)
		return
	}
	b, err := names.Choose("JAN ")
	fmt.Println(a == b, err)
	// Output: true <nil>
}

func ExampleKeyring_Sealer() {
	sealer, err := exampleRing().Sealer(anonymize.Domain{Recipient: "crm"}, "note", anonymize.AESGCM)
	if err != nil {
		fmt.Println(err)
		return
	}
	sealed := sealer.Seal("prefers calls")
	fmt.Println(sealed == sealer.Seal("prefers calls"))
	fmt.Println(sealer.Reveal(reidentify.Because("access request, GDPR 15"), sealed))
	// Output:
	// false
	// prefers calls <nil>
}

func ExampleKeyring_BlindIndex() {
	index, err := exampleRing().BlindIndex(anonymize.Domain{Recipient: "crm"}, "bsn", anonymize.Form{Norm: anonymize.NormBSN}, 12)
	if err != nil {
		fmt.Println(err)
		return
	}
	a, err := index.Index("111222333")
	if err != nil {
		fmt.Println(err)
		return
	}
	b, err := index.Index("111.222.333")
	fmt.Println(a == b, err)
	// Output: true <nil>
}
