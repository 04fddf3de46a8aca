package simulate

import (
	"embed"
	"path"
)

// files are the journey and the mappings, as they are written beside the exports.
//
//go:embed files
var files embed.FS

// declared are the embedded files' names.
var declared = []string{JourneyFile, CallsMappingFile, CancellationsMappingFile, MessagesMappingFile}

// declaration is one of them.
func declaration(name string) ([]byte, error) { return files.ReadFile(path.Join("files", name)) }
