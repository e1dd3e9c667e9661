#!/bin/sh
# Say what became of a job, for Snakemake: running, success or failed.   status.sh pbs|lsf|sge|slurm JOB
# A scheduler that does not answer now is asked again later: its job counts as running.
set -u

slurm() { # works with accounting off, as long as SLURM remembers the job (MinJobAge)
    scontrol --oneliner show job "$1" 2>/dev/null | sed -n 's/.*JobState=\([A-Z_]*\).*/\1/p'
}
pbs() { # PBS Pro and OpenPBS (-x: also those that are finished), then Torque
    { qstat -x -f "$1" 2>/dev/null || qstat -f "$1" 2>/dev/null; } | awk -F ' = ' '
        tolower($1) ~ /job_state$/ { state = $2 } tolower($1) ~ /exit_status$/ { code = $2 }
        END { if (state !~ /^[FC]$/) print state; else print (code == 0 ? "COMPLETED" : "FAILED") }'
}
lsf() {
    bjobs -noheader -o stat "$1" 2>/dev/null
}
sge() { # the scheduler knows jobs that are not finished, accounting those that are
    if qstat -j "$1" >/dev/null 2>&1; then echo running; return; fi
    qacct -j "$1" 2>/dev/null | awk '/^exit_status/ { print ($2 == 0 ? "COMPLETED" : "FAILED") }' | tail -n 1
}

case "$("$1" "$2")" in
    COMPLETED | DONE) echo success ;;
    FAILED | CANCELLED | TIMEOUT | OUT_OF_MEMORY | NODE_FAIL | BOOT_FAIL | DEADLINE | PREEMPTED | EXIT) echo failed ;;
    *) echo running ;;
esac
