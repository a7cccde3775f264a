package retention_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
)

func terms(t testing.TB, p string) []retention.Term {
	t.Helper()
	return []retention.Term{{Period: period(t, p)}}
}

func use(purpose basis.PurposeID, id string, kind retention.Kind, terms []retention.Term, events ...retention.Event) retention.Use {
	return retention.Use{Purpose: purpose, Rule: retention.Rule{ID: id, Kind: kind, Events: events, Terms: terms}}
}

func ExampleCutoffs_Select() {
	schedule, _ := retention.NewSchedule(retention.Policy{Classes: []retention.Class{{
		ID:   "invoice",
		Uses: []retention.Use{use("tax", "NL-TAX", retention.Minimum, []retention.Term{{Period: retention.Period{Months: 84}, Cut: retention.CutYear}}, retention.Drafted)},
	}}})
	today, _ := retention.ParseDate("2026-11-24")
	cutoffs, _ := schedule.Cutoffs(today, "invoice")
	due, _ := cutoffs.Select(retention.Table{
		Dialect: retention.PostgreSQL, Name: "crm.invoices", Key: "id",
		Events: map[retention.Event]string{retention.Drafted: "drafted_on"},
		Done:   "disposed_on",
	}, "invoice")
	fmt.Println(due.Where())
	fmt.Println(due.Index("invoices_due"))
	fmt.Println(due.Batch("2012-02-29 1017", 500))
	// Output:
	// "disposed_on" IS NULL AND "drafted_on" <= $1::date [2018-12-31]
	// CREATE INDEX "invoices_due" ON "crm"."invoices" ("drafted_on", "id") WHERE "disposed_on" IS NULL <nil>
	// SELECT "id", "drafted_on" FROM "crm"."invoices" WHERE "disposed_on" IS NULL AND "drafted_on" <= $1::date AND ("drafted_on", "id") > ($2::date, $3) ORDER BY "drafted_on", "id" LIMIT 500 [2018-12-31 2012-02-29 1017] <nil>
}

