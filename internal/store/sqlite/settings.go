package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

const zoneSetting = "zone"

// Setting reads a setting; "" when it was never made.
func (s *Store) Setting(ctx context.Context, name string) (string, error) {
	var value string
	err := s.read.QueryRowContext(ctx, "SELECT value FROM setting WHERE name = ?", name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, wrap(err, "read setting "+name)
}

// SetSetting stores a setting; "" removes it.
func (s *Store) SetSetting(ctx context.Context, name, value string) error {
	return s.change(ctx, "store setting "+name, func(tx *sql.Tx) error {
		if value == "" {
			_, err := tx.ExecContext(ctx, "DELETE FROM setting WHERE name = ?", name)
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO setting VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", name, value)
		return err
	})
}

// Zone is the company's zone: for days, weeks and business hours. UTC until set.
func (s *Store) Zone() *time.Location {
	s.zone.RLock()
	defer s.zone.RUnlock()
	if s.zone.at == nil {
		return time.UTC
	}
	return s.zone.at
}

// SetZone stores the company's zone by its IANA name ("Europe/Berlin").
func (s *Store) SetZone(ctx context.Context, name string) error {
	at, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return cx.Errorf(cx.Invalid, "%q is not a time zone", name).WithRemedy("Use an IANA name such as Europe/Berlin or UTC.")
	}
	if err := s.SetSetting(ctx, zoneSetting, at.String()); err != nil {
		return err
	}
	s.zone.Lock()
	defer s.zone.Unlock()
	s.zone.at = at
	return nil
}

func (s *Store) loadZone(ctx context.Context) error {
	name, err := s.Setting(ctx, zoneSetting)
	if err != nil || name == "" {
		return err
	}
	at, err := time.LoadLocation(name)
	if err != nil {
		return cx.Errorf(cx.Invalid, "the company's zone %q is not known on this machine: %w", name, err).
			WithRemedy("Install the zone data (tzdata).")
	}
	s.zone.at = at
	return nil
}
