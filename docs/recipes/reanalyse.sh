#!/bin/sh
# Reanalyse a cohort with a new ClinVar: reanalyse.sh HOME CLINVAR [NAME]
#
# HOME has `current`, a link to the directory of the last run, and `my.yaml`, which names the sheet by an absolute
# path. NAME, this month where it is not given, is the directory of the new run. Exits as `als-screen run` does, with 2
# where something is refused before anything is touched; what was interrupted anywhere goes on where it was when started
# again. `results/reanalysis/summary.txt` is printed.
set -eu
say() { echo "reanalyse.sh: $*" >&2; }
refuse() { say "$*" && exit 2; }

[ $# -ge 2 ] || refuse "give HOME and CLINVAR, the ClinVar VCF"
clinvar=$(readlink -f "$2") && [ -f "$clinvar" ] && [ -r "$clinvar" ] || refuse "$2 is no file that can be read"
cd "$1" || refuse "$1 is not the directory of the runs"
new=${3:-$(date +%Y-%m)}
case $new in current | knowledge-* | .* | -* | */* | *.part) refuse "'$new' cannot be the name of a run" ;; esac

# One start at a time; the lock goes with this process and als-screen. 1: another has it; else there are none here.
exec 9>> reanalyse.lock
taken=0 && flock -n 9 || taken=$?
case $taken in
  0) ;;
  1) refuse "another start is at work in $PWD" ;;
  *) say "warning: no lock can be taken in $PWD (flock ends with $taken): see to it that only one start is at work" ;;
esac

[ -L current ] && last=$(readlink -f current) && [ -d "$last" ] ||
  refuse "$PWD/current is not a link to the directory of the last run"
[ "$last" = "$(readlink -f "$new")" ] && finished=yes || finished=no
if [ -e "$new" ]; then # only a copy that was made here, and of the last run, may be worked in
  [ -s "$new/previous" ] || refuse "$PWD/$new was not made by this script: give another NAME"
  previous=$(cat "$new/previous")
  [ $finished = yes ] || [ "$previous" = "$last" ] ||
    refuse "$PWD/$new is a copy of $previous, but the last run is $last: give another NAME"
fi
[ ! -e "knowledge-$new" ] || [ -e "$new" ] || [ -e "knowledge-$new.sha256" ] ||
  refuse "$PWD/knowledge-$new was not made by this script: give another NAME"
sum=$(sha256sum < "$clinvar") # of the CLINVAR that the knowledge is from
[ "$sum" = "$(cat "knowledge-$new.sha256" 2> /dev/null)" ] && known=yes || known=no
[ $known = yes ] || [ $finished = no ] || refuse "$PWD/$new has finished with another CLINVAR: give another NAME"

if [ ! -e "$new" ]; then
  rm -rf "$new.part"
  cp -a "$last" "$new.part"
  rm -rf "$new.part/results/reanalysis"
  echo "$last" > "$new.part/previous"
  mv "$new.part" "$new"
fi
if [ $known = no ] || [ ! -d "knowledge-$new" ]; then
  rm -rf "knowledge-$new.part" ".knowledge-$new.part."*
  als-screen update-knowledge --clinvar "$clinvar" --out "knowledge-$new.part" > "$new/knowledge.log" 2>&1 ||
    { code=$?; cat "$new/knowledge.log"; exit $code; }
  rm -rf "knowledge-$new.sha256" "knowledge-$new"
  mv "knowledge-$new.part" "knowledge-$new"
  echo "$sum" > "knowledge-$new.sha256"
fi
code=0
als-screen run --directory "$new" --configfile "$PWD/my.yaml" --config \
  previous="$(cat "$new/previous")" knowledge="$PWD/knowledge-$new" > "$new/run.log" 2>&1 || code=$?
case $code in
  0 | 3) ln -sfn "$new" current && cat "$new/results/reanalysis/summary.txt" ;;
  *) tail -n 20 "$new/run.log" ;;
esac
exit $code