// The shapes that cut-offs take, on 2026-07-01. A condition shows its arguments in their places.
func TestSelectionWhere(t *testing.T) {
	t.Parallel()
	versions := []retention.Term{
		{Period: period(t, "P10Y"), ByCutoff: true, Until: day(t, "2018-12-31")},
		{Period: period(t, "P2Y"), ByCutoff: true, From: day(t, "2019-01-01")},
	}
	tomorrow := terms(t, "P1Y")
	tomorrow[0].From = day(t, "2026-07-02")
	for _, test := range []struct {
		name       string
		uses       []retention.Use
		sqlite     string
		postgresql string
	}{{
		"one column",
		[]retention.Use{use("tax", "tax", retention.Minimum, terms(t, "P7Y"), retention.Drafted)},
		`[drafted] <= '2019-06-30'`,
		`"drafted" <= '2019-06-30'::date`,
	}, {
		"two rules on one column",
		[]retention.Use{
			use("tax", "tax", retention.Minimum, terms(t, "P7Y"), retention.Drafted),
			use("books", "books", retention.Minimum, terms(t, "P5Y"), retention.Drafted),
		},
		`[drafted] <= '2019-06-30'`,
		`"drafted" <= '2019-06-30'::date`,
	}, {
		"the first of two maxima on one column",
		[]retention.Use{
			use("offers", "use", retention.Maximum, terms(t, "P7Y"), retention.Drafted),
			use("offers", "advice", retention.Maximum, terms(t, "P5Y"), retention.Drafted),
		},
		`[drafted] <= '2021-06-30'`,
		`"drafted" <= '2021-06-30'::date`,
	}, {
		"events that share a column",
		[]retention.Use{use("offers", "contact", retention.Maximum, terms(t, "P3Y"), retention.Ordered, retention.Clicked)},
		`[active] <= '2023-06-30'`,
		`"active" <= '2023-06-30'::date`,
	}, {
		"the latest of two columns",
		[]retention.Use{use("claims", "claims", retention.PurposeLimit, terms(t, "P5Y"), retention.ClaimDue, retention.DamageKnown)},
		`([claim_due] IS NULL OR [claim_due] <= '2021-06-30') AND ([damage_known] IS NULL OR [damage_known] <= '2021-06-30')` +
			` AND ([claim_due] IS NOT NULL OR [damage_known] IS NOT NULL)`,
		`("claim_due" IS NULL OR "claim_due" <= '2021-06-30'::date) AND ("damage_known" IS NULL OR "damage_known" <= '2021-06-30'::date)` +
			` AND ("claim_due" IS NOT NULL OR "damage_known" IS NOT NULL)`,
	}, {
		"two columns",
		[]retention.Use{
			use("offers", "contact", retention.Maximum, terms(t, "P2Y"), retention.Clicked),
			use("tax", "tax", retention.Minimum, terms(t, "P7Y"), retention.Drafted),
		},
		`[active] <= '2024-06-30' AND [drafted] <= '2019-06-30'`,
		`"active" <= '2024-06-30'::date AND "drafted" <= '2019-06-30'::date`,
	}, {
		"the first of two maxima on two columns",
		[]retention.Use{
			use("offers", "contact", retention.Maximum, terms(t, "P2Y"), retention.Clicked),
			use("offers", "draft", retention.Maximum, terms(t, "P7Y"), retention.Drafted),
		},
		`(([active] <= '2024-06-30') OR ([drafted] <= '2019-06-30'))`,
		`(("active" <= '2024-06-30'::date) OR ("drafted" <= '2019-06-30'::date))`,
	}, {
		"old records under old law",
		[]retention.Use{use("tax", "tax", retention.Minimum, versions, retention.Drafted)},
		`[drafted] <= '2024-06-30' AND (([drafted] <= '2016-06-30') OR ([drafted] <= '2024-06-30' AND ([drafted] >= '2019-01-01')))`,
		`"drafted" <= '2024-06-30'::date AND (("drafted" <= '2016-06-30'::date) OR ("drafted" <= '2024-06-30'::date AND ("drafted" >= '2019-01-01'::date)))`,
	}, {
		"old records under old law, two columns",
		[]retention.Use{use("tax", "tax", retention.Minimum, versions[1:], retention.ClaimDue, retention.DamageKnown)},
		`([claim_due] IS NULL OR [claim_due] <= '2024-06-30') AND ([damage_known] IS NULL OR [damage_known] <= '2024-06-30')` +
			` AND ([claim_due] >= '2019-01-01' OR [damage_known] >= '2019-01-01')`,
		`("claim_due" IS NULL OR "claim_due" <= '2024-06-30'::date) AND ("damage_known" IS NULL OR "damage_known" <= '2024-06-30'::date)` +
			` AND ("claim_due" >= '2019-01-01'::date OR "damage_known" >= '2019-01-01'::date)`,
	}, {
		"what is blocked, if anything",
		[]retention.Use{
			use("offers", "use", retention.Maximum, terms(t, "P1Y"), retention.Clicked),
			use("block", "block", retention.Restriction, terms(t, "P3Y"), retention.ProcessingEnded),
		},
		`[active] <= '2025-06-30' AND (([blocked] IS NULL) OR ([blocked] <= '2023-06-30'))`,
		`"active" <= '2025-06-30'::date AND (("blocked" IS NULL) OR ("blocked" <= '2023-06-30'::date))`,
	}, {
		"a block that is never recorded",
		[]retention.Use{use("block", "block", retention.Restriction, terms(t, "P3Y"), retention.LoggedIn)},
		`1 = 0 AND 1 = 1`,
		`1 = 0 AND 1 = 1`,
	}, {
		"an event that is never recorded",
		[]retention.Use{use("account", "login", retention.Maximum, terms(t, "P2Y"), retention.LoggedIn)},
		`1 = 0`,
		`1 = 0`,
	}, {
		"one of two events that is never recorded",
		[]retention.Use{
			use("offers", "login", retention.Maximum, terms(t, "P1Y"), retention.LoggedIn),
			use("offers", "contact", retention.Maximum, terms(t, "P2Y"), retention.Clicked),
		},
		`[active] <= '2024-06-30'`,
		`"active" <= '2024-06-30'::date`,
	}, {
		"law that is not in force",
		[]retention.Use{
			use("offers", "contact", retention.Maximum, terms(t, "P2Y"), retention.Clicked),
			use("diligence", "diligence", retention.Exact, tomorrow, retention.Drafted),
		},
		`[active] <= '2024-06-30' AND 1 = 0`,
		`"active" <= '2024-06-30'::date AND 1 = 0`,
	}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.sqlite, filled(selection(t, retention.SQLite, test.uses).Where()))
			require.Equal(t, test.postgresql, filled(selection(t, retention.PostgreSQL, test.uses).Where()))
		})
	}
}

