// Package ingest turns a company's exports into interactions: a mapping file says
// what each column means, the importer reads, maps, checks and hands batches to the
// stores, all or nothing. It holds the doors that stores, identity and journey
// must fit (ports.go), rejects, previews, suggestions, uploads and the queue of
// runs. Reading file formats is in rows, exports of known products in source.
//
// Start reading at mapping.go (what a mapping can say), then importer.go.
package ingest
