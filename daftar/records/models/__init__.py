from daftar.records.models.bulk import BulkItem, BulkRun, BulkState
from daftar.records.models.custom_type import CustomType
from daftar.records.models.entity import Entity
from daftar.records.models.event import ChangeSet, Event, Once
from daftar.records.models.leaving import Leaving
from daftar.records.models.link import ContactPoint, ExternalId, RecordLink
from daftar.records.models.pipeline import Pipeline, Stage, StageSpan
from daftar.records.models.rate import ExchangeRate
from daftar.records.models.retention import Nameless, RecordHold, RetentionRule
from daftar.records.models.retyping import Retyping
from daftar.records.models.same import SameKey, SamePair, SameState
from daftar.records.models.saved_view import SavedView
from daftar.records.models.schema import ChoiceOption, CustomField, FieldCount, ListSetting, SchemaVersion
from daftar.records.models.search import SearchState, SearchWord
from daftar.records.models.stored_file import StoredFile

__all__ = [
    "BulkItem",
    "BulkRun",
    "BulkState",
    "ChangeSet",
    "ChoiceOption",
    "ContactPoint",
    "CustomField",
    "CustomType",
    "Entity",
    "Event",
    "ExchangeRate",
    "ExternalId",
    "FieldCount",
    "Leaving",
    "ListSetting",
    "Nameless",
    "Once",
    "Pipeline",
    "RecordHold",
    "RecordLink",
    "RetentionRule",
    "Retyping",
    "SameKey",
    "SamePair",
    "SameState",
    "SavedView",
    "SchemaVersion",
    "SearchState",
    "SearchWord",
    "Stage",
    "StageSpan",
    "StoredFile",
]
