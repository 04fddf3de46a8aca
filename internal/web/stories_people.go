package web

import (
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
)

func peopleStories() []story {
	frame := Frame{Title: "People", Section: "Account", Who: cx.Account{ID: 1, Role: cx.RoleOwner}}
	tabs := func(at string) []tab { return accountTabs(&frame, at) }
	owners := []tick{{"Call centre", false}, {"Payments", false}, {"Web shop", true}}
	many := &peoplePage{Frame: frame, Tabs: tabs("people"), Roles: roleChoices(cx.RoleAnalyst), Owners: owners, People: []personRow{
		{Name: "Jana Nováková", Email: "jana@lumen.example", Href: "/people/1", Role: "Owner", LastIn: "just now", SecondStep: true},
		{Name: "Maximiliane Oberhuber-Schreckenfuchs", Email: "maximiliane.oberhuber-schreckenfuchs@kundenservice.lumen.example", Href: "/people/2", Role: "Step owner", LastIn: "3 hours ago"},
		{Name: "Petr Svoboda", Email: "petr@lumen.example", Href: "/people/3", Role: "Walker", State: accountChip("invited"), LastIn: "never"},
		{Name: "Sam Osei", Email: "sam@lumen.example", Href: "/people/4", Role: "Front line", State: accountChip("disabled"), LastIn: "41 days ago"},
	}}
	invited, refused := *many, *many
	invited.Link = &handedLink{"Petr Svoboda", "https://cx.lumen.example/invitation/4XK7Q2MLW3HZ6TPRVB5NYAJDFE", "seven days"}
	refused.Notice = &Notice{Kind: "bad", Text: "Jana@lumen.example has an account already.", Detail: "Change their role, or reset their password."}
	refused.Name, refused.Email = "Jana", "jana@lumen.example"
	one := &personPage{
		Frame: frame, Tabs: tabs("people"), Href: "/people/2", Name: "Maximiliane Oberhuber", Email: "maximiliane@lumen.example", Role: "Step owner", LastIn: "16 Nov 2026, 06:12", Second: "off",
		Roles: roleChoices(cx.RoleStepOwner), Owners: owners,
		History: []eventRow{{What: "Signed in", When: "16 Nov 2026, 06:12", By: "maximiliane@lumen.example"}, {What: "Is now step owner for Web shop", When: "12 Nov 2026, 14:00", By: "jana@lumen.example"}, {What: "Invited as analyst", When: "11 Nov 2026, 09:30", By: "owner"}},
	}
	gone, fresh, self := *one, *one, *one
	gone.State, gone.Disabled = accountChip("disabled"), true
	fresh.State, fresh.Invited, fresh.LastIn, fresh.Link = accountChip("invited"), true, "never", invited.Link
	self.Self = true
	mine := &accountPage{
		Frame: frame, Tabs: tabs("account"), Name: "Jana Nováková", Email: "jana@lumen.example", Role: "Owner", For: roleMay[cx.RoleOwner], Password: true, SecondStep: true,
		Sessions: []sessionRow{{"1", "Firefox on Linux", "just now, from 192.0.2.7", true}, {"2", "Safari on iPhone", "3 days ago, from 203.0.113.80", false}},
	}
	walker := &accountPage{Frame: Frame{Title: "My account", Section: "Account", Who: cx.Account{ID: 3, Role: cx.RoleWalker}}, Name: "Petr Svoboda", Email: "petr@lumen.example", Role: "Walker", For: roleMay[cx.RoleWalker], Sessions: mine.Sessions[:1]}
	walker.Tabs = accountTabs(&walker.Frame, "account")
	wrong := *mine
	wrong.Notice = &Notice{Kind: "bad", Text: "Your present password is another one.", Detail: "Type it once more."}
	secret := "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	code, err := qrCode(people.Enrolment(secret, cx.Account{Email: "jana@lumen.example"}), "QR code for your authenticator app")
	if err != nil {
		panic(err) // a fixed secret: the tests would see it
	}
	tokens := []tokenRow{
		{Name: "robot in the office", Role: "Robot worker", Made: "12 Nov 2026, jana@lumen.example", Used: "2 hours ago", Ends: "10 Feb 2027", Revoke: "/tokens/2/revoke"},
		{Name: "figures for the wall", Role: "Reader", Made: "1 Nov 2026, owner", Used: "never", Ends: "1 Dec 2026", Over: "Revoked"},
	}
	return []story{
		{Name: "people/many", Page: many},
		{Name: "people/invited", Page: &invited},
		{Name: "people/refused", Page: &refused, Status: 409},
		{Name: "people/none", Page: &peoplePage{Frame: frame, Tabs: tabs("people"), Roles: roleChoices(cx.RoleOwner)}},
		{Name: "person/active", Page: one},
		{Name: "person/invited", Page: &fresh},
		{Name: "person/disabled", Page: &gone},
		{Name: "person/self", Page: &self},
		{Name: "account/owner", Page: mine},
		{Name: "account/walker", Page: walker},
		{Name: "account/wrong", Page: &wrong, Status: 422},
		{Name: "account/machine", Page: &accountPage{Frame: frame, Tabs: tabs("account"), Machine: true}},
		{Name: "second-step/set-up", Page: &secondStepPage{Frame: frame, QR: code, Secret: grouped(secret), Password: true}},
		{Name: "second-step/recovery", Page: &recoveryPage{Frame: frame, Codes: []string{"K4QZ7M-2WXRTB-LN6YPA-J3HDVE", "3TPRVB-5NYAJD-FEXK7Q-2MLWHZ", "Q2MLW3-HZ6TPR-VB5NYA-JDFEXK", "6TPRVB-NYAJDF-EXK7Q2-MLW3HZ"}}},
		{Name: "tokens/many", Page: &tokensPage{Frame: frame, Tabs: tabs("tokens"), Roles: tokenRoles(cx.RoleWorker), Tokens: tokens}},
		{Name: "tokens/made", Page: &tokensPage{Frame: frame, Tabs: tabs("tokens"), Roles: tokenRoles(cx.RoleWorker), Tokens: tokens[:1], Secret: "firsthand_4XK7Q2MLW3HZ6TPRVB5NYAJDFE"}},
		{Name: "tokens/none", Page: &tokensPage{Frame: frame, Tabs: tabs("tokens"), Roles: tokenRoles(cx.RoleWorker)}},
	}
}

