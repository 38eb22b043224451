from daftar.onboarding.models.demo_company import DemoCompany

__all__ = ["DemoCompany"]
