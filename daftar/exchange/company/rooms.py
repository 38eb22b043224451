"""What of this room and of those below it is carried, in the order in which it is loaded: first what the schema is made of."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from daftar.exchange.company.carried import Bytes, carry, leave_out
from daftar.exchange.models import State

GONE = "gone"
"""The name of a file that is not there."""
NO_PASSWORD = "!"  # noqa: S105  # Django's mark of somebody who has none


def stopped(row: dict[str, Any]) -> dict[str, Any]:
    """An import whose files stay behind: it says what they were called, and is at its end in another installation."""
    files = [{**file, "path": GONE} for file in row["files"]]
    return {**row, "files": files, "state": row["state"] if row["state"] == State.DONE else State.FAILED.value}


for label in (
    "kernel.KeptFor", "access.Installation", "access.Role", "records.CustomType", "records.CustomField",
    "records.ChoiceOption", "records.Pipeline", "records.Stage", "catalogue.Unit", "catalogue.TaxClass", "catalogue.Warehouse",
    "sales.SalesSettings",
):  # fmt: skip
    carry(label, is_setup=True)
carry("papers.PaperTemplate", without="changed_by changed_at", is_setup=True)
carry("access.Office")
carry("access.Department")
carry(
    "access.User",
    without="password last_login",
    fills={"password": NO_PASSWORD},
    bytes=Bytes("photo", "photo", ".jpg", is_photo=True),
)
for label in (
    "records.ExchangeRate", "catalogue.Product", "crm.Company", "crm.Contact", "crm.Lead", "crm.Deal", "records.Entity",
    "activities.Activity", "records.RecordLink", "records.ExternalId", "crm.Consent", "catalogue.ProductPack", "catalogue.BundlePart",
    "catalogue.PriceList", "catalogue.PriceItem", "catalogue.StockMove", "catalogue.StockLevel", "catalogue.Hold", "catalogue.Expected",
    "sales.SaleTerms", "sales.DealLine", "sales.Quote", "sales.QuoteLine", "sales.Invoice", "sales.InvoiceLine", "sales.Payment",
    "sales.Allocation", "sales.PurchaseOrder", "sales.PurchaseLine", "sales.DiscountApproval", "sales.NumberCounter",
):  # fmt: skip
    carry(label)
carry("records.StoredFile", without="preview", bytes=Bytes("path", "sha256"))
for label in (
    "records.ChangeSet", "records.Event", "records.StageSpan", "records.BulkRun", "records.BulkItem", "records.Leaving",
    "records.RetentionRule", "records.RecordHold", "records.Nameless", "records.Retyping",
):  # fmt: skip
    carry(label)
carry("records.SamePair", without="score reasons", only=~Q(verdict=""))
for label in (
    "records.SavedView",
    "records.ListSetting",
    "access.Share",
    "activities.NoticeWishes",
    "exchange.SavedMap",
    "exchange.Made",
):
    carry(label)
carry("papers.WordTemplate")
carry("sales.BankAccount")
carry("sales.BankStatement", without="held")
carry("sales.StatementLine")
carry("exchange.ImportRun", without="attached line late", turned=stopped)
carry("exchange.SumDifference")

leave_out(
    "Worked out again from the records.",
    "records.ContactPoint", "records.SameKey", "records.SameState", "records.FieldCount", "records.SearchWord",
)  # fmt: skip
leave_out(
    "Numbers by which a running installation notices changes.",
    "records.SchemaVersion", "records.SearchState", "access.RightsMark", stays=True,
)  # fmt: skip
leave_out(
    "The log of one installation: its chain proves something only there. The history of the records goes along.",
    "access.AuditEntry", "access.AuditDetail", "access.AuditHead", "access.AuditCheck", stays=True,
)  # fmt: skip
leave_out("What has been told is told.", "activities.Notice")
leave_out("Work and mail of one installation.", "kernel.ScheduledJob", "kernel.WorkerLife", "kernel.OutgoingMail",
          "django_tasks_database.DBTaskResult", "access.SignInDelay", "exchange.CompanyArchive", stays=True)  # fmt: skip
leave_out("Opens doors: made anew in the new installation.", "access.ApiKey", "activities.PushKey", "mfa.Authenticator",
          "socialaccount.SocialApp", "socialaccount.SocialAccount", "account.EmailAddress", stays=True)  # fmt: skip
leave_out("Opens doors, and ends when a company is loaded.", "sales.ClientLink")
leave_out("Opens doors, and ends when a company is loaded.", "access.Invitation", "activities.PushBrowser", "activities.OutgoingPush",
          "sessions.Session", "usersessions.UserSession", "socialaccount.SocialToken", "account.EmailConfirmation")  # fmt: skip
leave_out("Accounts with payment providers and what they said: set up anew in the new installation.",
          "sales.PaymentProvider", "sales.PaymentAttempt", "sales.WebhookDelivery")  # fmt: skip
leave_out("Keys of forms that were sent a moment ago.", "records.Once")
leave_out("Rows of files that stay behind.", "exchange.Refusal")
leave_out("Files that one person took out of one installation, for a few days.", "exchange.ExportRun")
leave_out("Not used.", "contenttypes.ContentType", "auth.Permission", "auth.Group", stays=True)
