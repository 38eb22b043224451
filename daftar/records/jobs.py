"""What this room does outside of requests and by the clock."""

from __future__ import annotations

from django_tasks_db.models import DBTaskResult

from daftar.kernel.jobs import every, task, vacuum
from daftar.records import erasing, field_bin, field_counts, files, formula_sources, formulas, leaving, taking_apart
from daftar.records.bulk import runs
from daftar.records.query import indexes
from daftar.records.retention import dry_runs, running
from daftar.records.retyping import runs as retypings
from daftar.records.same import keeping
from daftar.records.schema import current_schema
from daftar.records.searching import vocabulary
from daftar.records.searching.renewing import renew


@task()
def hand_over(run_id: int) -> None:
    """Hand over what a person who left owned."""
    leaving.carry_out(run_id)


@task()
def do_bulk(run_id: int) -> None:
    """Carry out an act on many records, or take one back."""
    runs.carry_out(run_id)


@every(minutes=2)
def go_on_with_bulk() -> None:
    """Runs whose server or worker died are taken up again."""
    runs.go_on_with_interrupted()


@every(hours=24)
def forget_old_bulk_rows() -> None:
    """After ninety days a run keeps its numbers only."""
    runs.forget_old()


@task()
def count_rule(rule_id: int) -> None:
    """The dry run of a rule that looks at many records."""
    dry_runs.count(rule_id)


@task()
def keep_to_rules() -> None:
    """A part of the night's run, so that other tasks wait a minute and a half at most."""
    running.run(running.due(), seconds=90)


@every(minutes=2)
def keep_to_retention_rules() -> None:
    """Each night, what rules say that are switched on; goes on where the time was over or a run was killed."""
    at_work = DBTaskResult.objects.filter(task_path=keep_to_rules.module_path, status__in=("READY", "RUNNING"))
    if running.due().exists() and not at_work.exists():
        keep_to_rules.enqueue()


@every(minutes=2)
def renew_search_texts() -> None:
    """After an update that finds records by more than before."""
    renew()


@every(minutes=1)
def learn_words() -> None:
    """The words of what was stored, for searches with a typing mistake."""
    vocabulary.learn_what_was_stored()


@task()
def look_for_the_same(type_key: str) -> None:
    """Everything of a type is looked through for records that may be the same; after a minute the rest waits for its turn again."""
    type_ = current_schema().types.get(type_key)
    if type_ is not None and not keeping.look_through(type_):
        look_for_the_same.enqueue(type_key)


@every(minutes=1)
def keep_up_with_the_same() -> None:
    """Records that were stored may be the same as others; types with new rules are looked through as a whole."""
    at_work = DBTaskResult.objects.filter(task_path=look_for_the_same.module_path, status__in=("READY", "RUNNING"))
    if not at_work.exists():
        for type_ in keeping.lacking():
            look_for_the_same.enqueue(type_.key)
    keeping.keep_up()


@every(hours=24)
def forget_words() -> None:
    """Words that no record holds any more."""
    vocabulary.forget_some_unused()


@task()
def work_out_formulas(type_key: str, after: int) -> None:
    """Work out the formulas of all records of a type, behind one of them; after a minute the rest waits for its turn again."""
    type_ = current_schema().types.get(type_key)
    if type_ is not None and (last := formulas.renew_all(type_, after)):
        work_out_formulas.enqueue(type_key, last)


@task()
def renew_formulas(type_key: str, ids: list[int]) -> None:
    """Something changed that the formulas of these records read."""
    type_ = current_schema().types.get(type_key)
    if type_ is not None:
        formulas.renew(type_, ids)


@every(hours=6)
def renew_formulas_of_the_day() -> None:
    """Formulas that read what day it is."""
    for type_ in current_schema().types.values():
        if formula_sources.is_of_the_day(type_):
            work_out_formulas.enqueue(type_.key, 0)


@task()
def retype(run_id: int) -> None:
    """Turn the values of a field that becomes another kind."""
    retypings.carry_out(run_id)


@every(minutes=2)
def go_on_with_retyping() -> None:
    """Changes of a kind whose server or worker died are taken up again."""
    retypings.go_on_with_interrupted()


@every(hours=24)
def forget_old_kinds() -> None:
    """Values of a kind that a field had a month ago, and what was prepared and never wanted."""
    retypings.give_up_old()
    retypings.forget_old()


@task()
def make_indexes(type_key: str) -> None:
    """Indexes of custom fields of a type with very many records, built while others write."""
    if type_key in current_schema().types:
        indexes.make_all(current_schema().type(type_key))


@task()
def count_fields(type_key: str) -> None:
    """How much the custom fields of a type with many records are used."""
    if type_key in current_schema().types:
        field_counts.count(current_schema().type(type_key)).save()


@every(hours=24)
def forget_deleted_fields() -> None:
    """Fields that lay in the bin for a month, with their values."""
    field_bin.forget_deleted()


@every(minutes=30)
def take_types_apart() -> None:
    """Record types of the company's own whose days in the bin are over, a part at a time."""
    taking_apart.take_apart_due(seconds=60)


@every(hours=24)
def clean_up_files() -> None:
    """Files that were removed long enough ago go, and bytes that no row names any more."""
    files.forget_removed()
    files.clean_up()


@every(hours=24)
def erase_again_daily() -> None:
    """Whom a backup brought back behind our back is erased again."""
    if erasing.erase_again():
        vacuum.enqueue()
