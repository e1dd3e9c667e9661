"""The plan of the run: configuration and sheet, checked before anything starts."""

import os
import shlex
import sys
from pathlib import Path

BASE = Path(str(workflow.current_basedir)).parents[1]

from als_screen import again
from als_screen.config import settings_json
from als_screen.errors import InputError, cannot_write
from als_screen.files import restrict, share
from als_screen.finish import reopen
from als_screen.leftovers import remove_leftovers, remove_leftovers_of_last
from als_screen.plan import load_plan
from als_screen.run_lock import one_run_at_a_time
from als_screen.run_watch.watch import Watch
from als_screen.scheduling import look_once_at_a_time
from als_screen.stages import STAGE_VERSIONS

restrict("private")
if workflow.is_main_process:
    share("private", Path(".snakemake"))
try:
    PLAN = load_plan(config, BASE / "config" / "config.yaml", workflow.is_main_process)
    restrict(PLAN.settings.permissions)
    LOCK = one_run_at_a_time(Path(".snakemake")) if workflow.is_main_process else None
except InputError as error:
    print(error, file=sys.stderr)
    sys.exit(int(os.environ.get("ALS_SCREEN_INPUT_EXIT", "1")))
look_once_at_a_time()
if workflow.is_main_process:
    share(PLAN.settings.permissions, Path(".snakemake"))
    print(
        *(warning.line() for warning in PLAN.warnings),
        sep="\n",
        end="",
        file=sys.stderr,
    )

PYTHON = sys.executable
COMMAND = shlex.join(sys.argv)
SCRIPTS = BASE / "scripts"
SETTINGS = settings_json(PLAN.settings)
RESOURCES = BASE / "resources"
BATCHES = list(PLAN.slices)
WATCH = Watch(
    Path(),
    {batch: len(rows) for batch, rows in PLAN.slices.items()},
    PLAN.settings.report.pdf,
)


def command(script):
    """Return the beginning of a rule's command; an argument `output` keeps it out of what re-runs a job."""
    beginning = [PYTHON, str(SCRIPTS / f"{script}.py"), "--settings", SETTINGS]
    return lambda wildcards, output: [*beginning, "--resources", str(RESOURCES)]


def above(output, levels, name=""):
    """Return a path that many directories above a rule's first output, wherever a module's prefix puts that."""
    return str(Path(output[0]).parents[levels - 1] / name)


def planned_jobs(dag):
    """Return rule and slice of every job that this run has to do."""
    return [
        (job.rule.name, job.wildcards_dict.get("batch", ""))
        for job in dag.needrun_jobs()
    ]


def begin(jobs, cluster):
    """Remove what a run that was killed has left and what says that this one has finished, and watch it."""
    remove_leftovers_of_last(Path())
    WATCH.start(jobs, cluster=cluster)
    if not workflow.touch:
        open_again({rule for rule, _ in jobs})


def open_again(rules):
    """Let nothing say that the run has finished while jobs of these rules work on it."""
    try:
        reopen(Path("results"), rules)
    except OSError as error:
        print(cannot_write(error), file=sys.stderr)
        end(well=False)
        sys.exit(1)


def end(well):
    """Remove what jobs that were killed have left, and tell how the run ended."""
    remove_leftovers(Path())
    WATCH.end(well=well)


def cohort_file(name, caption):
    """Return an output of `report_cohort`, for Snakemake's report with a caption of workflow/report."""
    return report(
        f"results/cohort/{name}",
        caption=f"../report/{caption}.rst",
        category="Cohort",
        labels={"file": name},
    )


wildcard_constraints:
    batch=r"[A-Za-z0-9][A-Za-z0-9._-]*",
