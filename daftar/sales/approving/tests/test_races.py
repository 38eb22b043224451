"""Many ask and decide at once, with real threads and connections, on both databases."""

import pytest

from daftar.activities.models import Notice
from daftar.crm.tests.test_merging_races import at_once
from daftar.kernel.errors import Conflict
from daftar.sales.approving.asking import ask_approval, withdraw
from daftar.sales.approving.deciding import decide_on
from daftar.sales.models import DiscountApproval

MANY = 20


@pytest.mark.django_db(transaction=True)
def test_a_question_asked_by_many_at_once_is_one_request(office, shop):
    made = at_once(*[lambda: ask_approval(office.deal.pk, by=shop.sara).pk] * MANY)

    assert len(set(made)) == 1 and DiscountApproval.objects.count() == 1
    assert Notice.objects.filter(kind="approval_asked").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_who_decide_at_once_one_does_and_the_others_hear_of_it(office, shop):
    asked = ask_approval(office.deal.pk, by=shop.sara)

    def act(n):
        if n % 3 == 0:
            return lambda: withdraw(asked.pk, by=shop.sara)
        by = shop.olga if n % 3 == 1 else office.hana
        return lambda: decide_on(asked.pk, approve=n % 2 == 0, words="No", by=by)

    answers = at_once(*map(act, range(MANY)))

    state = DiscountApproval.objects.get().state
    done = [one for one in answers if not isinstance(one, Conflict)]
    assert state in ("approved", "declined", "withdrawn") and done and {one.state for one in done} == {state}
    assert len({one.decided_by_id for one in done}) == 1
    told = Notice.objects.filter(kind="approval_decided", to=shop.sara.pk).count()
    assert told == (0 if state == "withdrawn" else 1)
