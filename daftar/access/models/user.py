from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from daftar.access.models.department import Department, Office
from daftar.access.models.role import Role
from daftar.access.models.row import Row, Rows


class Users(BaseUserManager.from_queryset(Rows)):  # type: ignore[misc]  # Django builds this base at run time
    def create_user(
        self,
        email: str | None,
        password: str | None = None,
        *,
        role: str = Role.SELLER,
        roles: Sequence[str] | None = None,
        **values: Any,
    ) -> User:
        """Make a person; `roles` are keys of roles, `role` is the short way to say one."""
        keys = [role] if roles is None else list(roles)
        user: User = self.model(email=email.strip().lower() if email else None, roles=keys, **values)
        user.set_password(password)
        user.save(using=self._db)
        return user


def first_roles() -> list[str]:
    """What a person starts with before somebody says otherwise."""
    return [Role.SELLER]


class User(AbstractBaseUser, Row):
    """A person of the company. Without e-mail and password it only owns records (a seller loaded from a file).

    Shapes: `roles` are keys of `Role`; while absent (`absent_from` to `absent_until`, both included) the substitute
    reaches this person's records as their own; `working_hours` maps week days "0" (Monday) to [from, to] as "HH:MM";
    `photo` is the random name of our own square picture in the folder of files.
    """

    email = models.EmailField(max_length=254, unique=True, null=True, blank=True)
    name = models.CharField(max_length=200)
    roles: models.JSONField[list[str], list[str]] = models.JSONField(default=first_roles, blank=True)
    is_active = models.BooleanField(default=True)
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    position = models.CharField(max_length=200, default="", blank=True)
    photo = models.CharField(max_length=64, default="", blank=True)
    phones: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list, blank=True)
    working_hours: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    absent_from = models.DateField(null=True, blank=True)
    absent_until = models.DateField(null=True, blank=True)
    substitute = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
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

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.__dict__.pop("_standing", None)
        super().save(*args, **kwargs)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        self.__dict__.pop("_standing", None)
        super().refresh_from_db(*args, **kwargs)

    @property
    def photo_address(self) -> str:
        """Where the photo is served; "" without one."""
        return photo_address(self.photo)

    @property
    def is_owner(self) -> bool:
        """Whether the person is an owner of the company, whom nothing is closed to."""
        return Role.OWNER in self.roles


def photo_address(photo: str) -> str:
    return f"/photos/{photo}" if photo else ""
