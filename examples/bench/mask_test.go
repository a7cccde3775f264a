package bench

import (
	"log/slog"
	"strings"
	"testing"

	masker "github.com/ggwhite/go-masker/v2"
	"github.com/m-mizutani/masq"
	"github.com/showa-93/go-mask"
	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/anonymize"
)

// customer has twelve fields, all masked in full: go-mask's tag "filled" keeps the
// length as ours does, masq redacts.
type customer struct {
	ID        string `anonymize:"mask" mask:"filled" masq:"secret"`
	FirstName string `anonymize:"mask" mask:"filled" masq:"secret"`
	LastName  string `anonymize:"mask" mask:"filled" masq:"secret"`
	Email     string `anonymize:"mask" mask:"filled" masq:"secret"`
	Phone     string `anonymize:"mask" mask:"filled" masq:"secret"`
	Street    string `anonymize:"mask" mask:"filled" masq:"secret"`
	City      string `anonymize:"mask" mask:"filled" masq:"secret"`
	Postcode  string `anonymize:"mask" mask:"filled" masq:"secret"`
	IBAN      string `anonymize:"mask" mask:"filled" masq:"secret"`
	BSN       string `anonymize:"mask" mask:"filled" masq:"secret"`
	Plate     string `anonymize:"mask" mask:"filled" masq:"secret"`
	Notes     string `anonymize:"mask" mask:"filled" masq:"secret"`
}

// maskerCustomer is customer with the tags of go-masker, which share their key with go-mask's.
type maskerCustomer struct {
	ID        string `mask:"id"`
	FirstName string `mask:"name"`
	LastName  string `mask:"name"`
	Email     string `mask:"email"`
	Phone     string `mask:"mobile"`
	Street    string `mask:"addr"`
	City      string `mask:"name"`
	Postcode  string `mask:"password"`
	IBAN      string `mask:"credit"`
	BSN       string `mask:"id"`
	Plate     string `mask:"password"`
	Notes     string `mask:"password"`
}

func aCustomer() customer {
	return customer{
		ID: "c-0000007", FirstName: "Jan", LastName: "de Vries", Email: "jan.de.vries@example.com", Phone: "+31612345678", Street: "Dorpsstraat 1",
		City: "Utrecht", Postcode: "3511AB", IBAN: "NL91ABNA0417164300", BSN: "111222333", Plate: "16-RSL-9", Notes: "calls on Fridays",
	}
}

// byHand is what one would write for this type alone.
func byHand(c customer) customer {
	hide := func(s string) string { return strings.Repeat("*", len(s)) }
	return customer{
		ID: hide(c.ID), FirstName: hide(c.FirstName), LastName: hide(c.LastName), Email: hide(c.Email), Phone: hide(c.Phone), Street: hide(c.Street),
		City: hide(c.City), Postcode: hide(c.Postcode), IBAN: hide(c.IBAN), BSN: hide(c.BSN), Plate: hide(c.Plate), Notes: hide(c.Notes),
	}
}

// BenchmarkMask compares masking a struct; the target is a quarter of go-mask's time.
func BenchmarkMask(b *testing.B) {
	record := aCustomer()
	b.Run("grondslag", func(b *testing.B) {
		plan, err := anonymize.Compile[customer](anonymize.Setting{})
		require.NoError(b, err)
		ctx := b.Context()
		b.ReportAllocs()
		for b.Loop() {
			if _, err := plan.Apply(ctx, record); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("go-mask", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := mask.Mask(record); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("masq", func(b *testing.B) {
		redact := masq.New(masq.WithTag("secret"))
		b.ReportAllocs()
		for b.Loop() {
			redact(nil, slog.Any("customer", record))
		}
	})
	b.Run("go-masker", func(b *testing.B) {
		m := masker.NewMaskerMarshaler()
		record := maskerCustomer(record)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := m.Struct(&record); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("by hand", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			byHand(record)
		}
	})
}

// Ours, go-mask's and the one by hand are the same masks.
func TestMask(t *testing.T) {
	record := aCustomer()
	plan, err := anonymize.Compile[customer](anonymize.Setting{})
	require.NoError(t, err)
	ours, err := plan.Apply(t.Context(), record)
	require.NoError(t, err)
	theirs, err := mask.Mask(record)
	require.NoError(t, err)
	require.Equal(t, theirs, ours)
	require.Equal(t, byHand(record), ours)
}
