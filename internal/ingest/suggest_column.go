package ingest

import (
	"slices"
	"strings"
	"unicode"

	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

// column is what a column's name and first values look like.
type column struct {
	index int
	name  string
	words []string // of the name, in small letters

	rows      int
	filled    int
	different int
	commonest string
	values    []string // the different ones, at most 200

	order         string // of its dates
	ambiguousDate bool
	hasClock      bool // dates with a time of day
	clock         bool // times of day alone
	number        bool
	rating        bool    // nearly all are whole numbers from 0 to 10
	worst, best   float64 // of these
	amount        bool    // numbers with a currency sign
	sign          string  // its code
	currency      bool
	email         bool
	phone         bool
	prose         bool   // several words, rarely the same
	blank         string // a word for "nothing" among numbers or dates, such as NA
}

// blankWords stand for an empty cell where the other cells are numbers or dates.
var blankWords = []string{"NA", "N/A", "n/a", "NULL", "null", "None", "NaN", "nan", "-", "--"}

func lookAt(index int, name string, sample []rows.Row) column {
	c := column{index: index, name: name, words: nameWords(name), rows: len(sample), number: true, clock: true}
	counts := map[string]int{}
	var values []string
	emails, phones, long, currencies, amounts, ratings := 0, 0, 0, 0, 0, 0
	for _, row := range sample {
		if index >= len(row.Cells) {
			continue
		}
		v := strings.TrimSpace(row.Cells[index])
		if v == "" {
			continue
		}
		if slices.Contains(blankWords, v) {
			c.blank = v
			continue
		}
		values = append(values, v)
		if counts[v]++; counts[v] > counts[c.commonest] {
			c.commonest = v
		}
		if counts[v] == 1 && len(c.values) < 200 {
			c.values = append(c.values, v)
		}
		n, isNumber := anyDecimal(v)
		c.number = c.number && isNumber
		if isNumber && n >= 0 && n <= 10 && n == float64(int(n)) {
			if ratings++; ratings == 1 {
				c.worst = n
			}
			c.worst, c.best = min(c.worst, n), max(c.best, n)
		}
		var w wallTime
		if rest, ok := parseClock(v, &w); !ok || rest != "" || !strings.Contains(v, ":") {
			c.clock = false
		}
		if _, ok := NormalEmail(v); ok && strings.Contains(v, "@") {
			emails++
		}
		if phoneLike(v) {
			phones++
		}
		if strings.Count(v, " ") >= 3 {
			long++
		}
		if _, _, ok := decimalsOf(v); ok && len(v) == 3 && strings.ToUpper(v) == v {
			currencies++
		}
		if sign := currencySign(v); sign != "" {
			c.sign = sign
			amounts++
		}
	}
	c.filled, c.different = len(values), len(counts)
	if c.filled == 0 {
		c.number, c.clock = false, false
		return c
	}
	most := func(n int) bool { return n*10 >= c.filled*8 }
	c.email, c.currency, c.amount = most(emails), most(currencies), most(amounts)
	others := c.filled - ratings
	c.rating = 4*others <= ratings && others <= max(1, c.filled/20)
	c.phone = most(phones) && (c.namedAny(phoneWords) || !c.number)
	c.prose = long*3 >= c.filled && c.different*2 >= c.filled
	if !c.clock && !c.email && !c.prose {
		c.dates(values)
	}
	if c.phone = c.phone && c.order == "" && !c.ambiguousDate; !c.number && !c.rating && c.order == "" {
		c.blank = "" // among words it may be one of them
	}
	return c
}

// anyDecimal reads a number with either decimal sign.
func anyDecimal(v string) (float64, bool) {
	if n, ok := parseDecimal(v, '.'); ok {
		return n, true
	}
	return parseDecimal(v, ',')
}

// dates looks for dates. Plain numbers are dates only where the name says so.
func (c *column) dates(values []string) {
	order, why := sniffOrder(values)
	if c.number && !c.namedAny(startWords) && !c.namedAny(endWords) && !c.namedAny(versionWords) && !c.namedAny(birthWords) {
		return
	}
	if order == "" {
		c.ambiguousDate = strings.Contains(why, "is one day in the order")
	}
	c.order = order
	read := order
	if c.ambiguousDate {
		read = dmy
	}
	for _, v := range values {
		if w, reason := parseWall(v, read); reason == "" && w.hasClock {
			c.hasClock = true
			return
		}
	}
}

func (c column) unique() bool { return c.filled == c.rows && c.different == c.filled }

// unit is the unit of a duration, from its name.
func (c column) unit() string {
	switch {
	case c.named("ms"), c.named("millis"), c.named("milliseconds"):
		return "ms"
	case c.named("min"), c.named("mins"), c.named("minutes"), c.named("minuten"):
		return "min"
	case c.named("hours"), c.named("h"), c.named("stunden"):
		return "h"
	}
	return "s"
}

// named reports whether the name has a word; one of several words must appear in
// this order, side by side.
//
// "agent" does not name a browser's user agent.
func (c column) named(word string) bool {
	parts := strings.Fields(word)
	if word == "agent" || word == "user" {
		for i := 0; i+1 < len(c.words); i++ {
			if c.words[i] == "user" && c.words[i+1] == "agent" {
				return false
			}
		}
	}
	for i := 0; i+len(parts) <= len(c.words); i++ {
		all := true
		for j, p := range parts {
			all = all && c.words[i+j] == p
		}
		if all {
			return true
		}
	}
	return false
}

func (c column) namedAny(list []string) bool {
	for _, word := range list {
		if c.named(word) {
			return true
		}
	}
	return false
}

// nameWords cuts "CustomerID", "customer_id" and "Customer-Id" into words.
func nameWords(name string) []string {
	var b strings.Builder
	var last rune
	for i, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			r = ' '
		case i > 0 && unicode.IsUpper(r) && unicode.IsLower(last):
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
		last = r
	}
	return strings.Fields(b.String())
}

