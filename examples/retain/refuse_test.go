package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// refused asserts that bad arguments get nothing but a message, which names what is wrong.
func refused(t *testing.T, message string, args ...string) {
	t.Helper()
	status, out, errs := call(t, args...)
	require.Equal(t, badUsage, status, "%q: %s%s", args, out, errs)
	require.Empty(t, out, "%q", args)
	require.Contains(t, errs, message, "%q", args)
}

func TestBadPeriods(t *testing.T) {
	for _, p := range []string{
		"P", "PT", "PP1Y", "P1Y1Y", "P1M1Y", "P0.5Y", "P0,5Y", "-P1Y", "+P1Y", "P-1Y", "P+1Y", "p7y", "P7y", "P1Y ", " P1Y", "P1Y\n", "",
		"P\u0661Y", "P\uff11Y", "PT1H", "PT72H", "P1YT", "P1YT1H", "P1W2D", "P1Y2W", "P1D1M", "P1", "1Y", "PY", "P1S", "P1Y1M1", "P1W1W", "P1e2D", "P0x1D",
		"P10000Y", "P119989M", "P3652060D", "P99999999999999999999Y", "P18446744073709551617D", "P4294967297M", "P2147483648D", "P100000000000W",
	} {
		refused(t, "-period", "-period", p, "-from", "2024-02-29", "-json")
	}
	for _, beyond := range []string{"P9000Y", "P7975Y10M3D"} {
		refused(t, "outside the years", "-period", beyond, "-from", "2024-02-29")
	}
	refused(t, "outside the years", "-period", "P1D", "-from", "9999-12-30")
	refused(t, "outside the years", "-period", "P0D", "-from", "9999-12-31", "-cut", "year")
	refused(t, "outside the years", "-period", "P0D", "-from", "0001-01-01", "-count", "whole")
}

func TestBadDays(t *testing.T) {
	days := []string{
		"2023-02-29", "1900-02-29", "2100-02-29", "2024-02-30", "2024-04-31", "2024-13-01", "2024-00-10", "2024-01-00", "2024-01-32", "0000-01-01",
		"0000-12-31", "2024-1-1", "24-01-01", "20240101", "2024/01/01", "2024-01-01 ", " 2024-01-01", "", "x", "-2024-01-01", "+2024-01-01",
		"12024-01-01", "2024-01-0\u0661", "2024-01", "31-12-2024", "2024-W01-1", "2024-366",
	}
	instants := []string{
		"2024-01-01T", "2024-01-01T24:00:00Z", "2024-01-01T12:60:00Z", "2024-01-01T12:00:60Z", "2016-12-31T23:59:60Z", "2024-01-01T12:00:00",
		"2024-01-01 12:00:00Z", "2024-01-01t12:00:00Z", "2024-01-01T12:00:00z", "2024-02-30T12:00:00Z", "2024-01-01T12:00Z", "2024-01-01T1:00:00Z",
		"2024-01-01T12:00:00+0100", "2024-01-01T12:00:00+1:00", "2024-01-01T12:00:00+01", "2024-01-01T12:00:00ZZ", "2024-01-01T12:00:00Z ",
		"2024-01-01T12:00:00.Z", "2024-01-01T12:00:00,5Z", "2023-02-29T00:00:00Z", "0000-01-01T12:00:00Z", "2024-01-01T12:00:00+24:00",
		"2024-01-01T12:00:00+01:60", "2024-01-01T12:00:00\u221201:00", "2024-01-01T1\u0662:00:00Z",
	}
	for _, d := range append(days, instants...) {
		refused(t, "-event", "-rule", "NL-TAX", "-event", d)
		refused(t, "-at", "-rule", "NL-TAX", "-at", d)
		refused(t, "-at", "-cutoff", "-rule", "NL-TAX", "-at", d)
		refused(t, "-from", "-period", "P1Y", "-from", d)
		refused(t, "-received", "-due", "request", "-country", "NL", "-received", d)
		refused(t, "-obtained", "-due", "notice", "-country", "NL", "-obtained", d)
		refused(t, "-contacted", "-due", "notice", "-country", "NL", "-obtained", "2026-01-01", "-contacted", d)
		refused(t, "-aware", "-due", "breach", "-aware", d)
		refused(t, "-hold", "-rule", "NL-TAX", "-hold", d+"..2030-01-01")
	}
	refused(t, "-aware", "-due", "breach", "-aware", "2024-01-01")
	refused(t, "outside the years", "-due", "breach", "-aware", "9999-12-31T00:00:00Z")
	refused(t, "outside the years", "-rule", "NL-TAX", "-event", "9999-12-31T23:30:00Z")
	refused(t, "outside the years", "-rule", "NL-TAX", "-event", "0001-01-01T00:00:00+14:00", "-zone", "UTC")
	refused(t, "after the year 9999", "-due", "request", "-country", "NL", "-received", "9999-12-15")
}

