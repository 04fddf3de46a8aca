package cli

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

type walkQueueCommand struct{ Format }

func (w *walkQueueCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var all []walk.Assignment
		if err := c.get(ctx, "/walk-reviews", nil, &all); err != nil {
			return err
		}
		return w.writeList(std.out, walkList(all), all)
	})
}

type walkTakeCommand struct {
	ID int64 `arg:"" help:"The walk's number."`
}

func (w *walkTakeCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return judge(ctx, config, std, w.ID, "take", nil)
}

type walkReturnCommand struct {
	ID    int64  `arg:"" help:"The walk's number."`
	Words string `arg:"" help:"What is missing."`
}

func (w *walkReturnCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return judge(ctx, config, std, w.ID, "return", map[string]string{"words": w.Words})
}

type walkRejectCommand struct {
	ID    int64  `arg:"" help:"The walk's number."`
	Words string `arg:"" help:"Why it does not count."`
}

func (w *walkRejectCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return judge(ctx, config, std, w.ID, "reject", map[string]string{"words": w.Words})
}

type walkApproveCommand struct {
	ID      int64    `arg:"" help:"The walk's number."`
	Praise  string   `help:"What was good." required:""`
	Failure string   `help:"What was not." required:""`
	Mark    []string `help:"A criterion that you see otherwise than the walker: name=yes, no or not_seen." placeholder:"NAME=MARK"`
	Words   string   `help:"To the walker."`
}

func (w *walkApproveCommand) Run(ctx context.Context, config app.Config, std streams) error {
	body := api.ReviewBody{Praise: w.Praise, Failure: w.Failure, Words: w.Words, Marks: map[string]cx.Mark{}}
	for _, one := range w.Mark {
		name, mark, ok := strings.Cut(one, "=")
		if !ok {
			return cx.Errorf(cx.Invalid, "%q marks nothing", one).WithRemedy("Write it like name-said=yes.")
		}
		body.Marks[name] = cx.Mark(mark)
	}
	return judge(ctx, config, std, w.ID, "approve", body)
}

// judge changes where a walk stands, and says where it stands now.
func judge(ctx context.Context, config app.Config, std streams, id int64, what string, body any) error {
	return with(ctx, config, func(c *client) error {
		var a walk.Assignment
		if err := c.send(ctx, http.MethodPost, fmt.Sprintf("/walks/%d/%s", id, what), body, &a); err != nil {
			return err
		}
		_, err := fmt.Fprintf(std.out, "Walk %d is %s.\n", a.ID, a.State.Words())
		return err
	})
}
