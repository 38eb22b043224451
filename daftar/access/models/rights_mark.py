from __future__ import annotations

from django.db import models


class RightsMark(models.Model):
    """Left by triggers of the database whenever a role, a department or somebody's place in the company changes.

    Which marks there are says whether what a process knows of the rights is still so (`access.kept_rights`). Marks are only added,
    each with a chance number, so that two changes at the same time wait for nobody and no two states look alike.
    """

    number = models.PositiveIntegerField()

    def __str__(self) -> str:
        return str(self.number)
