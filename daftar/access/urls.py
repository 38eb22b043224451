from django.urls import path

from daftar.access.sign_in import sign_in, sign_out
from daftar.access.views import me

app_name = "access"
urlpatterns = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-out/", sign_out, name="sign_out"),
    path("me/", me.me, name="me"),
    path("me/password", me.change_password, name="change_password"),
    # Before the same address of `ui`, which knows no people.
    path("ui/tastes", me.keep_tastes),
]
