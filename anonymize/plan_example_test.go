package anonymize_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/grondslag/grondslag/anonymize"
	"github.com/grondslag/grondslag/anonymize/reidentify"
)

func ExampleCompile() {
	type customer struct {
		ID   int64
		Name string `anonymize:"tokn"`
	}
	_, err := anonymize.Compile[customer](anonymize.Setting{})
	fmt.Println(err)
	// Output:
	// anonymize: id: undeclared: int64
	// anonymize: name: rule "tokn": unknown method "tokn"
}

func ExampleCompilePolicy() {
	policy, err := anonymize.ParsePolicy([]byte(`{
		"version": 1,
		"domain": "analyst",
		"unknown": "drop",
		"fields": {
			"customer.name": "redact",
			"customer.born": "date=year",
			"attributes": "walk;keys=mask",
			"attributes.*": "mask=1..0"
		}
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := anonymize.CompilePolicy[map[string]any](policy, anonymize.Setting{})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := plan.Apply(context.Background(), map[string]any{
		"customer":   map[string]any{"name": "Jan", "born": "1984-02-29"},
		"attributes": map[string]any{"pet": "cat"},
		"password":   "geheim",
	})
	fmt.Println(out, err)
	// Output:
	// map[attributes:map[***:c**] customer:map[born:1984 name:[redacted]]] <nil>
}

func ExamplePlan_ApplyAll() {
	type row struct {
		Name string `anonymize:"mask=1..0"`
		Age  int    `anonymize:"round=10"`
	}
	plan, err := anonymize.Compile[row](anonymize.Setting{})
	if err != nil {
		fmt.Println(err)
		return
	}
	rows := func(yield func(row, error) bool) { // such as the rows of a query
		_ = yield(row{"Jan", 47}, nil) && yield(row{"Piet", 31}, nil)
	}
	for treated, err := range plan.ApplyAll(context.Background(), rows) {
		fmt.Println(treated, err)
	}
	// Output:
	// {J** 50} <nil>
	// {P*** 30} <nil>
}

func ExamplePlan_Reveal() {
	type ticket struct {
		Mail string `anonymize:"siv,norm=email"`
		City string `anonymize:"mask"`
	}
	plan, err := anonymize.Compile[ticket](anonymize.Setting{Domain: anonymize.Domain{Recipient: "helpdesk"}, Keys: exampleRing()})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	copied, err := plan.Apply(ctx, ticket{"Jan@Example.NL", "Delft"})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = plan.Reveal(ctx, reidentify.Capability{}, copied)
	fmt.Println(err)
	revealed, err := plan.Reveal(ctx, reidentify.Because("access request 2026-114"), copied)
	fmt.Println(revealed, err)
	// Output:
	// anonymize: not permitted
	// {jan@example.nl *****} <nil>
}

func ExamplePlan_Policy() {
	type customer struct {
		Mail string            `anonymize:"token,norm=email"`
		Note map[string]string `anonymize:"redact;keys=keep"`
	}
	plan, err := anonymize.Compile[customer](anonymize.Setting{Domain: anonymize.Domain{Recipient: "mailer"}, Keys: exampleRing()})
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := json.MarshalIndent(plan.Policy(), "", "  ")
	fmt.Println(string(text), err)
	// Output:
	// {
	//   "version": 1,
	//   "domain": "mailer",
	//   "key": "fddc75553d367bb0150886369fbd7f85",
	//   "fields": {
	//     "mail": "token,norm=email",
	//     "note": "redact;keys=keep"
	//   }
	// } <nil>
}

func ExampleBatchPlan_ApplyBatch() {
	type person struct {
		Name   string `anonymize:"redact"`
		City   string `anonymize:"swap"`
		Income int    `anonymize:"microaggregate=2"`
	}
	plan, err := anonymize.CompileBatch[person](anonymize.Setting{})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := plan.ApplyBatch(context.Background(), []person{
		{"Jan", "Delft", 30_000}, {"Piet", "Gouda", 52_000}, {"Klaas", "Zwolle", 32_000}, {"Marie", "Assen", 54_000},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	cities := map[string]bool{}
	for _, p := range out {
		cities[p.City] = true
		fmt.Println(p.Name, p.Income)
	}
	fmt.Println(slices.Sorted(maps.Keys(cities)))
	// Output:
	// [redacted] 31000
	// [redacted] 53000
	// [redacted] 31000
	// [redacted] 53000
	// [Assen Delft Gouda Zwolle]
}

func ExampleJSONLines_Apply() {
	lines := anonymize.JSONLines{Policy: anonymize.Policy{
		Unknown: anonymize.RedactUnknown,
		Fields: map[string]anonymize.Rule{
			"mail": {Method: anonymize.MethodMask, Options: []anonymize.Option{{Name: "domain", Value: "keep"}}},
			"n":    {Method: anonymize.MethodKeep},
		},
	}}
	const in = `{"n": 1.0, "mail": "jan@example.nl", "note": "calls"}
{"n": 2, "mail": "piet@example.nl"
`
	n, err := lines.Apply(context.Background(), os.Stdout, strings.NewReader(in))
	fmt.Println(n, err)
	// Output:
	// {"n":1.0,"mail":"***@example.nl","note":"[redacted]"}
	// 1 anonymize: line 2: malformed
}
