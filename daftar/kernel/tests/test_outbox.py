"""Outgoing mail: written with its cause, sent once, tried again with growing pauses, given up after a day and shown."""

from datetime import timedelta

import pytest
from django.db import transaction

from config.mail import MailServer, mail_server
from daftar.kernel import clock, diagnosis, outbox
from daftar.kernel.errors import Invalid
from daftar.kernel.models import OutgoingMail
from tests.house.postbox import open_postbox

pytestmark = pytest.mark.django_db
NOON = "2026-03-01 12:00"


@pytest.fixture
def postbox(settings):
    """A real mail server on this machine, and settings that name it."""
    with open_postbox() as box:
        settings.MAIL_SERVER = MailServer("127.0.0.1", box.port, "", "", "none")
        settings.MAIL_FROM = "Oak <crm@oak.example>"
        yield box


def post(key="invitation:1", to="sara@oak.example", **more):
    outbox.post_mail(key, to=to, subject=more.pop("subject", "Come in"), text="Open the link.", **more)


def test_a_mail_goes_out_once_with_words_and_html(postbox):
    post(subject="دعوت به دفتر", html="<p>Open the link.</p>", language="fa")

    assert [outbox.send_due(), outbox.send_due()] == [1, 0]
    (came,) = postbox.came
    assert (came["To"], came["Subject"], str(came["From"])) == (
        "sara@oak.example",
        "دعوت به دفتر",
        "Oak <crm@oak.example>",
    )
    assert came.get_body(("plain",)).get_content().strip() == "Open the link."
    assert "<p>" in came.get_body(("html",)).get_content()


def test_what_was_sent_keeps_no_link(postbox):
    post()
    outbox.send_due()

    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.text, mail.html) == ("sent", "", "")


def test_the_same_cause_makes_one_mail(postbox):
    post()
    post()
    outbox.send_due()
    post()

    assert outbox.send_due() == 0
    assert len(postbox.came) == 1


def test_the_mail_is_written_with_its_cause_or_not_at_all():
    def cause():
        with transaction.atomic():
            post()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        cause()

    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    "broken",
    [{"to": "a@oak.example\nBcc: b@evil.example"}, {"subject": "Hello\r\nBcc: b@evil.example"}, {"to": "nobody"}],
)
def test_line_breaks_and_broken_addresses_are_refused(broken):
    with pytest.raises(Invalid):
        post(**broken)
    assert not OutgoingMail.objects.exists()


def test_without_a_server_mails_wait():
    post()

    assert outbox.send_due() == 0
    assert OutgoingMail.objects.get().state == "queued"
    assert not outbox.is_set_up()


def test_pauses_grow_from_a_minute_to_six_hours_and_a_day_later_it_is_given_up(settings):
    settings.MAIL_SERVER = MailServer("127.0.0.1", 9, "", "", "none")  # nobody listens there
    post()
    OutgoingMail.objects.update(next_try="2026-03-01T12:00Z")
    pauses, at = [], clock.dt.datetime(2026, 3, 1, 12, tzinfo=clock.dt.UTC)
    for _turn in range(30):
        with clock.frozen(at):
            outbox.send_due()
        mail = OutgoingMail.objects.get()
        if mail.state == "parked":
            break
        assert mail.state == "failed"
        pauses.append((mail.next_try - at) // timedelta(minutes=1))
        at = mail.next_try

    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]
    assert sum(pauses) <= 24 * 60 < sum(pauses) + 360
    assert "ConnectionRefused" in mail.problem


def test_an_unknown_mailbox_is_given_up_at_once_and_can_be_tried_again(postbox):
    postbox.refusals["sara@oak.example"] = "550 no such person"
    post()
    post("invitation:2", to="ali@oak.example")

    assert outbox.send_due() == 1
    mail = outbox.parked().get()
    assert "550 no such person" in mail.problem
    postbox.refusals.clear()
    assert outbox.try_again(mail.pk)
    assert outbox.send_due() == 1
    assert not outbox.try_again(mail.pk)


def test_a_busy_mailbox_is_tried_again(postbox):
    postbox.refusals["sara@oak.example"] = "450 later"
    post()
    with clock.frozen(NOON):
        OutgoingMail.objects.update(next_try=clock.now())
        outbox.send_due()
    postbox.refusals.clear()
    with clock.frozen("2026-03-01 12:00:59"):
        assert outbox.send_due() == 0
    with clock.frozen("2026-03-01 12:01"):
        assert outbox.send_due() == 1


def test_a_mail_whose_worker_died_goes_out_again_with_the_same_name(postbox):
    post()
    with clock.frozen(NOON):
        OutgoingMail.objects.update(next_try=clock.now())
        assert outbox.claim(OutgoingMail.objects.get().pk)
        assert outbox.send_due() == 0
    name = outbox.message_id("invitation:1")
    with clock.frozen("2026-03-01 12:06"):
        assert outbox.send_due() == 1

    assert postbox.came[0]["Message-ID"] == name
    assert "invitation" not in name


def test_two_workers_do_not_take_the_same_mail():
    post()
    pk = OutgoingMail.objects.get().pk

    assert outbox.claim(pk)
    assert outbox.claim(pk) is None


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("", None),
        ("smtp://me%40oak.example:p%3Aw@mail.oak.example", MailServer("mail.oak.example", 587, "me@oak.example", "p:w", "starttls")),
        ("smtps://mail.oak.example", MailServer("mail.oak.example", 465, "", "", "ssl")),
        ("smtp://localhost:2525", MailServer("localhost", 2525, "", "", "none")),
        ("smtp://mail.oak.example:25?tls=none", MailServer("mail.oak.example", 25, "", "", "none")),
    ],
)  # fmt: skip
def test_the_address_of_the_mail_server(url, server):
    assert mail_server(url) == server


@pytest.mark.parametrize("url", ["mail.oak.example", "http://mail.oak.example", "smtp://mail.oak.example?tls=maybe"])
def test_a_broken_address_is_refused_without_naming_the_password(url):
    with pytest.raises(ValueError, match="DAFTAR_MAIL_URL"):
        mail_server(url)


def test_doctor_tells_what_is_wrong_with_mail(settings):
    settings.MAIL_SERVER = None
    post()
    OutgoingMail.objects.update(state="parked")

    said = " ".join(finding.sentence for finding in diagnosis._mail())

    assert "Mail is not set up" in said and "1 mails could not be sent" in said
