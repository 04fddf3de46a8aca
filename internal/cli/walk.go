package cli

type walkCommand struct {
	List    walkListCommand    `cmd:"" default:"1" help:"List walks and where they stand."`
	Show    walkShowCommand    `cmd:"" help:"Show one walk: what they did, thought and felt."`
	Library walkLibraryCommand `cmd:"" help:"List what can be walked, and what each scenario still lacks."`
	Print   walkPrintCommand   `cmd:"" help:"Print a scenario's file."`
	Save    walkSaveCommand    `cmd:"" help:"Check a scenario's file and make it current."`
	Values  walkValuesCommand  `cmd:"" help:"List or set what stands for the words of scenarios."`
	Assign  walkAssignCommand  `cmd:"" help:"Ask a walker, or a robot, to walk."`
	Invite  walkInviteCommand  `cmd:"" help:"Invite a friend by a link."`
	Walkers walkWalkersCommand `cmd:"" help:"List walkers; name one."`

	Queue   walkQueueCommand   `cmd:"" help:"List what waits for a reviewer."`
	Take    walkTakeCommand    `cmd:"" help:"Take a walk for review."`
	Approve walkApproveCommand `cmd:"" help:"Make a walk count, with your marks."`
	Return  walkReturnCommand  `cmd:"" help:"Ask the walker for what is missing."`
	Reject  walkRejectCommand  `cmd:"" help:"Say that a walk does not count, and why."`

	Plan     walkPlanCommand     `cmd:"" help:"List plans; make or change one from a file; pause one."`
	Calendar walkCalendarCommand `cmd:"" help:"List walks by their time, or write them as iCalendar."`
	Release  walkReleaseCommand  `cmd:"" help:"Announce a release: plans walk after it."`

	Recording walkRecordingCommand `cmd:"" help:"Hand in what was recorded in Chrome; list and show recordings."`
	Site      walkSiteCommand      `cmd:"" help:"Show that a site is yours, so that robots may walk on it."`
}
