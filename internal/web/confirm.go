package web

// confirmPage asks before something that cannot, or not easily, be taken back.
type confirmPage struct {
	Frame
	Heading string
	Text    []string
	Action  string
	Button  string
	Cancel  string
	Word    string // to be typed; "" = the button is enough
}

func (*confirmPage) view() string { return "confirm" }
