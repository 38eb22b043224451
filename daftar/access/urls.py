from django.urls import path

from daftar.access.sign_in import sign_in, sign_out
from daftar.access.views import api_me, audit, keys, me

app_name = "access"
urlpatterns = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-out/", sign_out, name="sign_out"),
    path("me/", me.me, name="me"),
    path("me/password", me.change_password, name="change_password"),
    path("settings/audit/", audit.index, name="audit"),
    path("settings/audit/export.csv", audit.export, name="audit_export"),
    path("settings/audit/check", audit.check, name="audit_check"),
    path("me/keys/", keys.mine, name="my_keys"),
    path("me/keys/new", keys.new, name="my_key_new"),
    path("me/keys/<int:key_id>/rotate", keys.rotate, name="my_key_rotate"),
    path("me/keys/<int:key_id>/revoke", keys.revoke, name="my_key_revoke"),
    path("settings/keys/", keys.every, name="keys"),
    path("settings/keys/new", keys.new_service, name="key_new"),
    path("settings/keys/<int:key_id>/rotate", keys.rotate_any, name="key_rotate"),
    path("settings/keys/<int:key_id>/revoke", keys.revoke_any, name="key_revoke"),
    path("api/me", api_me.me, name="api_me"),
    # Before the same address of `ui`, which knows no people.
    path("ui/tastes", me.keep_tastes),
]
