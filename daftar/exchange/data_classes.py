"""The class of each column of this room that is not plain by itself (daftar/kernel/data_classes.py)."""

TABLE: dict[str, dict[str, str]] = {
    "CompanyArchive": {"internal": "path problem", "personal": "wish"},
    "ExportRun": {"internal": "type format path columns reach problem", "personal": "query words"},
    "ImportRun": {
        "internal": "type recipe files steps types map late problem",
        "personal": "attached proposal reports report",
    },
    "Made": {"internal": "kind type ref name stays"},
    "Refusal": {"internal": "file", "personal": "cells why"},
    "SumDifference": {"internal": "file type currency told ours", "personal": "title"},
    "SavedMap": {"internal": "type headings name system map"},
}
