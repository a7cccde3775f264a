package anonymize

// coarsen makes the treatments of the methods that take information away.
func (r Rule) coarsen(form Form, set *Setting) (*treatment, error) {
	switch r.Method {
	case MethodMask:
		return r.maskTreatment(form)
	case MethodIP:
		return r.ipTreatment()
	case MethodPostcode:
		return r.postcodeTreatment()
	case MethodDate:
		return r.dateTreatment()
	case MethodAge:
		return r.ageTreatment(set)
	case MethodBound:
		return r.boundTreatment()
	case MethodRound:
		return r.roundTreatment()
	case MethodBucket:
		return r.bucketTreatment()
	case MethodHierarchy:
		return r.hierarchyTreatment(set)
	case MethodNoise:
		return r.noiseTreatment(set)
	}
	return nil, Unsupported // swap and microaggregate treat many records at once
}
