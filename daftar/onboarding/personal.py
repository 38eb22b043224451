"""What this room keeps holds nobody's traces."""

from daftar.kernel import personal

personal.excuse("onboarding.DemoCompany", "made others", "Numbers of what the demo company made.")
