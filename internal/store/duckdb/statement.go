package duckdb

import _ "embed"

//go:embed statement/drop_repeated.sql
var dropRepeated string

//go:embed statement/meet.sql
var meet string

//go:embed statement/undo_heirs.sql
var undoHeirs string

//go:embed statement/undo_winners.sql
var undoWinners string

//go:embed statement/build_sequence.sql
var buildSequence string
