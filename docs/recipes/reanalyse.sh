#!/bin/sh
# Reanalyse a cohort with a new ClinVar: reanalyse.sh HOME CLINVAR [NAME]
#
# HOME has `current`, a link to the directory of the last run, and `my.yaml`, which names the sheet by an absolute
# path. NAME, this month where it is not given, is the directory of the new run. Exits as `als-screen run` does; what
# was interrupted anywhere goes on where it was when started again. `results/reanalysis/summary.txt` is printed.
set -eu
cd "${1:?directory of the runs}"
clinvar=${2:?ClinVar VCF} new=${3:-$(date +%Y-%m)}
if [ ! -d "$new" ]; then
  rm -rf "$new.part"
  cp -a "$(readlink -f current)" "$new.part"
  rm -rf "$new.part/results/reanalysis"
  readlink -f current > "$new.part/previous"
  mv "$new.part" "$new"
fi
if [ ! -d "knowledge-$new" ]; then
  rm -rf "knowledge-$new.part"
  als-screen update-knowledge --clinvar "$clinvar" --out "knowledge-$new.part" > "$new/knowledge.log" 2>&1 ||
    { code=$?; cat "$new/knowledge.log"; exit $code; }
  mv "knowledge-$new.part" "knowledge-$new"
fi
code=0
als-screen run --directory "$new" --configfile "$PWD/my.yaml" --config \
  previous="$(cat "$new/previous")" knowledge="$PWD/knowledge-$new" > "$new/run.log" 2>&1 || code=$?
case $code in
  0 | 3) ln -sfn "$new" current && cat "$new/results/reanalysis/summary.txt" ;;
  *) tail -n 20 "$new/run.log" ;;
esac
exit $code