func TestBadHolds(t *testing.T) {
	for _, h := range []string{
		"2024-02-02..2024-02-01", "2024-02-30..2024-03-01", "2024-01-01", "2024-01-01-2024-02-01", "x..y", "2024-01-01...2024-02-01",
		"2024-01-01..2024-02-01 ", "", "..", "..2024-01-01", "0000-01-01..2024-01-01", "2024-01-01 .. 2024-02-01", "2024-01-01..2024-02-01..2024-03-01",
		"2024-01-01T00:00:00Z..2024-02-01",
	} {
		refused(t, "-hold", "-rule", "NL-TAX", "-hold", h)
		refused(t, "-hold", "-rule", "NL-TAX", "-hold", "2024-01-01..", "-hold", h)
		refused(t, "-identity", "-due", "request", "-country", "NL", "-received", "2020-01-01", "-identity", h)
	}
	refused(t, "-identity", "-due", "request", "-country", "NL", "-received", "2020-01-02", "-identity", "2020-01-01..2020-01-03")
}

func TestBadZones(t *testing.T) {
	for _, z := range []string{
		"", "Local", "localtime", "Europe/Nowhere", "Mars/Phobos", "europe//amsterdam", "Europe//Amsterdam", "../UTC", "Europe/../UTC", "Europe/Amsterdam ",
		"Europe/Amsterdam/", "/Europe/Amsterdam", "+01:00", "/etc/localtime", "posix/Europe/Amsterdam", "right/Europe/Amsterdam", "posixrules", "tzdata.zi",
		`Europe\Amsterdam`, "Europe", "Europe/Amsterdam\x00",
	} {
		refused(t, "-zone", "-rule", "NL-TAX", "-zone", z)
		refused(t, "-zone", "-cutoff", "-rule", "NL-TAX", "-zone", z)
		refused(t, "-zone", "-period", "P1Y", "-from", "2024-01-01", "-zone", z)
		refused(t, "-zone", "-due", "request", "-country", "NL", "-received", "2024-01-01", "-zone", z)
		refused(t, "-zone", "-due", "breach", "-aware", "2024-01-01T00:00:00Z", "-zone", z)
		refused(t, "-zone", "-list", "-zone", z)
	}
}

func TestBadFinancialYears(t *testing.T) {
	for _, fy := range []string{"13-01", "02-30", "04-31", "00-10", "6-30", "06-00", "0630", "", "06-30 ", "2024-06-30", "06/30", "1-1", "xx-xx"} {
		refused(t, "-fy-end", "-rule", "NL-TAX", "-fy-end", fy) // also where it makes no difference
		refused(t, "-fy-end", "-cutoff", "-rule", "FR-ACC", "-fy-end", fy)
		refused(t, "-fy-end", "-period", "P1Y", "-from", "2024-01-01", "-fy-end", fy)
	}
}

