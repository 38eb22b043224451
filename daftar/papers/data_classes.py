"""The class of each column of this room that is not plain by itself (daftar/kernel/data_classes.py)."""

TABLE: dict[str, dict[str, str]] = {
    "PaperTemplate": {"internal": "kind language accent logo texts columns shows title labels"},
    "WordTemplate": {"internal": "kind language name content"},
}