func phoneLike(v string) bool {
	digits, others := 0, 0
	for _, r := range strings.TrimPrefix(v, "'") {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case strings.ContainsRune("+-() ./", r):
		default:
			others++
		}
	}
	return others == 0 && digits >= 8 && digits <= 15 && !strings.Contains(v, ":")
}

func currencySign(v string) string {
	for sign, code := range map[string]string{"€": "EUR", "£": "GBP", "$": "USD", "¥": "JPY", "₹": "INR"} {
		if strings.HasPrefix(v, sign) || strings.HasSuffix(v, sign) {
			return code
		}
	}
	return ""
}

// Words by which columns are known: English, German, French, Spanish, Italian,
// Dutch and Portuguese. Earlier ones are preferred.
var (
	startWords = []string{
		"created at", "created", "start date", "start", "started at", "started", "opened at", "opened", "order date",
		"timestamp", "ts", "datetime", "date time", "event time", "submitted at", "response date", "date", "time",
		"erstellt", "erstellt am", "beginn", "datum", "zeitpunkt", "créé", "créé le", "fecha", "fecha creación", "inicio",
		"data", "inizio", "aangemaakt", "início",
	}
	clockWords      = []string{"time", "start time", "hour", "uhrzeit", "zeit", "heure", "hora", "ora", "tijd", "entry"}
	endWords        = []string{"end", "end date", "ended at", "closed at", "closed", "resolved at", "solved at", "completed at", "exit", "ende", "geschlossen", "fin", "fine", "einde", "fim"}
	versionWords    = []string{"updated at", "updated", "modified", "last modified", "last update", "geändert", "modifié", "actualizado", "aggiornato"}
	firstHumanWords = []string{"first reply at", "first response at", "first reply", "answered at", "first answer", "erste antwort", "première réponse", "primera respuesta"}
	durationWords   = []string{"duration", "handle time", "talk time", "call length", "seconds", "dauer", "durée", "duración", "durata", "duur", "duração"}
	idWords         = []string{
		"id", "uuid", "guid", "message id", "ticket", "ticket id", "ticket number", "case number", "order id", "order number", "call id", "response id",
		"number", "nr", "nummer", "numéro", "número", "numero", "key", "reference",
	}
	threadWords   = []string{"case id", "case", "ticket id", "ticket", "session id", "session", "conversation id", "thread", "order id", "vorgang", "fall", "dossier", "caso"}
	customerWords = []string{"customer id", "customer number", "customer no", "client id", "user id", "visitor id", "id visitor", "account id", "account number", "member id", "contact id", "kundennummer", "kunden id", "kunden nr", "id cliente", "cliente id", "klantnummer", "numéro client", "distinct id"}
	// These count only where they are the whole name.
	customerNames   = []string{"customer", "client", "user", "visitor", "account", "member", "kunde", "cliente", "klant", "utilisateur", "usuario", "utente"}
	phoneWords      = []string{"phone", "mobile", "tel", "telephone", "telefon", "handy", "téléphone", "teléfono", "telefono", "telefoon", "telefone", "msisdn", "caller"}
	npsWords        = []string{"nps", "nps score", "recommend", "likelihood", "weiterempfehlung", "recommandation", "recomendación"}
	effortWords     = []string{"ces", "effort", "ease", "aufwand", "facilité", "esfuerzo"}
	ratingWords     = []string{"csat", "satisfaction", "rating", "score", "stars", "zufriedenheit", "bewertung", "note", "satisfacción", "valoración", "soddisfazione", "voto", "tevredenheid"}
	amountWords     = []string{"total", "amount", "revenue", "price", "value", "betrag", "summe", "umsatz", "preis", "montant", "prix", "importe", "precio", "importo", "prezzo", "bedrag", "valor"}
	currencyWords   = []string{"currency", "währung", "devise", "moneda", "valuta", "moeda"}
	quantityWords   = []string{"quantity", "qty", "units", "menge", "anzahl", "quantité", "cantidad", "quantità", "aantal", "quantidade"}
	textWords       = []string{"comment", "comments", "feedback", "verbatim", "text", "message", "description", "subject", "complaint", "review", "kommentar", "beschreibung", "betreff", "commentaire", "comentario", "commento", "opmerking", "comentário"}
	channelWords    = []string{"channel", "via", "received via", "source", "medium", "origin", "kanal", "canal", "canale", "kanaal"}
	touchpointWords = []string{"activity", "event", "event name", "page", "step", "stage", "touchpoint", "action", "sub type", "aktivität", "ereignis", "schritt", "étape", "etapa", "attività"}
	reasonWords     = []string{"reason", "category", "topic", "issue", "type", "subject category", "grund", "kategorie", "thema", "art", "motif", "raison", "motivo", "categoría", "categoria", "tipo", "reden"}
	outcomeWords    = []string{"outcome", "status", "result", "disposition", "resolution", "state", "ergebnis", "résultat", "statut", "resultado", "estado", "esito", "stato", "resultaat"}
	employeeWords   = []string{"agent", "assignee", "server", "employee", "resource", "rep", "operator", "owner", "handled by", "mitarbeiter", "bearbeiter", "conseiller", "agente", "operatore", "medewerker"}
	languageWords   = []string{"language", "locale", "lang", "sprache", "langue", "idioma", "lingua", "taal", "língua"}
	openWords       = []string{"open", "new", "pending", "hold", "on-hold", "in progress", "waiting", "offen", "neu", "in bearbeitung", "ouvert", "en cours", "abierto", "pendiente", "aperto"}
)
