package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"

	"github.com/firsthand-cx/firsthand/internal/walk/robot/recorder"
)

//go:embed script/element.js
var elementScript string

//go:embed script/vitals/web-vitals-6.2.3.iife.js
var vitalsLibrary string

//go:embed script/vitals.js
var vitalsScript string

var errGone = errors.New("the page is gone")

// exception is an error inside the page: of our scripts, or of a recording's expression.
type exception struct{ text string }

func (e *exception) Error() string { return e.text }

func thrown(d *runtime.ExceptionDetails) error {
	text := d.Text
	if d.Exception != nil && d.Exception.Description != "" {
		text, _, _ = strings.Cut(d.Exception.Description, "\n")
	}
	return &exception{text}
}

// world is our isolated world in a frame, made where the document has none yet.
func (t *tab) world(ctx context.Context, id cdp.FrameID) (runtime.ExecutionContextID, error) {
	if f, ok := t.state(id); !ok {
		return 0, errGone
	} else if f.world != 0 {
		return f.world, nil
	}
	made, err := call(ctx, t, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: id, WorldName: worldName})
	if err != nil {
		return 0, err
	}
	_, err = t.evaluate(ctx, made.ExecutionContextID, elementScript, false)
	return made.ExecutionContextID, err
}

func ptr[T any](v T) *T { return &v }

// evaluate runs an expression in a world; a promise is awaited.
func (t *tab) evaluate(ctx context.Context, world runtime.ExecutionContextID, expression string, value bool) (*runtime.RemoteObject, error) {
	r, err := call(ctx, t, runtime.Evaluate, runtime.EvaluateParams{
		Expression: expression, ContextID: world, ReturnByValue: &value, AwaitPromise: ptr(true), Silent: ptr(true),
	})
	if err != nil {
		return nil, err
	}
	if r.ExceptionDetails != nil {
		return nil, thrown(r.ExceptionDetails)
	}
	return r.Result, nil
}

// group holds what a step takes hold of inside pages, so that it is let go of at once.
func group(step int) string { return fmt.Sprintf("firsthand-%d", step) }

func (t *tab) group() string {
	t.session.mu.Lock()
	defer t.session.mu.Unlock()
	return group(t.session.step)
}

// function calls a function in a world. Arguments are handles (objects of that
// world) or plain values; out, if any, takes the result, else a handle is returned.
func (t *tab) function(ctx context.Context, world runtime.ExecutionContextID, declaration string, out any, arguments ...any) (runtime.RemoteObjectID, error) {
	params := runtime.CallFunctionOnParams{
		ExecutionContextID: world, ObjectGroup: t.group(), ReturnByValue: ptr(out != nil), AwaitPromise: ptr(true), Silent: ptr(true),
	}
	// Plain values travel as lists of one: an empty text or null by itself would be left out on the way.
	names, values := make([]string, len(arguments)), make([]string, len(arguments))
	for i, a := range arguments {
		names[i] = fmt.Sprintf("a%d", i)
		values[i] = names[i]
		if handle, ok := a.(runtime.RemoteObjectID); ok {
			params.Arguments = append(params.Arguments, &runtime.CallArgument{ObjectID: handle})
			continue
		}
		values[i] += "[0]"
		raw, err := json.Marshal([]any{a})
		if err != nil {
			return "", err
		}
		params.Arguments = append(params.Arguments, &runtime.CallArgument{Value: raw})
	}
	params.FunctionDeclaration = fmt.Sprintf("(%s) => (%s)(%s)", strings.Join(names, ", "), declaration, strings.Join(values, ", "))
	r, err := call(ctx, t, runtime.CallFunctionOn, params)
	if err != nil {
		return "", err
	}
	if r.ExceptionDetails != nil {
		return "", thrown(r.ExceptionDetails)
	}
	if out != nil {
		if len(r.Result.Value) == 0 {
			return "", nil
		}
		return "", json.Unmarshal(r.Result.Value, out)
	}
	return r.Result.ObjectID, nil
}

