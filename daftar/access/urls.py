from django.urls import path

from daftar.access.sign_in import sign_in, sign_out
from daftar.access.views import audit, me

app_name = "access"
urlpatterns = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-out/", sign_out, name="sign_out"),
    path("me/", me.me, name="me"),
    path("me/password", me.change_password, name="change_password"),
    path("settings/audit/", audit.index, name="audit"),
    path("settings/audit/export.csv", audit.export, name="audit_export"),
    path("settings/audit/check", audit.check, name="audit_check"),
    # Before the same address of `ui`, which knows no people.
    path("ui/tastes", me.keep_tastes),
]