// A table of several classes with everything that a table may have.
func TestSelectionQueries(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		dialect                                      retention.Dialect
		name                                         string
		where, count, first, next, onlyKey, indexing string
	}{{
		retention.SQLite, "main.records",
		`[class] = 'record' AND [held] = 0 AND [done] IS NULL AND [drafted] <= '2019-06-30'`,
		`SELECT count(*) FROM [main].[records] WHERE `,
		`SELECT [id], [subject], [told], [claim_due], [active], [damage_known], [drafted], [blocked] FROM [main].[records] WHERE `,
		` AND [drafted] = '2012-02-29' AND [id] > 'a b' UNION ALL ` +
			`SELECT [id], [subject], [told], [claim_due], [active], [damage_known], [drafted], [blocked] FROM [main].[records] WHERE ` +
			`[class] = 'record' AND [held] = 0 AND [done] IS NULL AND [drafted] <= '2019-06-30' AND [drafted] > '2012-02-29'`,
		` AND [id] > 'a b'`,
		`CREATE INDEX [main].[due] ON [records] ([class], [drafted], [id]) WHERE [held] = 0 AND [done] IS NULL`,
	}, {
		retention.PostgreSQL, "crm.records",
		`"class" = 'record' AND NOT "held" AND "done" IS NULL AND "drafted" <= '2019-06-30'::date`,
		`SELECT count(*) FROM "crm"."records" WHERE `,
		`SELECT "id", "subject", "told", "claim_due", "active", "damage_known", "drafted", "blocked" FROM "crm"."records" WHERE `,
		` AND ("drafted", "id") > ('2012-02-29'::date, 'a b')`,
		` AND "id" > 'a b'`,
		`CREATE INDEX "due" ON "crm"."records" ("class", "drafted", "id") WHERE NOT "held" AND "done" IS NULL`,
	}} {
		t.Run(string(test.dialect), func(t *testing.T) {
			t.Parallel()
			full := table(test.dialect)
			full.Name, full.Class, full.Held, full.Done, full.Subject, full.Notified = test.name, "class", "held", "done", "subject", "told"
			q, err := cutoffs(t, []retention.Use{use("tax", "tax", retention.Minimum, terms(t, "P7Y"), retention.Drafted)}).Select(full, "record")
			require.NoError(t, err)
			require.Equal(t, test.where, filled(q.Where()))
			require.Equal(t, test.count+test.where, filled(q.Count()))
			order := ` ORDER BY "drafted", "id" LIMIT 500`
			if test.dialect == retention.SQLite {
				order = ` ORDER BY [drafted], [id] LIMIT 500`
			}
			query, args, err := q.Batch("", 500)
			require.NoError(t, err)
			require.Equal(t, test.first+test.where+order, filled(query, args))
			query, args, err = q.Batch("2012-02-29 a b", 500)
			require.NoError(t, err)
			require.Equal(t, test.first+test.where+test.next+order, filled(query, args))
			index, err := q.Index("due")
			require.NoError(t, err)
			require.Equal(t, test.indexing, index)

			// Where no column decides, the key alone gives the order.
			plain := table(test.dialect)
			q, err = cutoffs(t, []retention.Use{use("claims", "claims", retention.PurposeLimit, terms(t, "P5Y"), retention.ClaimDue, retention.DamageKnown)}).Select(plain, "record")
			require.NoError(t, err)
			query, args, err = q.Batch("a b", 1)
			require.NoError(t, err)
			require.Contains(t, filled(query, args), test.onlyKey+" ORDER BY ")
			index, err = q.Index("due")
			require.NoError(t, err)
			require.NotContains(t, index, "WHERE")
		})
	}
}

