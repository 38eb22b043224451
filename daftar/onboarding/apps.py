from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    name = "daftar.onboarding"
    label = "onboarding"

    def ready(self) -> None:
        from daftar.onboarding import carried, entries, personal  # noqa: F401  # says what goes along to another installation, and what holds nobody

        entries.add()
