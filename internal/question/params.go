package question

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// splits are the values of By; "dimension:<name>" is the open-ended one.
var splits = []string{"", "step", "channel", "reason", "touchpoint", "persona", "month", "week", "weekday", "hour", "owner"}

// ParseParams reads parameters as links, forms, the API and the command line
// write them: from, to (dates in the company's zone, or RFC 3339; half-open),
// journey, step, persona, channel, dimension (name=value), by, within (a
// duration like 24h or 30d), days, metric, min. Unknown names are an error, so that a
// misspelt filter is never silently ignored.
func ParseParams(v url.Values, zone *time.Location) (Params, error) {
	var p Params
	for name, values := range v {
		value := ""
		if len(values) > 0 {
			value = strings.TrimSpace(values[len(values)-1])
		}
		if err := p.set(name, value, zone); err != nil {
			return Params{}, err
		}
	}
	if !p.Period.From.IsZero() && !p.Period.To.IsZero() && !p.Period.From.Before(p.Period.To) {
		return Params{}, cx.Errorf(cx.Invalid, "the period ends (%s) before it begins (%s)",
			p.Period.To.In(zone).Format(time.DateOnly), p.Period.From.In(zone).Format(time.DateOnly)).
			WithRemedy("Choose a later end; the end itself is not part of the period.")
	}
	return p, nil
}

func (p *Params) set(name, value string, zone *time.Location) error {
	if value == "" {
		return nil
	}
	var err error
	switch name {
	case "from":
		p.Period.From, err = parseInstant(name, value, zone)
	case "to":
		p.Period.To, err = parseInstant(name, value, zone)
	case "as_of":
		p.AsOf, err = parseInstant(name, value, zone)
	case "journey":
		p.Journey = value
	case "step":
		p.Step = value
	case "persona":
		p.Persona = value
	case "channel":
		p.Channel = value
	case "dimension":
		dimension, of, found := strings.Cut(value, "=")
		if !found {
			return cx.Errorf(cx.Invalid, "dimension %q has no value", value).WithRemedy("Write it as name=value, for example region=north.")
		}
		p.Dimension, p.Value = strings.TrimSpace(dimension), strings.TrimSpace(of)
	case "by":
		if !slices.Contains(splits, value) && !strings.HasPrefix(value, "dimension:") {
			return cx.Errorf(cx.Invalid, "an answer cannot be split by %q", value).
				WithRemedy("Use one of: %s, or dimension:<name>.", strings.Join(splits[1:], ", "))
		}
		p.By = value
	case "within":
		p.Within, err = parseWindow(value)
		if err != nil || p.Within <= 0 {
			return cx.Errorf(cx.Invalid, "%q is not a length of time", value).WithRemedy("Write it like 24h, 90m or 30d.")
		}
	case "days":
		p.Days, err = strconv.Atoi(value)
		if err != nil || p.Days < 1 || p.Days > 3660 {
			return cx.Errorf(cx.Invalid, "%q is not a number of days", value).WithRemedy("Write a whole number, such as 7 or 30.")
		}
	case "metric":
		p.Metric = cx.Metric(value)
		if !slices.Contains([]cx.Metric{cx.NPS, cx.CSAT, cx.CES}, p.Metric) {
			return cx.Errorf(cx.Invalid, "%q is not a metric", value).WithRemedy("Use nps, csat or ces.")
		}
	case "min":
		p.MinRows, err = strconv.ParseInt(value, 10, 64)
		if err != nil || p.MinRows < 1 {
			return cx.Errorf(cx.Invalid, "%q is not a smallest sample", value).WithRemedy("Write a whole number above 0.")
		}
	default:
		return cx.Errorf(cx.Invalid, "there is no parameter %q", name).
			WithRemedy("Use from, to, as_of, journey, step, persona, channel, dimension, by, within, days, metric or min.")
	}
	return err
}

// Values writes parameters as ParseParams reads them; empty ones are left out.
func (p Params) Values(zone *time.Location) url.Values {
	v := url.Values{}
	put := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	put("from", formatInstant(p.Period.From, zone))
	put("to", formatInstant(p.Period.To, zone))
	put("as_of", formatInstant(p.AsOf, zone))
	put("journey", p.Journey)
	put("step", p.Step)
	put("persona", p.Persona)
	put("channel", p.Channel)
	if p.Dimension != "" {
		put("dimension", p.Dimension+"="+p.Value)
	}
	put("by", p.By)
	if p.Within > 0 {
		put("within", p.Within.String())
	}
	if p.Days > 0 {
		put("days", strconv.Itoa(p.Days))
	}
	put("metric", string(p.Metric))
	if p.MinRows > 0 {
		put("min", strconv.FormatInt(p.MinRows, 10))
	}
	return v
}

// parseWindow reads 24h and 90m, and days of 24 hours: 30d.
func parseWindow(value string) (time.Duration, error) {
	if number, found := strings.CutSuffix(value, "d"); found {
		days, err := strconv.ParseInt(number, 10, 16)
		return time.Duration(days) * 24 * time.Hour, err
	}
	return time.ParseDuration(value)
}

func parseInstant(name, value string, zone *time.Location) (time.Time, error) {
	if t, err := time.ParseInLocation(time.DateOnly, value, zone); err == nil {
		return t.UTC(), nil
	}
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return time.Time{}, cx.Errorf(cx.Invalid, "%s: %q is not a date", name, value).WithRemedy("Write it like 2026-03-31.")
	}
	return t.UTC(), nil
}

func formatInstant(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	local := t.In(zone)
	if h, m, s := local.Clock(); h == 0 && m == 0 && s == 0 && local.Nanosecond() == 0 {
		return local.Format(time.DateOnly)
	}
	return t.UTC().Format(time.RFC3339Nano)
}