// Of several columns, the one with the earliest cut-off leads; one on which nothing can be due yet does not.
func TestSelectionLead(t *testing.T) {
	t.Parallel()
	contact := use("offers", "contact", retention.Maximum, terms(t, "P2Y"), retention.Clicked)
	tax := use("tax", "tax", retention.Minimum, terms(t, "P7Y"), retention.Drafted)
	tomorrow := terms(t, "P9Y")
	tomorrow[0].From = day(t, "2026-07-02")
	diligence := use("diligence", "diligence", retention.Exact, tomorrow, retention.ProcessingEnded)
	for _, uses := range [][]retention.Use{{contact, tax}, {tax, contact}, {tax, diligence}, {diligence, tax}} {
		index, err := selection(t, retention.PostgreSQL, uses).Index("due")
		require.NoError(t, err)
		require.Equal(t, `CREATE INDEX "due" ON "records" ("drafted", "id")`, index)
	}
}

func TestSelectRefuses(t *testing.T) {
	t.Parallel()
	tax := []retention.Use{use("tax", "tax", retention.Minimum, terms(t, "P7Y"), retention.Drafted)}
	c := cutoffs(t, tax)
	set := map[string]func(t *retention.Table, name string){
		"table":    func(t *retention.Table, name string) { t.Name = name },
		"schema":   func(t *retention.Table, name string) { t.Name = name + ".records" },
		"key":      func(t *retention.Table, name string) { t.Key = name },
		"event":    func(t *retention.Table, name string) { t.Events[retention.Drafted] = name },
		"another":  func(t *retention.Table, name string) { t.Events[retention.Collected] = name },
		"class":    func(t *retention.Table, name string) { t.Class = name },
		"held":     func(t *retention.Table, name string) { t.Held = name },
		"done":     func(t *retention.Table, name string) { t.Done = name },
		"subject":  func(t *retention.Table, name string) { t.Subject = name },
		"notified": func(t *retention.Table, name string) { t.Notified = name },
	}
	odd := []string{
		`id"; DROP TABLE records; --`, `id]; DROP TABLE records; --`, "a b", "1st", "naïve", "a-b", "a'b", "a?b", "a$1", "a\x00b", "a;", "a--",
		"a.b.c", strings.Repeat("a", 64),
	}
	for where, put := range set {
		for _, name := range odd {
			bad := table(retention.SQLite)
			put(&bad, name)
			_, err := c.Select(bad, "record")
			require.Error(t, err, "%s %q", where, name)
		}
		good := table(retention.SQLite)
		put(&good, "Select_1")
		_, err := c.Select(good, "record")
		require.NoError(t, err, where)
	}
	for name, bad := range map[string]func(t *retention.Table){
		"unknown dialect":     func(t *retention.Table) { t.Dialect = "mysql" },
		"no name":             func(t *retention.Table) { t.Name = "" },
		"no key":              func(t *retention.Table) { t.Key = "" },
		"empty schema":        func(t *retention.Table) { t.Name = ".records" },
		"no column for event": func(t *retention.Table) { delete(t.Events, retention.Drafted) },
	} {
		b := table(retention.PostgreSQL)
		bad(&b)
		_, err := c.Select(b, "record")
		require.Error(t, err, name)
	}
	q := selection(t, retention.PostgreSQL, tax)
	for _, name := range odd {
		_, err := q.Index(name)
		require.Error(t, err, name)
	}
	for _, place := range []string{"7", "2019-02-29 7", "2019-02-28", "2019-02-28'; --", " 7", "19-2-28 7"} {
		_, _, err := q.Batch(place, 10)
		require.Error(t, err, place)
	}
	_, _, err := q.Batch("", 0)
	require.Error(t, err)
}

// A selection has its own copy of what it was made from.
func TestSelectionIsImmutable(t *testing.T) {
	t.Parallel()
	where := table(retention.SQLite)
	q, err := cutoffs(t, []retention.Use{use("tax", "tax", retention.Minimum, terms(t, "P7Y"), retention.Drafted)}).Select(where, "record")
	require.NoError(t, err)
	clear(where.Events)
	_, args := q.Where()
	args[0] = "9999-12-31"
	query, args, err := q.Batch("", 1)
	require.NoError(t, err)
	require.Contains(t, filled(query, args), "[drafted] <= '2019-06-30'")
	c, err := q.Scan(row{"7", nil, nil, nil, "2012-02-29", nil})
	require.NoError(t, err)
	require.Equal(t, day(t, "2012-02-29"), latest(c, retention.Drafted))
	c.Record.Classes = append(c.Record.Classes, "other")
	c, err = q.Scan(row{"7", nil, nil, nil, "2012-02-29", nil})
	require.NoError(t, err)
	require.Equal(t, []retention.ClassID{"record"}, c.Record.Classes)
}

