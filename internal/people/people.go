// Package people is who may come in, and what each may do: accounts with their
// roles, passwords, second factors and sessions, invitations, and the tokens of
// programs. It knows no page and no SQL, and holds no rule of customer experience.
//
// Start reading at capability.go for who may do what.
package people
