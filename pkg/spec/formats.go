package spec

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the verdict on a time zone must not depend on the machine

	"github.com/robfig/cron/v3"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/jobgen-dev/jobgen/internal/image"
	"github.com/jobgen-dev/jobgen/internal/lazyregexp"
)

// formats are the checks that @format names in the schema. Each returns what
// is wrong with a text, to be put behind it in a sentence, and what to write
// instead; both are empty when nothing is wrong.
var formats = map[string]func(text string) (problem, advice string){
	"cidr":       cidr,
	"cron":       cronText,
	"indexes":    indexes,
	"ip":         ip,
	"quantity":   quantity,
	"repository": repositoryFormat,
	"time":       timeText,
	"timezone":   timezone,
}

// manyDigits matches exponents that Kubernetes' own code takes without end to apply.
var manyDigits = lazyregexp.New(`[eE][-+]?[0-9]{4,}$`)

var quantitySlip = lazyregexp.New(`^([+-]?[0-9.]+)\s*([a-zA-Z]+)$`)

// quantity follows k8s.io/apimachinery/pkg/api/resource.ParseQuantity, which is
// what the API server decodes with.
func quantity(text string) (problem, advice string) {
	if manyDigits.MatchString(text) {
		return "is no quantity", "write an exponent of at most three digits"
	}
	q, err := resource.ParseQuantity(text)
	if err == nil && q.Sign() < 0 {
		return "is negative", "write 0 or more"
	}
	if err == nil {
		return "", ""
	}
	advice = "write a number with an optional suffix m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi or Ei, such as 500m or 256Mi"
	if m := quantitySlip.FindStringSubmatch(text); m != nil {
		switch letters := strings.ToUpper(m[2]); letters {
		case "KB", "K", "KIB":
			advice = fmt.Sprintf("write %sk for 1000 bytes or %sKi for 1024 bytes each", m[1], m[1])
		case "MB", "GB", "TB", "PB", "MIB", "GIB", "TIB", "PIB", "MI", "GI", "TI", "PI", "M", "G":
			advice = fmt.Sprintf("write %s%si for powers of 1024 or %s%s for powers of 1000", m[1], letters[:1], m[1], letters[:1])
		case "CORE", "CORES", "CPU", "CPUS", "B", "BYTES":
			advice = "write " + m[1]
		}
	}
	return "is no quantity", advice
}

// cronText follows the API server: robfig/cron's ParseStandard, and no time
// zone in the text (pkg/apis/batch/validation, validateScheduleFormat).
func cronText(text string) (problem, advice string) {
	if strings.Contains(text, "TZ") {
		rest := strings.TrimSpace(text)
		if _, after, ok := strings.Cut(rest, " "); ok && strings.Contains(rest[:len(rest)-len(after)], "=") {
			zone := strings.TrimSpace(rest[strings.Index(rest, "=")+1 : len(rest)-len(after)])
			return "holds a time zone, which Kubernetes refuses", fmt.Sprintf("write `schedule: %q` and `timeZone: %s`", after, zone)
		}
		return "holds a time zone, which Kubernetes refuses", "write it as timeZone"
	}
	if _, err := cron.ParseStandard(text); err != nil {
		return cronProblem(text)
	}
	return "", ""
}

// cronField is one field of a schedule: what it is called and may hold.
type cronField struct {
	name       string
	least, top int
	words      string
}

var cronFields = []cronField{
	{"minute", 0, 59, ""},
	{"hour", 0, 23, ""},
	{"day of the month", 1, 31, ""},
	{"month", 1, 12, " or jan to dec"},
	{"day of the week", 0, 6, " (Sunday is 0) or sun to sat"},
}

