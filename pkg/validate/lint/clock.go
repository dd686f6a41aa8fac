package lint

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // the dates must not depend on the machine
)

// clockChange: of the hour that a change of the clock leaves out no run comes, and of
// the one that it repeats two.
func clockChange(o *object) []found {
	if o.cron == nil || o.now.IsZero() || o.cron.TimeZone == nil || o.schedule.bits == nil || o.schedule.bits.Hour&allHours == allHours {
		return nil
	}
	zone, err := time.LoadLocation(*o.cron.TimeZone)
	if err != nil {
		return nil
	}
	var dates []string
	at := o.now.In(zone)
	// Zones change at most a few times a year.
	for range 8 {
		_, change := at.ZoneBounds()
		if change.IsZero() || len(dates) == 2 {
			break
		}
		if what := o.schedule.around(change); what != "" {
			dates = append(dates, what)
		}
		at = change
	}
	return one(len(dates) > 0, found{
		at:      "spec.schedule",
		message: *o.cron.TimeZone + " changes its clock at this hour: " + strings.Join(dates, ", "),
		hint:    "write an hour that no change touches, such as 4, or timeZone: Etc/UTC",
	})
}

// around says what becomes of the runs at a change of the clock, "" if nothing does.
func (s schedule) around(change time.Time) string {
	_, before := change.Add(-time.Second).Zone()
	_, after := change.Zone()
	// The hours on the wall that are left out or repeated, as if they were of UTC.
	from, to, what := before, after, "no run"
	if after < before {
		from, to, what = after, before, "two runs"
	}
	start := change.UTC().Add(time.Duration(from) * time.Second)
	next := s.times.Next(start.Add(-time.Second))
	if from == to || next.IsZero() || !next.Before(change.UTC().Add(time.Duration(to)*time.Second)) {
		return ""
	}
	return fmt.Sprintf("%s at %s", what, next.Format("2006-01-02 15:04"))
}
