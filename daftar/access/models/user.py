from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from daftar.access.models.department import Department, Office
from daftar.access.models.row import Row, Rows


class Role(models.TextChoices):
    OWNER = "owner", _("Company owner")
    ADMINISTRATOR = "administrator", _("Administrator")
    HEAD = "head", _("Head of department")
    SELLER = "seller", _("Seller")
    ASSISTANT = "assistant", _("Assistant")
    READER = "reader", _("Reader")


class Users(BaseUserManager.from_queryset(Rows)):  # type: ignore[misc]  # Django builds this base at run time
    def create_user(self, email: str | None, password: str | None = None, **values: Any) -> User:
        user: User = self.model(email=email.strip().lower() if email else None, **values)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, Row):
    """A person of the company. Without e-mail and password it only owns records (a seller loaded from a file)."""

    email = models.EmailField(max_length=254, unique=True, null=True, blank=True)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.SELLER)
    is_active = models.BooleanField(default=True)
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    language = models.CharField(max_length=8, default="", blank=True)
    calendar = models.CharField(max_length=16, default="", blank=True)
    digits = models.CharField(max_length=8, default="", blank=True)
    time_zone = models.CharField(max_length=64, default="", blank=True)
    first_day = models.SmallIntegerField(null=True, blank=True)
    theme = models.CharField(max_length=8, default="system")
    density = models.CharField(max_length=8, default="default")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects: ClassVar[Any] = Users()

    class Meta:
        indexes = [models.Index(fields=["department"], name="user_department")]

    def __str__(self) -> str:
        return self.name

    @property
    def runs_the_company(self) -> bool:
        return self.role in (Role.OWNER, Role.ADMINISTRATOR)
