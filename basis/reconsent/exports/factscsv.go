package exports

// bindFacts reads the generic facts CSV: a column per fact, see [FactColumns], any of
// which may be missing. Its rows are judged as they stand: they state refusals per
// row, and take none from other rows.
func bindFacts(b *binder) {
	for _, c := range factColumns() {
		b.on(func(r *row, text []byte) error { return c.set(&r.facts, text, r.file.reading) }, key(c.name))
	}
}