func signInStories() []story {
	company := Frame{Title: "Sign in", Company: "Lumen Telecom"}
	refused := &signInPage{Frame: company, Email: "jana@lumen.example"}
	refused.Notice = &Notice{Kind: "bad", Text: "The e-mail address and the password do not fit.", Detail: "Try again. If you have forgotten it, ask an owner to reset it."}
	late := &codePage{Frame: Frame{Title: "Second step"}}
	late.Notice = &Notice{Kind: "bad", Text: "This code is not right, or has been used.", Detail: "Wait for the next one; see that the clock of your device is right."}
	return []story{
		{Name: "sign-in/password", Page: &signInPage{Frame: company}},
		{Name: "sign-in/company", Page: &signInPage{Frame: company, CompanySignIn: true}},
		{Name: "sign-in/refused", Page: refused, Status: 403},
		{Name: "sign-in/code", Page: &codePage{Frame: Frame{Title: "Second step"}}},
		{Name: "sign-in/code-refused", Page: late, Status: 403},
		{Name: "sign-in/link", Page: &linkPage{Frame: company, Action: "/sign-in/x"}},
		{Name: "sign-in/invitation", Page: &welcomePage{Frame: Frame{Title: "Welcome", Company: "Lumen Telecom"}, Action: "/invitation/x", Name: "Petr Svoboda", Email: "petr@lumen.example", Role: "Walker", CompanySignIn: true}},
		{Name: "sign-in/reset", Page: &welcomePage{Frame: Frame{Title: "New password"}, Action: "/invitation/x", Name: "Petr Svoboda", Email: "petr@lumen.example", Role: "Walker", Again: true}},
	}
}
