package cli

import (
	"fmt"

	"github.com/firsthand-cx/firsthand/internal/app"
)

type versionCommand struct{ Format }

func (v *versionCommand) Run(std streams) error {
	if v.JSON || v.CSV {
		return v.writeList(std.out, list{head: []string{"version"}, rows: [][]string{{app.Version()}}}, map[string]string{"version": app.Version()})
	}
	_, err := fmt.Fprintln(std.out, "firsthand", app.Version())
	return err
}
