package lint

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
	"k8s.io/kubernetes/pkg/util/parsers"

	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
)

// schedule is a CronJob's, parsed as the API server does.
type schedule struct {
	fields []string           // minute, hour, day of the month, month, day of the week; nil for none of five fields
	times  cron.Schedule      // nil for what is no schedule
	bits   *cron.SpecSchedule // times, if they come by the clock and not by @every
}

// star is set in a field of cron.SpecSchedule that allows all values by * or ?.
const star = 1 << 63

func parseSchedule(text string) schedule {
	times, err := parsers.ParseCronScheduleWithPanicRecovery(text)
	if err != nil {
		return schedule{}
	}
	bits, _ := times.(*cron.SpecSchedule)
	fields := strings.Fields(text)
	if len(fields) != 5 {
		fields = nil
	}
	return schedule{fields, times, bits}
}

// comesWithin reports whether two runs of the schedule may be less than a time apart.
func (s schedule) comesWithin(limit time.Duration) bool {
	if every, ok := s.times.(cron.ConstantDelaySchedule); ok {
		return every.Delay < limit
	}
	// Two days show the times of a day, and the gap over midnight.
	at := s.times.Next(time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC))
	for end := at.AddDate(0, 0, 2); at.Before(end); {
		next := s.times.Next(at)
		if next.IsZero() || next.Sub(at) < limit {
			return !next.IsZero()
		}
		at = next
	}
	return false
}

// noStartingDeadline: a missed run is made up for whenever the controller is back
// (k8s.io/kubernetes/pkg/controller/cronjob, syncCronJob).
func noStartingDeadline(o *object) []found {
	return one(o.cron != nil && o.cron.StartingDeadlineSeconds == nil, found{
		at: "spec.startingDeadlineSeconds", missing: true,
		message: "without startingDeadlineSeconds a run that was missed starts however late, also after the CronJob was suspended",
		hint:    "write how late a run may start, such as 300, and not less than 10",
	})
}

// leastStartingDeadline is how often the controller looks at a CronJob
// (k8s.io/api/batch/v1, and the CronJob page of Kubernetes' documentation).
const leastStartingDeadline = 10

func startingDeadlineTooShort(o *object) []found {
	return one(o.cron != nil && o.cron.StartingDeadlineSeconds != nil && *o.cron.StartingDeadlineSeconds < leastStartingDeadline, found{
		at:      "spec.startingDeadlineSeconds",
		message: fmt.Sprintf("with less than %d seconds a run may never start: the cluster looks every %[1]d seconds", leastStartingDeadline),
		hint:    fmt.Sprintf("write %d or more", leastStartingDeadline),
	})
}

// stepFields are the fields of a schedule: what each is called, the first value, how
// many there are, what begins when they are used up, and which steps come out even.
var stepFields = []struct {
	name         string
	start, count int
	cycle        string
	even         string
}{
	{"minute", 0, 60, "hour", "2, 3, 4, 5, 6, 10, 12, 15, 20 or 30"},
	{"hour", 0, 24, "day", "2, 3, 4, 6, 8 or 12"},
	{"day of the month", 1, 31, "month", ""},
	{"month", 1, 12, "year", "2, 3, 4 or 6"},
	{"day of the week", 0, 7, "week", ""},
}

var everyStep = lazyregexp.New(`^[*?]/([0-9]{1,6})$`)

// steps calls say for each field of the schedule that is */STEP alone.
func (s schedule) steps(say func(field, step int)) {
	for i, text := range s.fields {
		if m := everyStep.FindStringSubmatch(text); m != nil {
			step, _ := strconv.Atoi(m[1])
			say(i, step)
		}
	}
}

// stepBeyondRange: a step begins anew with each cycle, so it never gets to its
// second value.
func stepBeyondRange(o *object) []found {
	var all []found
	if every, ok := o.schedule.times.(cron.ConstantDelaySchedule); ok && every.Delay <= time.Second {
		all = append(all, found{
			at:      "spec.schedule",
			message: "the CronJob runs each second: a time below one second, or a negative one, counts as one second",
			hint:    "write a time such as @every 5m, or leave the CronJob suspended",
		})
	}
	o.schedule.steps(func(i, step int) {
		if f := stepFields[i]; step > f.count {
			all = append(all, found{
				at:      "spec.schedule",
				message: fmt.Sprintf("*/%d as the %s comes once a %s: there are %d values, and it begins anew with each %s", step, f.name, f.cycle, f.count, f.cycle),
				hint:    fmt.Sprintf("write %d for that, or name the times; `@every 90m` counts from the last run", f.start),
			})
		}
	})
	return all
}

