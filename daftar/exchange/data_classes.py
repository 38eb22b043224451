"""The class of each column of this room that is not plain by itself (daftar/kernel/data_classes.py)."""

TABLE: dict[str, dict[str, str]] = {
    "CompanyArchive": {"internal": "path problem", "personal": "wish"},
    "ImportRun": {"internal": "type recipe files map late problem", "personal": "attached reports report"},
    "Refusal": {"internal": "file", "personal": "cells why"},
    "SavedMap": {"internal": "type headings map"},
}
