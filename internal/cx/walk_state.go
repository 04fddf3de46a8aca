package cx

import "slices"

// WalkState is where an assignment stands: one walk that one walker is to do.
type WalkState string

const (
	WalkPlanned   WalkState = "planned"   // it has a day and a walker
	WalkInvited   WalkState = "invited"   // the walker has the link
	WalkConsented WalkState = "consented" // they have read what it is and agreed
	WalkStarted   WalkState = "started"   // under way
	WalkSubmitted WalkState = "submitted" // waits for a reviewer
	WalkInReview  WalkState = "in_review" // a reviewer has it
	WalkReturned  WalkState = "returned"  // the walker is asked for something
	WalkApproved  WalkState = "approved"  // it counts
	WalkRejected  WalkState = "rejected"  // it does not count
	WalkAppealed  WalkState = "appealed"  // somebody disagrees with what was decided
	WalkDecided   WalkState = "decided"   // the appeal is over: the last word

	WalkCancelled      WalkState = "cancelled"      // by the company
	WalkExpired        WalkState = "expired"        // nobody did it in time
	WalkStopped        WalkState = "stopped"        // by the walker, who needs no reason
	WalkInfrastructure WalkState = "infrastructure" // our robot failed: it says nothing about the company
)

// WalkEvent is what moves an assignment from one state to another.
type WalkEvent string

const (
	WalkInvite     WalkEvent = "invite"
	WalkConsent    WalkEvent = "consent"
	WalkBegin      WalkEvent = "begin"
	WalkSubmit     WalkEvent = "submit"
	WalkTake       WalkEvent = "take"     // a reviewer takes it
	WalkPutBack    WalkEvent = "put_back" // the reviewer lets go of it
	WalkReturn     WalkEvent = "return"
	WalkApprove    WalkEvent = "approve"
	WalkReject     WalkEvent = "reject"
	WalkAppeal     WalkEvent = "appeal"
	WalkDecide     WalkEvent = "decide"
	WalkCancel     WalkEvent = "cancel"
	WalkExpire     WalkEvent = "expire"
	WalkStop       WalkEvent = "stop"
	WalkGiveBack   WalkEvent = "give_back" // a robot lets go of it, or its lease ran out: it is done again
	WalkBreak      WalkEvent = "break"     // robots failed too often
	WalkReschedule WalkEvent = "reschedule"

	// WalkMake is how an assignment comes to be; it leads to WalkPlanned from nowhere.
	WalkMake WalkEvent = "make"
)

// walkMoves is the whole life of an assignment.
var walkMoves = map[WalkState]map[WalkEvent]WalkState{
	WalkPlanned: {
		WalkInvite: WalkInvited, WalkConsent: WalkConsented, WalkBegin: WalkStarted, WalkCancel: WalkCancelled,
		WalkExpire: WalkExpired, WalkReschedule: WalkPlanned, WalkBreak: WalkInfrastructure, WalkStop: WalkStopped,
	},
	WalkInvited: {
		WalkInvite: WalkInvited, WalkConsent: WalkConsented, WalkCancel: WalkCancelled, WalkExpire: WalkExpired,
		WalkStop: WalkStopped, WalkReschedule: WalkInvited,
	},
	WalkConsented: {
		WalkBegin: WalkStarted, WalkCancel: WalkCancelled, WalkExpire: WalkExpired, WalkStop: WalkStopped,
		WalkReschedule: WalkConsented,
	},
	WalkStarted: {
		WalkSubmit: WalkSubmitted, WalkCancel: WalkCancelled, WalkExpire: WalkExpired, WalkStop: WalkStopped,
		WalkGiveBack: WalkPlanned, WalkBreak: WalkInfrastructure,
	},
	WalkSubmitted: {
		WalkTake: WalkInReview, WalkApprove: WalkApproved, WalkCancel: WalkCancelled, WalkStop: WalkStopped,
	},
	WalkInReview: {
		WalkPutBack: WalkSubmitted, WalkReturn: WalkReturned, WalkApprove: WalkApproved, WalkReject: WalkRejected,
		WalkCancel: WalkCancelled, WalkStop: WalkStopped,
	},
	WalkReturned: {
		WalkBegin: WalkStarted, WalkSubmit: WalkSubmitted, WalkAppeal: WalkAppealed, WalkCancel: WalkCancelled,
		WalkExpire: WalkExpired, WalkStop: WalkStopped,
	},
	WalkApproved: {WalkAppeal: WalkAppealed, WalkStop: WalkStopped},
	WalkRejected: {WalkAppeal: WalkAppealed, WalkStop: WalkStopped},
	WalkAppealed: {WalkDecide: WalkDecided, WalkStop: WalkStopped},
	WalkDecided:  {WalkStop: WalkStopped},
}

