// Package browser walks recordings in a real Chromium and writes down what a
// customer would have met: how long each step took, what it looked like, what went
// wrong and whose doing it was, how fast, accessible and phone-friendly each page is.
//
// One Browser is kept and every walk has a fresh browser context in it: no cookie,
// cache or permission of the walk before. Selectors are tried in order, and a
// later one that had to help is reported; a click happens only where a person's
// would reach the element. Requests go through a guarded proxy.
//
// It judges one walk; package robot judges several. All of the DevTools protocol
// is in here, its commands sent by name, so that a new library costs this package
// only. The scripts that run inside pages are in script/: element.js and mobile.js
// are ours; web-vitals (Apache-2.0) and axe-core (MPL-2.0) lie beside their licences.
//
// Start reading at Browser.Walk, then session.go, step.go.
package browser
