from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "daftar.papers"
    label = "papers"

    def ready(self) -> None:
        from daftar.kernel import personal

        personal.excuse("papers.PaperTemplate", "texts columns shows", "How papers look; it names no person.")
