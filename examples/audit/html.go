package main

import (
	_ "embed"
	"html/template"
	"io"
)

//go:embed report.html.tmpl
var reportTemplate string

func writeHTML(w io.Writer, s *summary, lang string) error {
	t, err := template.New("report").Parse(reportTemplate)
	if err != nil {
		return err
	}
	return t.Execute(w, map[string]any{"S": s, "Lang": lang})
}
