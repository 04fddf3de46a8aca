package api

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
)

// Customers finds people, shows all about one, and changes who is one; the
// identity room does.
type Customers interface {
	Search(ctx context.Context, text string, limit int) ([]cx.CustomerID, error)
	Customer(ctx context.Context, id cx.CustomerID) (identity.Customer, error)
	Timeline(ctx context.Context, id cx.CustomerID, after identity.Cursor, limit int) ([]identity.Line, error)
	Merge(ctx context.Context, a, b cx.CustomerID, by, reason string) (cx.CustomerID, error)
	Unmerge(ctx context.Context, profiles []cx.ProfileID, by, reason string) ([]cx.CustomerID, error)
	Export(ctx context.Context, id cx.CustomerID, to io.Writer) error
	Erase(ctx context.Context, id cx.CustomerID) (identity.Erased, error)
}

// CustomerPage is one customer: keys, links with their reasons, timeline.
type CustomerPage struct {
	identity.Customer
	Timeline []identity.Line `json:"timeline"` // oldest first
	More     bool            `json:"more"`
}

type searchInput struct {
	Search string `query:"search" required:"true" minLength:"1" doc:"(Part of) an e-mail address, phone number or id"`
}

type customerInput struct {
	ID    int64 `path:"id" minimum:"1"`
	Limit int   `query:"limit" minimum:"1" maximum:"5000" default:"200" doc:"Interactions at most"`
}

type mergeBody struct {
	A      cx.CustomerID `json:"a" minimum:"1"`
	B      cx.CustomerID `json:"b" minimum:"1"`
	Reason string        `json:"reason" minLength:"1"`
}

type unmergeBody struct {
	Profiles []cx.ProfileID `json:"profiles" minItems:"1"`
	Reason   string         `json:"reason" minLength:"1"`
}

type customersBody struct {
	Customers []cx.CustomerID `json:"customers"`
}

const mostFound = 50

func (a *resources) customers() {
	room := a.rooms.Customers
	huma.Register(a.api, a.operation(http.MethodGet, "/customers", "find-customers", "Find customers", Customer),
		func(ctx context.Context, in *searchInput) (*body[[]identity.Customer], error) {
			ids, err := room.Search(ctx, in.Search, mostFound)
			found := make([]identity.Customer, 0, len(ids))
			for _, id := range ids {
				var c identity.Customer
				if c, err = room.Customer(ctx, id); err != nil {
					break
				}
				found = append(found, c)
			}
			return reply(found, err).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodGet, "/customers/{id}", "get-customer", "One customer: keys, links, timeline", Customer),
		func(ctx context.Context, in *customerInput) (*body[CustomerPage], error) {
			id := cx.CustomerID(in.ID)
			c, err := room.Customer(ctx, id)
			if err != nil {
				return nil, a.fail(ctx, err)
			}
			lines, err := room.Timeline(ctx, id, identity.Cursor{}, in.Limit+1)
			page := CustomerPage{Customer: c, Timeline: lines[:min(len(lines), in.Limit)], More: len(lines) > in.Limit}
			return reply(page, err).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodGet, "/customers/{id}/export", "export-customer", "Everything that is kept about a customer", Erase),
		func(ctx context.Context, in *customerInput) (*huma.StreamResponse, error) {
			if _, err := room.Customer(ctx, cx.CustomerID(in.ID)); err != nil {
				return nil, a.fail(ctx, err)
			}
			read, write := io.Pipe()
			go func() { _ = write.CloseWithError(room.Export(ctx, cx.CustomerID(in.ID), write)) }()
			return stream("application/json", read), nil
		})
	huma.Register(a.api, a.operation(http.MethodDelete, "/customers/{id}", "erase-customer", "Erase a customer for good", Erase),
		func(ctx context.Context, in *customerInput) (*body[identity.Erased], error) {
			return reply(room.Erase(ctx, cx.CustomerID(in.ID))).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/customers/merge", "merge-customers", "Say that two customers are one person", Link),
		func(ctx context.Context, in *body[mergeBody]) (*body[customersBody], error) {
			id, err := room.Merge(ctx, in.Body.A, in.Body.B, who(ctx).By(), in.Body.Reason)
			return reply(customersBody{[]cx.CustomerID{id}}, err).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/customers/unmerge", "unmerge-customer", "Say that profiles are somebody else", Link),
		func(ctx context.Context, in *body[unmergeBody]) (*body[customersBody], error) {
			ids, err := room.Unmerge(ctx, in.Body.Profiles, who(ctx).By(), in.Body.Reason)
			return reply(customersBody{ids}, err).to(ctx, a)
		})
}
