package anonymize_test

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/anonymize"
)

// masked is the struct of 12 fields with which peers are compared.
type masked struct {
	First, Last, Email, Phone, Street, City, Postcode, IBAN, Plate, Company, Login, Note string `anonymize:"mask=1..2"`
}

func maskedRecord() masked {
	return masked{
		"Annelies", "van der Berg", "annelies.vandenberg@example.nl", "+31612345678", "Lange Voorhout 12", "Den Haag",
		"2514 EA", "NL91ABNA0417164300", "AB-123-C", "Voorbeeld BV", "annelies", "belt liever na vijven",
	}
}

// BenchmarkApply masks a struct of 12 fields, see examples/bench for the peers.
func BenchmarkApply(b *testing.B) {
	b.Run("mask12", func(b *testing.B) {
		plan, err := anonymize.Compile[masked](anonymize.Setting{})
		require.NoError(b, err)
		benchmarkPlan(b, plan, maskedRecord())
	})
	b.Run("pointer", func(b *testing.B) {
		plan, err := anonymize.Compile[*masked](anonymize.Setting{})
		require.NoError(b, err)
		benchmarkPlan(b, plan, new(maskedRecord()))
	})
	b.Run("redact12", func(b *testing.B) {
		plan, err := anonymize.CompilePolicy[masked](anonymize.Policy{Fields: map[string]anonymize.Rule{
			"first": {Method: anonymize.MethodRedact}, "last": {Method: anonymize.MethodRedact}, "email": {Method: anonymize.MethodRedact},
			"phone": {Method: anonymize.MethodRedact}, "street": {Method: anonymize.MethodRedact}, "city": {Method: anonymize.MethodRedact},
			"postcode": {Method: anonymize.MethodRedact}, "iban": {Method: anonymize.MethodRedact}, "plate": {Method: anonymize.MethodRedact},
			"company": {Method: anonymize.MethodRedact}, "login": {Method: anonymize.MethodRedact}, "note": {Method: anonymize.MethodRedact},
		}}, anonymize.Setting{})
		require.NoError(b, err)
		benchmarkPlan(b, plan, maskedRecord())
	})
	b.Run("hostile", func(b *testing.B) {
		plan, err := anonymize.Compile[hostile](testSetting(b))
		require.NoError(b, err)
		benchmarkPlan(b, plan, hostileRecord())
	})
}

func benchmarkPlan[T any](b *testing.B, plan *anonymize.Plan[T], record T) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := plan.Apply(b.Context(), record); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkJSONLines treats an object of six fields on one goroutine; B is its text.
func BenchmarkJSONLines(b *testing.B) {
	const line = `{"id":"7","name":"Annelies van der Berg","n":1234.50,"at":"2026-05-17","tags":["vip","nl"],"deep":{"x":"Den Haag"}}` + "\n"
	text := strings.Repeat(line, 1000)
	lines := linesPolicy(b)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := lines.Apply(b.Context(), io.Discard, strings.NewReader(text)); err != nil {
			b.Fatal(err)
		}
	}
}
