// Package guard keeps robots from doing harm: which addresses they may dial, a
// forward proxy that holds a browser to that, which sites are the company's own,
// and how it shows that they are (Ownership).
//
// It knows nothing of browsers or recordings. Start reading at Policy.
package guard
