package source

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

// Whoever says in a survey what they are called is known by it, and not quoted with it.
func TestNamesGivenInASurveySayWhoAnswered(t *testing.T) {
	s, _ := Find("typeform")
	header := []string{"#", "First name", "Last name", "Your name?", "What is your dog's name?", "Email", "Start Date (UTC)", "Submit Date (UTC)"}
	row := rows.Row{Cells: []string{"a1", "Ana Maria de", "Silva e Souza dos Reis", "Ana", "Rex of the old hill farm", "ana@example.com", "2026-03-02 14:15:22", "2026-03-02 14:16:40"}}
	m, err := s.Mapping(Sample{Header: header, Rows: []rows.Row{row}})
	if err != nil {
		t.Fatal(err)
	}
	for field, want := range map[string]string{"first_name": "First name", "last_name": "Last name", "name": "Your name?"} {
		if got := m.Person.Fields[field]; len(got) != 1 || got[0].Column != want {
			t.Errorf("%s is read from %v, not %q", field, got, want)
		}
	}
	if len(m.Texts) != 1 || m.Texts[0].Column != "What is your dog's name?" {
		t.Errorf("texts %+v", m.Texts)
	}
}

// What asks for an e-mail or a phone, in whatever words, and is answered with one, says
// who answered.
func TestWhateverAsksForAnAddressSaysWhoAnswered(t *testing.T) {
	mails := []string{"ada@example.com", "ben@example.org", "", "none", "cy@example.net", "di@example.com", "eve@example.com"}
	phones := []string{"+49 351 901820", "0351/901821", "", "(0351) 901-822", "'+4935190182"}
	for words, tt := range map[string]struct {
		answers []string
		want    cx.KeyKind
	}{
		"What is your email address?":     {mails, cx.KeyEmail},
		"Please enter your email":         {mails, cx.KeyEmail},
		"Wie lautet Ihre E-Mail-Adresse?": {mails, cx.KeyEmail},
		"Emailadresse":                    {mails, cx.KeyEmail},
		"customer_email":                  {mails, cx.KeyEmail},
		"Email":                           {nil, cx.KeyEmail}, // of which nothing has come yet
		"Your email?":                     {mails, cx.KeyEmail},
		"May we write to you? If so leave your mail.":    {mails, cx.KeyEmail},
		"How useful are our emails?":                     {[]string{"1", "5", "3"}, ""},
		"What is your friend's email address?":           {mails, ""},
		"Who served you?":                                {mails, ""},
		"What is your email address, if you have one?":   {[]string{"none", "no", "ada@example.com"}, ""},
		"What is your phone number?":                     {phones, cx.KeyPhone},
		"Unter welcher Telefonnummer erreichen wir Sie?": {phones, cx.KeyPhone},
		"Mobile": {phones, cx.KeyPhone},
		"How satisfied are you with our service on the phone": {[]string{"5", "4"}, ""},
		"When did you phone us?":                              {[]string{"2026-03-02", "02.03.2026"}, ""},
	} {
		t.Run(words, func(t *testing.T) {
			var m ingest.Mapping
			var values []string
			for _, v := range tt.answers {
				if v != "" {
					values = append(values, v)
				}
			}
			was := addIdentity(&m, "Q7", words, values)
			if was != (tt.want != "") || was && (len(m.Customer) != 1 || m.Customer[0].Kind != tt.want || m.Customer[0].Column != "Q7") {
				t.Errorf("customer %+v", m.Customer)
			}
		})
	}
}

func TestEverySurveyToolReadsTheAddressThatIsAskedFor(t *testing.T) {
	for name, file := range map[string]string{
		"typeform":     "#,How likely are you to recommend us?,What is your email address?,Response Type,Start Date (UTC),Stage Date (UTC),Submit Date (UTC),Network ID,Tags,Ending\na1,9,ada@example.com,completed,2026-03-02 14:15:22,,2026-03-02 14:16:40,x,,\n",
		"surveymonkey": "Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,First Name,Last Name,Custom Data 1,How likely is it that you would recommend us?,What is your email address?\n,,,,,,,,,Response,Open-Ended Response\n118,43,03/02/2026 02:15:22 PM,03/02/2026 02:18:01 PM,192.0.2.1,,,,,9,ada@example.com\n",
		"contact data": "Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,First Name,Last Name,Custom Data 1,How likely is it that you would recommend us?,How can we reach you?,\n,,,,,,,,,Response,City,Email Address\n118,43,03/02/2026 02:15:22 PM,03/02/2026 02:18:01 PM,192.0.2.1,,,,,9,Ulm,ada@example.com\n",
		"formbricks":   "No.,Response ID,Timestamp,Finished,Survey ID,Formbricks ID (internal),User ID,Tags,1. How likely are you to recommend us?,2. Please enter your email\n1,cm7,2026-03-02 14:15:22,Yes,cm6,,,,9,ada@example.com\n",
		"limesurvey":   "Response ID,Date submitted,Last page,Start language,Seed,Date started,Date last action,Werden Sie uns weiterempfehlen?,Wie lautet Ihre E-Mail-Adresse?\n1,2026-03-02 14:18:01,3,de,83,2026-03-02 14:15:22,2026-03-02 14:18:01,9,ada@example.com\n",
		"qualtrics":    "StartDate,EndDate,Status,Progress,Finished,RecordedDate,ResponseId,RecipientLastName,RecipientFirstName,RecipientEmail,ExternalReference,DistributionChannel,UserLanguage,Q1,Q2\nStart,End,Type,Progress,Finished,Recorded,ID,Last,First,Mail,Ref,Channel,Language,How likely are you to recommend us?,What is your email address?\n\"{\"\"ImportId\"\": \"\"startDate\"\"}\",{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n2026-03-08 02:30:00,2026-03-08 02:36:10,IP Address,100,True,2026-03-08 02:36:11,R_1,,,,,anonymous,EN,9,ada@example.com\n",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "answers.csv")
			if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
				t.Fatal(err)
			}
			sample, candidates, err := Look(path, rows.Limits{})
			if err != nil || len(candidates) == 0 {
				t.Fatal(candidates, err)
			}
			m, err := candidates[0].Source.Mapping(sample)
			if err != nil {
				t.Fatal(err)
			}
			preview, err := ingest.PreviewFile(path, m, 9, ingest.Defaults{Zone: time.UTC}, rows.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			last := preview.Rows[len(preview.Rows)-1]
			if len(last.Interactions) != 1 || len(last.Interactions[0].Keys) != 1 || last.Interactions[0].Keys[0].Value != "ada@example.com" {
				t.Errorf("%+v", last)
			}
			if len(preview.Warnings) != 0 {
				t.Errorf("warnings %q", preview.Warnings)
			}
		})
	}
}