func TestBadNames(t *testing.T) {
	for _, rule := range []string{"NL-TAXX", "nl-tax", "XX", "NL TAX", "", "NL-TAX ", "NL-TAX/", "NL-WWFT/none", "-event"} {
		refused(t, "-rule", "-rule", rule)
		refused(t, "-rule", "-cutoff", "-rule", rule)
	}
	for _, country := range []string{"", "EU", "XX", "nl", "Netherlands", "NL "} {
		refused(t, "-country", "-due", "request", "-received", "2026-01-01", "-country", country)
		refused(t, "-country", "-due", "notice", "-obtained", "2026-01-01", "-country", country)
		if country != "EU" {
			refused(t, "-country", "-list", "-country", country)
		}
	}
	refused(t, "-regime", "-due", "request", "-received", "2026-01-01", "-country", "DE", "-regime", "atw")
	for _, regime := range []string{"", "bgb", "EU", "none"} {
		refused(t, "-regime", "-due", "request", "-received", "2026-01-01", "-country", "NL", "-regime", regime)
	}
	for _, due := range []string{"", "nothing", "Request", "request "} {
		refused(t, "-due", "-due", due, "-received", "2026-01-01", "-country", "NL")
	}
	for _, count := range []string{"", "days", "Whole"} {
		refused(t, "-count", "-period", "P1Y", "-from", "2026-01-01", "-count", count)
	}
	for _, cut := range []string{"", "week", "day", "Year", "fy_year"} {
		refused(t, "-cut", "-period", "P1Y", "-from", "2026-01-01", "-cut", cut)
	}
	for _, lang := range []string{"", "fr", "NL"} {
		refused(t, "-lang", "-rule", "NL-TAX", "-lang", lang)
	}
}

func TestFlagsThatDoNotGoTogether(t *testing.T) {
	for line, message := range map[string]string{
		"":                         "nothing was asked",
		"-json":                    "nothing was asked",
		"-event 2026-01-01":        "need a -rule",
		"-rule NL-TAX -period P1Y": "-rule and -period do not go together",
		"-rule NL-TAX -list":       "-rule and -list do not go together",
		"-cutoff -period P1Y":      "-cutoff and -period do not go together",
		"-due request -plan x":     "-due and -plan do not go together",
		"-rule NL-TAX -received 2026-01-01 -country NL": "-rule takes no -received, -country",
		"-rule NL-TAX -count whole":                     "-rule takes no -count",
		"-rule NL-TAX -html x":                          "-rule takes no -html",
		"-cutoff -rule NL-TAX -event 2026-01-01":        "-cutoff takes no -event",
		"-cutoff -rule NL-TAX -hold 2026-01-01..":       "-cutoff takes no -hold",
		"-cutoff":     "-cutoff needs -rule",
		"-period P1Y": "-period needs -from",
		"-period P1Y -from 2026-01-01 -at 2026-01-01": "-period takes no -at",
		"-due request":                                           "-due request needs -received",
		"-due request -received 2026-01-01":                      "-due request needs -country",
		"-due request -country NL":                               "-due request needs -received",
		"-due request -received 2026-01-01 -country NL -aware x": "-due request takes no -aware",
		"-due notice -obtained 2026-01-01":                       "-due notice needs -country",
		"-due notice -obtained 2026-01-01 -country NL -extended": "-due notice takes no -extended",
		"-due breach": "-due breach needs -aware",
		"-due breach -aware 2024-01-01T00:00:00Z -country NL": "-due breach takes no -country",
		"-due breach_persons -zone UTC":                       "-due breach_persons takes no -zone",
		"-list -fy-end 12-31":                                 "-list takes no -fy-end",
		"-rule NL-TAX stray":                                  `unexpected argument "stray"`,
		"stray -rule NL-TAX":                                  `unexpected argument "stray"`,
		"-rule NL-TAX -- stray":                               `unexpected argument "stray"`,
		"-plan x":                                             "-plan needs a CSV file",
		"-plan x a.csv b.csv":                                 `unexpected argument "b.csv"`,
		"-plan x a.csv -fy-end 12-31":                         "-plan takes no -fy-end",
		"-rule NL-TAX -rule NL-TAX":                           "given before",
		"-rule NL-TAX -at 2026-01-01 -at 2026-01-02":          "given before",
		"-rule NL-TAX -json -json":                            "given before",
		"-rule NL-TAX -json=maybe":                            "takes no value",
		"-rule NL-TAX -nosuchflag":                            "nosuchflag",
		"-rule":                                               "needs an argument",
		"-rule NL-TAX -at":                                    "needs an argument",
	} {
		refused(t, message, strings.Fields(line)...)
	}
}
