from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "daftar.papers"
    label = "papers"

    def ready(self) -> None:
        from daftar.kernel import personal

        personal.excuse("papers.PaperTemplate", "texts columns shows labels", "How papers look; it names no person.")
        personal.excuse(
            "papers.WordTemplate", "content", "How papers look; the people on them are filled in when they are made."
        )
