package cli

type walkCommand struct {
	Recording walkRecordingCommand `cmd:"" help:"Hand in what was recorded in Chrome; list and show recordings."`
	Site      walkSiteCommand      `cmd:"" help:"Show that a site is yours, so that robots may walk on it."`
}
