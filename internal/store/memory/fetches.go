package memory

// fetches are the twins of the .sql files of the same names. The list is explicit;
// a test fails where a file or a twin is missing.
var fetches = map[string]fetchFunc{
	"coverage":        coverage,
	"exposure":        exposure,
	"last_identified": lastIdentified,
	"newest_texts":    newestTexts,
	"respondents":     respondents,
	"scores":          scores,
	"traffic":         traffic,
	"volume":          volume,
}
