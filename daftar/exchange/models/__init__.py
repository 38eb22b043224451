from daftar.exchange.models.company_archive import CompanyArchive
from daftar.exchange.models.export_run import EXPORT_AT_WORK, ExportRun
from daftar.exchange.models.import_run import AT_WORK, ImportRun, Refusal, State, SumDifference
from daftar.exchange.models.made import Made
from daftar.exchange.models.saved_map import SavedMap

__all__ = [
    "AT_WORK", "EXPORT_AT_WORK", "CompanyArchive", "ExportRun", "ImportRun", "Made", "Refusal", "SavedMap", "State",
    "SumDifference",
]  # fmt: skip
