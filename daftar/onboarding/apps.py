from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    name = "daftar.onboarding"
    label = "onboarding"

    def ready(self) -> None:
        from daftar.onboarding import entries, personal  # noqa: F401  # says what holds nobody

        entries.add()
