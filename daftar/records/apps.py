from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RecordsConfig(AppConfig):
    name = "daftar.records"
    label = "records"

    def ready(self) -> None:
        from daftar.access import grants
        from daftar.kernel import diagnosis
        from daftar.records import audited, facts, handlers, joining, keeping, people, personal  # noqa: F401  # hear of changes; declare record types and facts; name places
        from daftar.records.query import fold_sql, indexes
        from daftar.records.retention import holding  # noqa: F401  # forbids to erase what is on hold
        from daftar.records.retention.rules import install_rules
        from daftar.records.schema import install_pipelines, stages_of_pipeline
        from daftar.records.searching import index

        grants.pipelines_are(stages_of_pipeline)
        audited.connect()
        fold_sql.register()
        diagnosis.also(index.doctor_says)
        post_migrate.connect(install_pipelines, sender=self, dispatch_uid="records.install_pipelines")
        post_migrate.connect(install_rules, sender=self, dispatch_uid="records.install_rules")
        post_migrate.connect(indexes.make_missing, sender=self, dispatch_uid="records.make_missing_indexes")
        post_migrate.connect(index.install, sender=self, dispatch_uid="records.make_search_index")
