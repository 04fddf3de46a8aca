// Package recorder reads recordings of Chrome DevTools' Recorder: the JSON that
// anyone makes in their own Chrome and exports. It holds the flow and its steps,
// every mistake with its step, line and remedy, variables (`${name}`) with
// secrets that are never shown, and the names of our own assertions.
//
// The format is the one of @puppeteer/replay 3.1.3; a recording is taken as it
// is, and ours stay valid there, because what we add are customSteps, which the
// reference passes over. It runs nothing: package browser does.
//
// Start reading at Parse.
package recorder
