"""The class of each column of this room that is not plain by itself (daftar/kernel/data_classes.py)."""

TABLE: dict[str, dict[str, str]] = {
    "ChangeSet": {"internal": "via title"},
    "ChoiceOption": {"internal": "type field key label colour"},
    "ContactPoint": {"internal": "type field kind", "personal": "value"},
    "CustomField": {"internal": "type key kind label help default place settings"},
    "Entity": {"internal": "type", "personal": "title"},
    "Event": {"internal": "type kind via", "personal": "changes data"},
    "ExchangeRate": {"internal": "currency day"},
    "ExternalId": {"internal": "system type", "personal": "key"},
    "Leaving": {"internal": "plan place given problem"},
    "ListSetting": {"internal": "type columns"},
    "Nameless": {"internal": "type"},
    "Once": {"internal": "key type"},
    "Pipeline": {"internal": "type field key name"},
    "RecordHold": {"internal": "type until", "personal": "why"},
    "RecordLink": {"internal": "type field to_type role"},
    "RetentionRule": {"internal": "key type since unit stage_kind without act confirmed problem counted"},
    "SearchState": {"internal": "table"},
    "Stage": {"internal": "key name colour required next_stages script"},
    "StageSpan": {"internal": "type"},
    "StoredFile": {"internal": "type field content_type sha256 path preview", "personal": "name"},
}
