package holiday_test

import (
	"fmt"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
	"github.com/grondslag/grondslag/retention/holiday"
)

func on(year int, month time.Month, day int) retention.Date {
	d, err := retention.DateOf(year, month, day)
	if err != nil {
		panic(err)
	}
	return d
}

// show prints the weekdays of a year on which there is a holiday.
func show(c *holiday.Calendar, year int) {
	for d, name := range c.Days(year) {
		fmt.Println(d, d.Weekday(), name.En)
	}
}

func Example() {
	nl := holiday.NL()
	// A request of access came in on 5 March 2026. A month later is Easter Sunday.
	received, lastDay := on(2026, time.March, 5), on(2026, time.April, 5)
	month := retention.Period{Months: 1}
	answerBy := retention.Regulation1182.Extend(received+1, lastDay, month, nl)
	fmt.Println(answerBy)
	for d := lastDay; d < answerBy; d++ {
		if name, ok := nl.Name(d); ok {
			fmt.Println(d, name.Nl)
		} else {
			fmt.Println(d, d.Weekday())
		}
	}
	// Output:
	// 2026-04-07
	// 2026-04-05 Sunday
	// 2026-04-06 Tweede paasdag
}

func ExampleCalendar_Holiday() {
	nl := holiday.NL()
	fmt.Println(nl.Holiday(on(2025, time.April, 26)), nl.Holiday(on(2025, time.April, 27)))
	fmt.Println(nl.Holiday(on(2025, time.April, 28)))
	// Output:
	// true false
	// false
}

func ExampleCalendar_Name() {
	name, ok := holiday.NL().Name(on(2025, time.April, 26))
	fmt.Println(name.In("nl"), ok)
	_, ok = holiday.NL().Name(on(2025, time.April, 27))
	fmt.Println(ok)
	// Output:
	// Koningsdag true
	// false
}

func ExampleCalendar_Days() {
	for d, name := range holiday.NL().Days(2026) {
		fmt.Println(d, name.Nl)
	}
	// Output:
	// 2026-01-01 Nieuwjaarsdag
	// 2026-04-03 Goede Vrijdag
	// 2026-04-06 Tweede paasdag
	// 2026-04-27 Koningsdag
	// 2026-05-05 Bevrijdingsdag
	// 2026-05-14 Hemelvaartsdag
	// 2026-05-25 Tweede pinksterdag
	// 2026-12-25 Eerste kerstdag
	// 2026-12-26 Tweede kerstdag
}

func ExampleCalendar_Source() {
	s := holiday.Termijnenwet().Source()
	fmt.Println(s.Law)
	fmt.Println("checked", s.Checked, "for", s.From, "to", s.Until)
	// Output:
	// Algemene termijnenwet Art. 3, and the decrees under Art. 3(3)
	// checked 2026-11-24 for 2005 to 2028
}

// Bavaria has three days more than all Länder together; the Assumption, which is a
// holiday in most of its towns, would be a fourth.
func ExampleCalendar_With() {
	bavaria, err := holiday.DE().With(
		holiday.On(time.January, 6, basis.Text{En: "Epiphany", Nl: "Driekoningen"}),
		holiday.Easter(60, basis.Text{En: "Corpus Christi", Nl: "Sacramentsdag"}),
		holiday.On(time.November, 1, basis.Text{En: "All Saints' Day", Nl: "Allerheiligen"}),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	corpusChristi := on(2026, time.June, 4)
	fmt.Println(bavaria.Holiday(corpusChristi), holiday.DE().Holiday(corpusChristi))
	// Output: true false
}

func ExampleNew() {
	closed, err := holiday.New(
		holiday.On(time.December, 24, basis.Text{En: "Office closed", Nl: "Kantoor gesloten"}),
		holiday.Once(2026, time.September, 11, basis.Text{En: "Staff outing", Nl: "Personeelsuitje"}),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	show(closed, 2026)

	_, err = holiday.New(holiday.On(time.April, 31, basis.Text{En: "Party", Nl: "Feest"}))
	fmt.Println(err)
	// Output:
	// 2026-09-11 Friday Staff outing
	// 2026-12-24 Thursday Office closed
	// holiday: rule 1 (Party): April has no day 31
}

func ExampleFor() {
	c, err := holiday.For("SE")
	fmt.Println(c.Source().Law, err)
	_, err = holiday.For("EU")
	fmt.Println(err)
	// Output:
	// Law 1989:253 on general holidays <nil>
	// holiday: the Union has no list of its own: name the Member State in which the act is done
}

func ExampleOn() {
	c, _ := holiday.New(holiday.On(time.February, 29, basis.Text{En: "Leap day", Nl: "Schrikkeldag"}))
	show(c, 2027)
	show(c, 2028)
	// Output: 2028-02-29 Tuesday Leap day
}

func ExampleNth() {
	c, _ := holiday.New(holiday.Nth(1, time.Monday, time.May, basis.Text{En: "May Day", Nl: "Meidag"}))
	show(c, 2027)
	// Output: 2027-05-03 Monday May Day
}

func ExampleLast() {
	c, _ := holiday.New(holiday.Last(time.Monday, time.May, basis.Text{En: "Spring", Nl: "Voorjaar"}))
	show(c, 2027)
	// Output: 2027-05-31 Monday Spring
}

func ExampleOnOrAfter() {
	c, _ := holiday.New(holiday.OnOrAfter(time.Saturday, time.June, 20, basis.Text{En: "Midsummer", Nl: "Midzomer"}))
	show(c, 2026)
	show(c, 2027)
	// Output:
	// 2026-06-20 Saturday Midsummer
	// 2027-06-26 Saturday Midsummer
}

func ExampleEaster() {
	c, _ := holiday.New(holiday.Easter(-47, basis.Text{En: "Shrove Tuesday", Nl: "Vastenavond"}))
	show(c, 2027)
	// Output: 2027-02-09 Tuesday Shrove Tuesday
}

func ExampleOnce() {
	c, _ := holiday.New(holiday.Once(2026, time.May, 15, basis.Text{En: "Bridge", Nl: "Brugdag"}))
	show(c, 2025)
	show(c, 2026)
	show(c, 2027)
	// Output: 2026-05-15 Friday Bridge
}

func ExampleRule_Moved() {
	name := basis.Text{En: "Feast", Nl: "Feest"}
	c, _ := holiday.New(holiday.On(time.July, 4, name).
		Moved(holiday.Shift{time.Saturday: -1, time.Sunday: 1}).From(2020).Until(2026).Except(2023))
	for year := 2019; year <= 2027; year++ {
		show(c, year)
	}
	// Output:
	// 2020-07-03 Friday Feast
	// 2021-07-05 Monday Feast
	// 2022-07-04 Monday Feast
	// 2024-07-04 Thursday Feast
	// 2025-07-04 Friday Feast
	// 2026-07-03 Friday Feast
}
