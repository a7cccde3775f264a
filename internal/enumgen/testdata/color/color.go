// Package color is what the generator's tests generate methods for.
package color

// Color is an enum.
type Color string

const (
	Red   Color = "red"
	Green Color = "green"
)

// Size is a second one; its constants are declared in two groups and out of order of their texts.
type Size string

const Large Size = "l"

const (
	Small, Medium Size = "s", "m"
	other         int  = 1
	untyped            = "untyped"
)

var _, _ = other, untyped
