package normalize

// CallingCode returns the calling code of a region whose numbering plan is known
// here, such as "31" for "NL": BE, DE, FR, GB (also UK), LU and NL.
func CallingCode(region string) (code string, ok bool) {
	switch region {
	case "NL":
		return "31", true
	case "BE":
		return "32", true
	case "FR":
		return "33", true
	case "GB", "UK":
		return "44", true
	case "DE":
		return "49", true
	case "LU":
		return "352", true
	}
	return "", false
}