// unevenStep: the last gap of each cycle is another than the rest.
func unevenStep(o *object) []found {
	var all []found
	o.schedule.steps(func(i, step int) {
		f := stepFields[i]
		if step < 2 || step >= f.count || f.count%step == 0 {
			return
		}
		last, hint := f.start+(f.count-1)/step*step, "name the values, such as "+strconv.Itoa(f.start)+","+strconv.Itoa(f.start+step)
		if f.even != "" {
			hint += ", or write a step of " + f.even
		}
		all = append(all, found{
			at:      "spec.schedule",
			message: fmt.Sprintf("*/%d as the %s is uneven: after %d it begins anew at %d with the next %s", step, f.name, last, f.start, f.cycle),
			hint:    hint,
		})
	})
	return all
}

// daysOfMonth are the most days that each month can have.
var daysOfMonth = []int{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// scheduleNeverComes: the parser takes the 30th of February.
func scheduleNeverComes(o *object) []found {
	s := o.schedule.bits
	// With a day of the week too, that comes in any month.
	if s == nil || s.Dow&star == 0 && s.Dom&star == 0 {
		return nil
	}
	for i, days := range daysOfMonth {
		if s.Month>>(i+1)&1 == 1 && s.Dom&(1<<(days+1)-2) != 0 {
			return nil
		}
	}
	return []found{{
		at:      "spec.schedule",
		message: "the schedule never comes: no month that it names has such a day",
		hint:    "write a day that the month has; for the last day, run on the 1st, or let the program look",
	}}
}

// dayAndWeekday: crontab(5) and robfig/cron take either day, not both.
func dayAndWeekday(o *object) []found {
	s := o.schedule.bits
	return one(s != nil && s.Dom&star == 0 && s.Dow&star == 0, found{
		at:      "spec.schedule",
		message: "a day of the month and a day of the week: it comes on either, not only where both agree",
		hint:    "write * for one of them, and let the program look at the other",
	})
}

// maxGap is a deadline too long to matter, that still is a time.Duration.
const maxGap = 1000 * 24 * time.Hour

// overlappingRuns: Allow is the default. A deadline no longer than the time
// between runs does as well.
func overlappingRuns(o *object) []found {
	if o.cron == nil || o.cron.ConcurrencyPolicy != "" || o.schedule.times == nil {
		return nil
	}
	if d := o.job.ActiveDeadlineSeconds; d != nil && *d < int64(maxGap/time.Second) && !o.schedule.comesWithin(time.Duration(*d)*time.Second) {
		return nil
	}
	return []found{{
		at: "spec.concurrencyPolicy", missing: true,
		message: "a run that takes long meets the next one: concurrencyPolicy is Allow when left out",
		hint:    "write Forbid to skip the next, Replace to end the old one, or Allow where both may run",
	}}
}

// noFailedHistory: the Job and its Pods are what there is to look at.
func noFailedHistory(o *object) []found {
	return one(o.cron != nil && o.cron.FailedJobsHistoryLimit != nil && *o.cron.FailedJobsHistoryLimit == 0, found{
		at:      "spec.failedJobsHistoryLimit",
		message: "a run that failed is removed at once, with its logs and the reason",
		hint:    "write 1 or more",
	})
}

// allHours are the bits of a field of hours that leaves none out.
const allHours = 1<<24 - 1

// noTimeZone: without one it is the zone of the kube-controller-manager.
func noTimeZone(o *object) []found {
	return one(o.cron != nil && o.cron.TimeZone == nil && o.schedule.bits != nil && o.schedule.bits.Hour&allHours != allHours, found{
		at: "spec.timeZone", missing: true,
		message: "the schedule names hours, and of which time zone depends on the cluster",
		hint:    "write timeZone, such as Etc/UTC or Europe/Berlin",
	})
}