func TestSelectionScan(t *testing.T) {
	t.Parallel()
	where := table(retention.PostgreSQL)
	where.Subject, where.Notified = "subject", "told"
	drafted := []retention.Use{use("tax", "tax", retention.Minimum, terms(t, "P7Y"), retention.Drafted)}
	q, err := cutoffs(t, drafted).Select(where, "record")
	require.NoError(t, err)
	c, err := q.Scan(row{int64(7), "c-42", time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC), nil, "2015-03-01", nil, []byte("2012-02-29"), nil})
	require.NoError(t, err)
	require.Equal(t, retention.Candidate{
		Key: "7", Place: "2012-02-29 7", Notified: day(t, "2026-06-01"),
		Record: retention.Record{
			Subject: "c-42", Classes: []retention.ClassID{"record"},
			History: retention.History{ // in the order of the names
				{Event: retention.ClaimDue}, {Event: retention.Clicked, On: day(t, "2015-03-01")}, {Event: retention.DamageKnown},
				{Event: retention.Drafted, On: day(t, "2012-02-29")}, {Event: retention.Ordered, On: day(t, "2015-03-01")}, {Event: retention.ProcessingEnded},
			},
		},
	}, c)
	c, err = q.Scan(row{int64(8), nil, nil, nil, nil, nil, "2012-02-29", nil})
	require.NoError(t, err)
	require.Zero(t, c.Record.Subject)
	require.Zero(t, c.Notified)
	_, err = q.Scan(row{int64(9), nil, nil, nil, nil, nil, "2012-02-29 10:00:00", nil})
	require.ErrorContains(t, err, "row of table records")

	q, err = cutoffs(t, []retention.Use{use("claims", "claims", retention.PurposeLimit, terms(t, "P5Y"), retention.ClaimDue, retention.DamageKnown)}).Select(where, "record")
	require.NoError(t, err)
	c, err = q.Scan(row{"a b", nil, nil, nil, nil, nil, nil, nil})
	require.NoError(t, err)
	require.Equal(t, "a b", c.Place)
}

// row is a row of a result, with values as drivers return them.
type row []any

func (r row) Scan(dest ...any) error {
	for i, d := range dest {
		switch d := d.(type) {
		case *string:
			*d = fmt.Sprint(r[i])
		case **string:
			if r[i] != nil {
				*d = new(fmt.Sprint(r[i]))
			}
		case *retention.Date:
			if err := d.Scan(r[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func latest(c retention.Candidate, e retention.Event) retention.Date {
	o, _ := c.Record.History.Latest(1<<30, []retention.Event{e})
	return o.On
}

// table has columns for the events of these tests.
func table(d retention.Dialect) retention.Table {
	return retention.Table{
		Dialect: d, Name: "records", Key: "id",
		Events: map[retention.Event]string{
			retention.Drafted: "drafted", retention.Ordered: "active", retention.Clicked: "active",
			retention.ClaimDue: "claim_due", retention.DamageKnown: "damage_known",
			retention.ProcessingEnded: "blocked", retention.LoggedIn: "",
		},
	}
}

func cutoffs(t testing.TB, uses []retention.Use) *retention.Cutoffs {
	t.Helper()
	s, err := retention.NewSchedule(retention.Policy{Classes: []retention.Class{{ID: "record", Uses: uses}}})
	require.NoError(t, err)
	c, err := s.Cutoffs(day(t, "2026-07-01"), "record")
	require.NoError(t, err)
	return c
}

func selection(t testing.TB, d retention.Dialect, uses []retention.Use) *retention.Selection {
	t.Helper()
	q, err := cutoffs(t, uses).Select(table(d), "record")
	require.NoError(t, err)
	return q
}

// filled puts the arguments of a query into their places.
func filled(query string, args []any) string {
	for i := len(args); i > 0; i-- {
		query = strings.Replace(query, fmt.Sprintf("$%d", i), fmt.Sprintf("'%v'", args[i-1]), 1)
	}
	for _, arg := range args {
		query = strings.Replace(query, "?", fmt.Sprintf("'%v'", arg), 1)
	}
	return query
}
