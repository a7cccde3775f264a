package holiday

import (
	"testing"
	"time"

	"github.com/grondslag/grondslag/retention"
)

func BenchmarkHoliday(b *testing.B) {
	c := NL()
	for name, from := range map[string]retention.Date{"table": date(2026, time.January, 1), "rules": date(2300, time.January, 1)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var h retention.Holidays = c
			n, i := 0, retention.Date(0)
			for b.Loop() {
				if h.Holiday(from + i&1023) {
					n++
				}
				i++
			}
			if n == 0 && i > 1023 {
				b.Fatal("three years without a holiday")
			}
		})
	}
}

func BenchmarkName(b *testing.B) {
	c, d := NL(), date(2026, time.December, 26) // the last rule
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := c.Name(d); !ok {
			b.Fatal("26 December is a holiday")
		}
	}
}

func BenchmarkDays(b *testing.B) {
	c := NL()
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for range c.Days(2026) {
			n++
		}
		if n != 9 {
			b.Fatal(n)
		}
	}
}

func BenchmarkMake(b *testing.B) {
	for name, country := range map[string]func() *Calendar{"NL": NL, "Termijnenwet": Termijnenwet, "UK": UK} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				country()
			}
		})
	}
}

func BenchmarkExtend(b *testing.B) {
	c := NL()
	received, last := date(2026, time.March, 5), date(2026, time.April, 5)
	b.ReportAllocs()
	for b.Loop() {
		if d := retention.Regulation1182.Extend(received+1, last, retention.Period{Months: 1}, c); d != last+2 {
			b.Fatal(d)
		}
	}
}