// query is a handle of the list of elements that one selector leads to in a frame.
func (t *tab) query(ctx context.Context, id cdp.FrameID, selector recorder.Selector) (runtime.RemoteObjectID, error) {
	world, err := t.world(ctx, id)
	if err != nil {
		return "", err
	}
	var roots runtime.RemoteObjectID
	for i := 0; i < len(selector); i++ {
		kind, sought := recorder.SplitSelector(selector[i])
		if kind == recorder.ARIA {
			roots, err = t.byName(ctx, world, roots, sought)
		} else {
			// The parts up to the next accessible name go in one round trip.
			var parts [][2]string
			for ; i < len(selector); i++ {
				kind, sought := recorder.SplitSelector(selector[i])
				if kind == recorder.ARIA {
					break
				}
				parts = append(parts, [2]string{string(kind), sought})
			}
			i--
			const find = `(parts, roots) => parts.reduce((r, [kind, sought]) => firsthand.below(r, kind, sought), roots ?? [document])`
			arguments := []any{parts}
			if roots != "" {
				arguments = append(arguments, roots)
			}
			roots, err = t.function(ctx, world, find, nil, arguments...)
		}
		if err != nil {
			var e *exception
			if errors.As(err, &e) && strings.Contains(e.text, "SyntaxError") {
				return "", &mistake{fmt.Sprintf("%q is no selector that a browser understands", selector)}
			}
			return "", err
		}
	}
	return roots, nil
}

// byName finds elements by their accessible name, and role where it is given, as
// a screen reader would name them.
func (t *tab) byName(ctx context.Context, world runtime.ExecutionContextID, roots runtime.RemoteObjectID, sought string) (runtime.RemoteObjectID, error) {
	root, err := t.document(ctx, world)
	if err != nil {
		return "", err
	}
	name, role := splitName(sought)
	tree, err := call(ctx, t, accessibility.QueryAXTree, accessibility.QueryAXTreeParams{ObjectID: root, AccessibleName: name, Role: role})
	if err != nil {
		return "", err
	}
	elements := []any{handleOrNull(roots)}
	for _, node := range tree.Nodes {
		if node.Role != nil {
			if role := strings.Trim(string(node.Role.Value), `"`); role == "StaticText" || role == "InlineTextBox" {
				continue
			}
		}
		if node.BackendDOMNodeID == 0 {
			continue
		}
		resolved, err := call(ctx, t, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: node.BackendDOMNodeID, ExecutionContextID: world, ObjectGroup: t.group()})
		if err != nil {
			continue // gone since
		}
		elements = append(elements, resolved.Object.ObjectID)
	}
	const list = `(roots, ...nodes) => firsthand.inside(roots, nodes)`
	return t.function(ctx, world, list, nil, elements...)
}

// document is a handle of a frame's document, which lives as long as the document does.
func (t *tab) document(ctx context.Context, world runtime.ExecutionContextID) (runtime.RemoteObjectID, error) {
	t.mu.Lock()
	known, ok := t.roots[world]
	t.mu.Unlock()
	if ok {
		return known, nil
	}
	made, err := t.evaluate(ctx, world, "document", false)
	if err != nil {
		return "", err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.roots) > maxWorlds {
		clear(t.roots)
	}
	t.roots[world] = made.ObjectID
	return made.ObjectID, nil
}

// maxWorlds bounds what is remembered of documents that are gone.
const maxWorlds = 100

func handleOrNull(h runtime.RemoteObjectID) any {
	if h == "" {
		return nil
	}
	return h
}

// splitName tells an accessible name from [role="…"] behind it.
func splitName(sought string) (name, role string) {
	name = sought
	if i := strings.LastIndex(sought, "[role="); i >= 0 && strings.HasSuffix(sought, "]") {
		name, role = sought[:i], strings.Trim(sought[i+len("[role="):len(sought)-1], `"'`)
	}
	return strings.Join(strings.Fields(name), " "), role
}
