package simulate

import (
	"math"
	"math/rand/v2"
	"strconv"
)

const qualtricsLayout = "2006-01-02 15:04:05"

// qualtricsHeader is the three header rows of a Qualtrics export with this
// company's questions and embedded fields.
const qualtricsHeader = `StartDate,EndDate,Status,IPAddress,Progress,Duration (in seconds),Finished,RecordedDate,ResponseId,RecipientLastName,RecipientFirstName,RecipientEmail,ExternalReference,LocationLatitude,LocationLongitude,DistributionChannel,UserLanguage,Q1_NPS_GROUP,Q1,Q2,Q3,journey_step,region,plan,age_group
Start Date,End Date,Response Type,IP Address,Progress,Duration (in seconds),Finished,Recorded Date,Response ID,Recipient Last Name,Recipient First Name,Recipient Email,External Data Reference,Location Latitude,Location Longitude,Distribution Channel,User Language,"How likely are you to recommend ` + Company + ` to a friend or colleague? - Group","How likely are you to recommend ` + Company + ` to a friend or colleague?",` + Company + ` made it easy for me to handle my issue. (1 = strongly disagree; 7 = strongly agree),What is the main reason for your score?,journey_step,region,plan,age_group
"{""ImportId"":""startDate"",""timeZone"":""` + SurveyZone + `""}","{""ImportId"":""endDate"",""timeZone"":""` + SurveyZone + `""}","{""ImportId"":""status""}","{""ImportId"":""ipAddress""}","{""ImportId"":""progress""}","{""ImportId"":""duration""}","{""ImportId"":""finished""}","{""ImportId"":""recordedDate"",""timeZone"":""` + SurveyZone + `""}","{""ImportId"":""_recordId""}","{""ImportId"":""recipientLastName""}","{""ImportId"":""recipientFirstName""}","{""ImportId"":""recipientEmail""}","{""ImportId"":""externalDataReference""}","{""ImportId"":""locationLatitude""}","{""ImportId"":""locationLongitude""}","{""ImportId"":""distributionChannel""}","{""ImportId"":""userLanguage""}","{""ImportId"":""QID1_NPS_GROUP""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2""}","{""ImportId"":""QID3_TEXT""}","{""ImportId"":""journey_step""}","{""ImportId"":""region""}","{""ImportId"":""plan""}","{""ImportId"":""age_group""}"`

// invite asks somebody about a step at t. Most don't answer, unhappy ones and
// those about to leave even less. The effects move the recommendation (0–10) and
// the ease (1–7) that they answer.
func (g *generator) invite(r *rand.Rand, step string, t int64, scoreEffect, easeEffect float64, about topic) {
	r = g.streams.branch(forAnswers, r)
	p := &g.person
	d := g.cal.dayOf(t)
	if !g.cal.within(t) || d >= p.to() {
		return
	}
	g.out.expo.invited[g.cal.month(d)]++
	rate := .33 * math.Exp(.15*max(-2, min(2, p.mood)))
	if step == StepActivation {
		rate *= 1.6 // asked in the app, at once
	}
	if p.leaves < days && p.leaves-d < 60 {
		rate *= .4
	}
	if !chance(r, rate) {
		return
	}
	nps := within(8.4+1.2*p.mood+scoreEffect+1.1*r.NormFloat64(), 0, 10)
	ease := within(5.7+.5*p.mood+easeEffect+.8*r.NormFloat64(), 1, 7)
	g.answer(r, "IP Address", step, t+int64(r.ExpFloat64()*day), nps, ease, about)
}

func within(x float64, low, high int) int {
	return min(max(int(math.Round(x)), low), high)
}

// answer writes one response.
func (g *generator) answer(r *rand.Rand, status, step string, t int64, nps, ease int, about topic) {
	if !g.cal.within(t) {
		return
	}
	p := &g.person
	took := int64(15 + lognormal(r, 70, .8))
	comment := ""
	if chance(r, .55) {
		comment = commentText(r, step, toneOf(nps), about)
	}
	anonymous := chance(r, .08)
	finished := !chance(r, .04)
	g.answers++
	c := g.out.open(surveys)
	c.time(t, g.cal.survey, qualtricsLayout)
	c.time(t+took, g.cal.survey, qualtricsLayout)
	c.text(status)
	c.text("203.0.113." + strconv.Itoa(r.IntN(255)))
	if finished {
		c.int(100)
	} else {
		c.int(50)
	}
	c.int(took)
	c.text(map[bool]string{true: "True", false: "False"}[finished])
	c.time(t+took+1, g.cal.survey, qualtricsLayout)
	c.text("R_" + responseID(uint64(p.index), uint64(g.answers), r.Uint64()))
	if anonymous {
		c.texts("", "", "", "", "", "", "anonymous", "EN")
	} else {
		external := p.number
		if chance(r, .3) {
			external = ""
		}
		c.texts(p.last, p.first, p.email, external, "", "", "email", "EN")
	}
	c.text(map[tone]string{bad: "Detractor", fair: "Passive", good: "Promoter"}[toneOf(nps)])
	c.int(int64(nps))
	if finished && step != StepRelationship {
		c.int(int64(ease))
	} else {
		c.text("")
	}
	if finished {
		c.text(comment)
	} else {
		c.text("")
	}
	c.texts(step, p.region, p.plan, p.age)
	g.out.close(surveys, c)
}

// responseID looks like Qualtrics' 15 letters and digits and never repeats: the
// person and a count stand in it.
func responseID(person, n, noise uint64) string {
	const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	unique := scatter(person*1024+n%1024, 1<<40)
	var id [15]byte
	for i := range id {
		from := &unique
		if i%2 == 1 {
			from = &noise
		}
		id[i] = letters[*from%62]
		*from /= 62
	}
	return string(id[:])
}

// previews are the answers that the survey's author gave while trying it out.
func (g *generator) previews() {
	g.streams.customer = uint64(g.customers)
	r := g.streams.of(forStaff, 0)
	g.person = person{
		index: g.customers, first: "Survey", last: "Author", email: "surveys@larkwell.example",
		city: "Albany", plan: planUnlimited, region: regionNortheast, age: ageAdult, leaves: days,
	}
	for i := range 5 {
		g.answer(r, "Survey Preview", surveyedSteps[i], g.cal.at(1+i, 10*hour), 10, 7, topic{person: &g.person})
	}
}