// WalkStates lists all states, in the order of a walk's life.
func WalkStates() []WalkState {
	return []WalkState{
		WalkPlanned, WalkInvited, WalkConsented, WalkStarted, WalkSubmitted, WalkInReview, WalkReturned, WalkApproved,
		WalkRejected, WalkAppealed, WalkDecided, WalkCancelled, WalkExpired, WalkStopped, WalkInfrastructure,
	}
}

// WalkEvents lists all events.
func WalkEvents() []WalkEvent {
	return []WalkEvent{
		WalkInvite, WalkConsent, WalkBegin, WalkSubmit, WalkTake, WalkPutBack, WalkReturn, WalkApprove, WalkReject,
		WalkAppeal, WalkDecide, WalkCancel, WalkExpire, WalkStop, WalkGiveBack, WalkBreak, WalkReschedule,
	}
}

// After is the state that an event leads to; a Conflict where it may not happen.
func (s WalkState) After(e WalkEvent) (WalkState, error) {
	to, ok := walkMoves[s][e]
	if !ok {
		return s, Errorf(Conflict, "a walk that is %s cannot %s", s.Words(), e.Words())
	}
	return to, nil
}

// May lists what may happen in a state.
func (s WalkState) May() []WalkEvent {
	var out []WalkEvent
	for _, e := range WalkEvents() {
		if _, ok := walkMoves[s][e]; ok {
			out = append(out, e)
		}
	}
	return out
}

// Final reports whether nothing happens any more by itself; the walker may still
// take back what they gave.
func (s WalkState) Final() bool {
	return !slices.ContainsFunc(s.May(), func(e WalkEvent) bool { return e != WalkStop })
}

// Over reports whether the walker's part is over, so that their link may end.
func (s WalkState) Over() bool {
	switch s {
	case WalkPlanned, WalkInvited, WalkConsented, WalkStarted, WalkReturned, WalkSubmitted, WalkInReview:
		return false
	}
	return true
}

// Counts reports whether a walk in this state may be in a figure. A decided one
// counts if the decision says so.
func (s WalkState) Counts() bool { return s == WalkApproved || s == WalkAppealed || s == WalkDecided }

// Words is the state as a person reads it.
func (s WalkState) Words() string {
	switch s {
	case WalkInReview:
		return "in review"
	case WalkConsented:
		return "accepted by the walker"
	case WalkInfrastructure:
		return "broken by our robot"
	}
	return string(s)
}

// Words is the event as a person reads it after "cannot".
func (e WalkEvent) Words() string {
	switch e {
	case WalkInvite:
		return "be sent to a walker"
	case WalkConsent:
		return "be accepted by a walker"
	case WalkBegin:
		return "be started"
	case WalkSubmit:
		return "be handed in"
	case WalkTake:
		return "be taken for review"
	case WalkPutBack:
		return "be put back among those that wait for review"
	case WalkReturn:
		return "be returned"
	case WalkApprove:
		return "be approved"
	case WalkReject:
		return "be rejected"
	case WalkAppeal:
		return "be appealed against"
	case WalkDecide:
		return "be decided on appeal"
	case WalkCancel:
		return "be cancelled"
	case WalkExpire:
		return "expire"
	case WalkStop:
		return "be stopped"
	case WalkGiveBack:
		return "be given back"
	case WalkBreak:
		return "break"
	case WalkReschedule:
		return "be moved to another day"
	}
	return string(e)
}
