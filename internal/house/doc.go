// Package house guards how this module is built. It has no code, only tests:
//
//   - imports_test.go: which package may link which; only witness.go of a room
//     speaks the gate's language.
//   - requirements_test.go: what go.mod may ask of our users.
//   - state_test.go: no init functions, mutable package variables, goroutines or
//     clock in library code.
//   - layout_test.go: what lies in the root folder, names and lengths of files.
//   - snippet_test.go: Go code in Markdown compiles.
//
// Each guard is a function from a description to findings, and has a test that
// feeds it a bad sample: a guard that can't fail guards nothing.
//
// # Go code in Markdown
//
// Every fenced block with the info string "go", in every Markdown file, is
// compiled as a user of the module would, outside of it.
//
//   - A block with a package clause is a program or file of its own.
//   - The other blocks of a file are fragments, compiled together: declarations
//     at package level, statements in one function in which each block sees what
//     earlier blocks declared, and may declare it anew. The function has a ctx
//     (context.Context) and a now (time.Time) and returns an error.
//   - Fragments need no imports: packages of this module and common ones of the
//     standard library are found by name. A fragment may begin with imports of
//     other packages.
//
// Code that is not meant to compile has another info string, such as "text".
package house
