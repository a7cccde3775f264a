module github.com/grondslag/grondslag/examples

go 1.26.0

require (
	github.com/grondslag/grondslag v0.0.0
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3
	golang.org/x/text v0.34.0
)

require golang.org/x/net v0.50.0 // indirect

replace github.com/grondslag/grondslag => ../