func cronProblem(text string) (problem, advice string) {
	fields := strings.Fields(text)
	if strings.HasPrefix(text, "@") {
		return "is no schedule", "write five fields, or @hourly, @daily, @weekly, @monthly, @yearly or @every DURATION"
	}
	if len(fields) != len(cronFields) {
		advice = "write minute, hour, day of the month, month and day of the week, such as `30 2 * * *`"
		if len(fields) == 6 {
			advice += "; there is no field for seconds"
		}
		return fmt.Sprintf("is no schedule: it has %d %s, not five", len(fields), plural(len(fields), "field")), advice
	}
	for i, f := range cronFields {
		alone := []string{"*", "*", "*", "*", "*"}
		alone[i] = fields[i]
		if _, err := cron.ParseStandard(strings.Join(alone, " ")); err != nil {
			return fmt.Sprintf("is no schedule: %q is no %s", fields[i], f.name),
				fmt.Sprintf("the %s is %d to %d%s, a list, a range such as %d-%d, or */STEP", f.name, f.least, f.top, f.words, f.least, f.least+2)
		}
	}
	return "is no schedule", ""
}

// neverFires reports whether a schedule that Kubernetes accepts has no date,
// such as the 31st of February. The parser looks five years ahead and leap
// years are further apart by 8 at most, so it is asked from two dates.
func neverFires(text string) bool {
	s, err := cron.ParseStandard(text)
	if err != nil {
		return false
	}
	for _, year := range []int{2001, 2003, 2007} {
		if !s.Next(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
			return false
		}
	}
	return true
}

var zonePart = lazyregexp.New(`^[A-Za-z.\-_0-9+]{1,14}$`)

// timezone follows pkg/apis/batch/validation, validateTimeZone.
func timezone(text string) (problem, advice string) {
	advice = "write a name of the IANA database, such as Europe/Berlin, America/New_York or Etc/UTC"
	if strings.EqualFold(text, "Local") {
		return "is not a time zone of the IANA database", advice
	}
	for _, part := range strings.Split(text, "/") {
		if !zonePart.MatchString(part) || part == "." || part == ".." || strings.HasPrefix(part, "-") {
			return "is no time zone", advice
		}
	}
	if _, err := time.LoadLocation(text); err != nil {
		return "is no time zone", advice
	}
	return "", ""
}

// timeText follows k8s.io/apimachinery/pkg/apis/meta/v1, Time.UnmarshalJSON.
func timeText(text string) (problem, advice string) {
	if _, err := time.Parse(time.RFC3339, text); err != nil {
		return "is no time", "write one such as 2006-01-02T15:04:05Z"
	}
	return "", ""
}

func ip(text string) (problem, advice string) {
	if a, err := netip.ParseAddr(text); err != nil || a.Zone() != "" {
		return "is no IP address", "write one such as 10.1.2.3 or 2001:db8::1"
	}
	return "", ""
}

func cidr(text string) (problem, advice string) {
	p, err := netip.ParsePrefix(text)
	if err != nil {
		advice = "write an address, a slash and a number of bits, such as 10.0.0.0/24"
		if a, err := netip.ParseAddr(text); err == nil {
			advice = fmt.Sprintf("write %s/%d for the one address", text, a.BitLen())
		}
		return "is no range of addresses", advice
	}
	if p.Masked() != p {
		return "has bits set beyond the prefix", "write " + p.Masked().String()
	}
	return "", ""
}

// indexes follows pkg/apis/batch/validation, validateIndexesFormat, but for the
// upper bound, which depends on completions.
func indexes(text string) (problem, advice string) {
	advice = `write ascending indexes and ranges, such as "0,2-4"`
	last := -1
	for _, part := range strings.Split(text, ",") {
		low, high, isRange := strings.Cut(part, "-")
		a, err := strconv.Atoi(low)
		if err != nil {
			return fmt.Sprintf("is no list of indexes: %q is no number", low), advice
		}
		b := a
		if isRange {
			if b, err = strconv.Atoi(high); err != nil || b <= a {
				return fmt.Sprintf("is no list of indexes: %q is no range", part), advice
			}
		}
		if a <= last {
			return fmt.Sprintf("is no list of indexes: %d comes after %d", a, last), advice
		}
		last = b
	}
	return "", ""
}

// repositoryFormat follows the rules of image references, of an image without a tag
// and a digest.
func repositoryFormat(text string) (problem, advice string) {
	if repository, _, _ := image.Split(text); repository != text {
		return "is not a valid repository: it contains a tag or digest", "write that as tag or digest, or the whole image as one text"
	}
	return image.Problem(text)
}
