package receipt

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func BenchmarkFromEvents(b *testing.B) {
	controller, notices, events, details := shop()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := FromEvents(controller, notices, events, details); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkJSONLD(b *testing.B) {
	r := shopRecord(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.JSONLD(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	data, err := shopRecord(b).JSONLD()
	require.NoError(b, err)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Read(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHTML(b *testing.B) {
	r := shopRecord(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.HTML("nl"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyJWS(b *testing.B) {
	key := testKey(b)
	data, err := shopRecord(b).JSONLD()
	require.NoError(b, err)
	jws, err := SignJWS(data, TypeJSONLD, key)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := VerifyJWS(jws, key.Public()); err != nil {
			b.Fatal(err)
		}
	}
}
