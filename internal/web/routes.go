package web

// allPages is a zero value of every page, tried at start.
func allPages() []page {
	return []page{&todayPage{}, &journeyMapPage{}, &storybookPage{}}
}
