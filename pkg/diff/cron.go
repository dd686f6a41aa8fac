package diff

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// missed says what the CronJob controller does about runs that were missed when a
// CronJob changes, as pkg/controller/cronjob does it; "" where the change has nothing to
// do with that, or its schedules cannot be compared.
//
// A change of the schedule or the time zone wakes nothing: the controller looks at the
// CronJob at the next time of the old schedule, which stays queued, or at the next time
// of the new one. Any other change wakes it at once. When it wakes it runs the newest time
// of the present schedule that is after the last run and within startingDeadlineSeconds.
func (p pair) missed() string {
	old, ok := p.before.timetable()
	present, also := p.now.timetable()
	rescheduled := old.text != present.text
	resumed := old.suspended && !present.suspended
	switch {
	case present.suspended:
		return ""
	case !ok || !also || !rescheduled && !resumed && p.before.deadline() == p.now.deadline():
		return ""
	}
	last, _ := old.newest(p.at)
	if old.suspended {
		last = time.Time{} // it has missed every run since
	}
	wakes, how := p.at, "at once"
	if rescheduled {
		wakes = old.Next(p.at)
		how = "at " + p.moment(wakes) + ", the old schedule's next time, or earlier if one of its Jobs changes, the object is edited again or the controller restarts"
	}
	run, found := present.newest(p.at)
	switch {
	case rescheduled && (old.suspended || !wakes.Before(present.Next(p.at))): // a suspended one has no wake-up queued
	case found && run.After(last) && (p.now.deadline() < 0 || wakes.Sub(run) <= p.now.deadline()):
		return "catches up the missed " + p.clock(run, present.zone) + " run " + how
	}
	return "does not catch up"
}

// timetable is when a CronJob runs.
type timetable struct {
	cron.Schedule
	text      string // the schedule with its time zone
	zone      *time.Location
	suspended bool
}

// timetable returns when the CronJob runs; false if its schedule cannot be read or has no
// times of its own, as `@every 1h`.
func (o *Object) timetable() (timetable, bool) {
	spec := child(o.Tree, "spec")
	t := timetable{text: text(spec["schedule"]), zone: time.UTC, suspended: spec["suspend"] == true}
	if zone := text(spec["timeZone"]); zone != "" {
		t.text = "TZ=" + zone + " " + t.text
	}
	if name, _, found := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(t.text, "CRON_"), "TZ="), " "); found && strings.Contains(t.text, "TZ=") {
		if zone, err := time.LoadLocation(name); err == nil {
			t.zone = zone
		}
	}
	if strings.Contains(t.text, "TZ=") && !strings.Contains(t.text, " ") {
		return t, false // which the parser does not survive
	}
	schedule, err := cron.ParseStandard(t.text)
	_, every := schedule.(cron.ConstantDelaySchedule)
	t.Schedule = schedule
	return t, err == nil && !every && !schedule.Next(time.Unix(0, 0)).IsZero()
}

// newest returns the newest time that is not after another.
func (t timetable) newest(at time.Time) (found time.Time, ok bool) {
	const day = 24 * time.Hour
	for _, back := range []time.Duration{2 * time.Minute, 2 * time.Hour, 2 * day, 14 * day, 62 * day, 732 * day, 9 * 366 * day} {
		for next := t.Next(at.Add(-back)); !next.IsZero() && !next.After(at); next = t.Next(next) {
			found, ok = next, true
		}
		if ok {
			break
		}
	}
	return found, ok
}

// deadline returns startingDeadlineSeconds, negative where there is none.
func (o *Object) deadline() time.Duration {
	number, isNumber := child(o.Tree, "spec")["startingDeadlineSeconds"].(json.Number)
	seconds, err := number.Int64()
	if !isNumber || err != nil {
		return -1
	}
	return time.Duration(min(seconds, 1<<32)) * time.Second
}

// clock writes a time of a schedule in its own zone, with the date where it is another day
// than the one when the change is applied.
func (p pair) clock(t time.Time, zone *time.Location) string {
	t, at := t.In(zone), p.at.In(zone)
	if t.Format(time.DateOnly) == at.Format(time.DateOnly) {
		return t.Format("15:04")
	}
	return t.Format(time.RFC3339)
}

// moment writes a time in UTC, likewise.
func (p pair) moment(t time.Time) string {
	written := p.clock(t, time.UTC)
	if len(written) == len("15:04") {
		return written + " UTC"
	}
	return written
}

// assumption is what is not known of a cluster, and decides what a CronJob catches up.
func assumption(at time.Time) string {
	return fmt.Sprintf("It is assumed that the change is applied at %s, and that each CronJob that was not suspended ran at the newest time of its old schedule before.",
		at.UTC().Format(time.RFC3339))
}
