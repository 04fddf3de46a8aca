package duckdb

import _ "embed"

// What is said to the engine beside the named fetches, one statement per file.

//go:embed statement/drop_repeated.sql
var dropRepeated string

//go:embed statement/meet.sql
var meet string

//go:embed statement/undo_heirs.sql
var undoHeirs string

//go:embed statement/undone_counts.sql
var undoneCounts string

//go:embed statement/winners.sql
var winners string

//go:embed statement/build_sequence.sql
var buildSequence string

//go:embed statement/own_threads.sql
var ownThreads string

//go:embed statement/signature_use.sql
var signatureUse string

//go:embed statement/signature_position.sql
var signaturePosition string

//go:embed statement/timeline.sql
var timeline string

//go:embed statement/entries.sql
var entries string

//go:embed statement/source_counts.sql
var sourceCounts string

//go:embed statement/code_use.sql
var codeUse string

//go:embed statement/erase_affected.sql
var eraseAffected string

//go:embed statement/erase_asserted.sql
var eraseAsserted string
