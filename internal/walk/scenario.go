package walk

import (
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// ScenarioFile is one version of a scenario as it was written.
type ScenarioFile struct {
	ID      string    `json:"id"`
	Version int32     `json:"version"`
	YAML    string    `json:"yaml"`
	SavedBy string    `json:"saved_by"`
	Saved   time.Time `json:"saved"`
}

// byLibrary marks a file that came with the program.
const byLibrary = "library"

// Listed is a scenario as a list shows it.
type Listed struct {
	cx.Scenario
	FromLibrary bool     `json:"from_library"` // as it came with the program
	Missing     []string `json:"missing"`      // variables that the company has to fill in
	Places      []Touch  `json:"places"`       // where its steps lie in the company's journeys
}
