package walk

import "github.com/firsthand-cx/firsthand/internal/cx"

// StepFact is what goes to the facts of each step of a walk that counts.
type StepFact = cx.WalkStep
