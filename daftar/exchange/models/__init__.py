from daftar.exchange.models.import_run import ImportRun, Refusal, State
from daftar.exchange.models.saved_map import SavedMap

__all__ = ["ImportRun", "Refusal", "SavedMap", "State"]
