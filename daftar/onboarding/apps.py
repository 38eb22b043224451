from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    name = "daftar.onboarding"
    label = "onboarding"

    def ready(self) -> None:
        from daftar.onboarding import entries

        entries.add()
