// Package schema holds JSON documents against a JSON Schema, and says where they fail.
package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Check returns what is wrong with the document, a line for each place: its path,
// "/classes/0/id", and the reason. A key that an object has twice is wrong too.
func Check(schema, document []byte) error {
	resource, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return err
	}
	const name = "schema.json"
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name, resource); err != nil {
		return err
	}
	s, err := c.Compile(name)
	if err != nil {
		return err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		return err
	}
	var lines []string
	if invalid, ok := errors.AsType[*jsonschema.ValidationError](s.Validate(doc)); ok {
		leaves(invalid, &lines)
	}
	d := json.NewDecoder(bytes.NewReader(document))
	if err := repeated(d, "", &lines); err != nil {
		return err
	}
	if len(lines) == 0 {
		return nil
	}
	slices.Sort(lines)
	return errors.New(strings.Join(slices.Compact(lines), "\n"))
}

// leaves collects the innermost causes, each with its path.
func leaves(e *jsonschema.ValidationError, lines *[]string) {
	if len(e.Causes) == 0 {
		where := "/" + strings.Join(e.InstanceLocation, "/")
		*lines = append(*lines, where+": "+e.ErrorKind.LocalizedString(message.NewPrinter(language.English)))
	}
	for _, c := range e.Causes {
		leaves(c, lines)
	}
}

// repeated collects the keys that an object of the next value has twice; decoders
// would take the last and say nothing.
func repeated(d *json.Decoder, path string, lines *[]string) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	open, ok := token.(json.Delim)
	if !ok {
		return nil
	}
	seen := map[string]bool{}
	for i := 0; d.More(); i++ {
		at := path + "/" + strconv.Itoa(i)
		if open == '{' {
			token, err := d.Token()
			if err != nil {
				return err
			}
			key := fmt.Sprint(token)
			if at = path + "/" + key; seen[key] {
				*lines = append(*lines, at+": the key is there twice")
			}
			seen[key] = true
		}
		if err := repeated(d, at, lines); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}
