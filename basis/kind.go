package basis

// Kind is the kind of a purpose, as far as the rules tell purposes apart.
type Kind string

const (
	// ContractPerformance is what a contract with the person needs: deliver, invoice, lease.
	ContractPerformance Kind = "contract"
	// ServiceMessage is a message about the contract itself (delivery, recall, invoice): no marketing.
	ServiceMessage Kind = "service"
	// DirectMarketing is any message or selection that promotes, also a newsletter with a commercial aim (CJEU C-654/23).
	DirectMarketing Kind = "marketing"
	// LegalDuty is what a law orders the controller to do: keep the books, report.
	LegalDuty Kind = "legal_duty"
	// Security is the protection of systems and people: access logs, fraud checks.
	Security Kind = "security"
	// Analysis is statistics and measurement.
	Analysis Kind = "analysis"
	// OtherKind is any other purpose.
	OtherKind Kind = "other"
)
