#!/bin/sh
# Submit a job to LSF and print its number: submit-lsf.sh [options of bsub] JOBSCRIPT
set -e
said=$(bsub "$@") # Job <17> is submitted to queue <normal>.
printf '%s\n' "$said" | sed -n 's/^Job <\([0-9]*\)>.*/\1/p'
