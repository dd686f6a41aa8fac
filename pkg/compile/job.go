package compile

func (l *lowering) schedule() {
	if l.cron != nil {
		l.cron.Schedule = l.job.Spec.Schedule
	}
}

// suspend holds back the CronJob where there is one, else the Job.
func (l *lowering) suspend() {
	if l.cron != nil {
		l.cron.Suspend = l.job.Spec.Suspend
		l.from(l.roots[cronSpec].With("suspend"), "spec", "suspend")
		return
	}
	l.jobSpec.Suspend = l.job.Spec.Suspend
	l.from(l.roots[jobSpec].With("suspend"), "spec", "suspend")
}

func (l *lowering) jobSuspend() {
	if l.cron != nil {
		l.jobSpec.Suspend = l.job.Spec.JobSuspend
		l.from(l.roots[jobSpec].With("suspend"), "spec", "jobSuspend")
	}
}
