package policy

import (
	"embed"
	"slices"
	"strings"
	"sync"
)

//go:embed calendars
var calendarFiles embed.FS

// CalendarCodes lists the codes of the calendars that the program brings, sorted.
func CalendarCodes() []string { return slices.Clone(theCalendarCodes()) }

var theCalendarCodes = sync.OnceValue(func() []string {
	files, err := calendarFiles.ReadDir("calendars")
	if err != nil {
		panic(err) // they are part of the program
	}
	var codes []string
	for _, f := range files {
		if code, ok := strings.CutSuffix(f.Name(), ".yaml"); ok {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	return codes
})
