"""What of this room goes along to another installation."""

from daftar.exchange.company.carried import carry

carry("onboarding.DemoCompany")
