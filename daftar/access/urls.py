from django.urls import path

from daftar.access.sign_in import sign_in, sign_out
from daftar.access.views import look_as, me, photos

app_name = "access"
urlpatterns = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-out/", sign_out, name="sign_out"),
    path("me/", me.me, name="me"),
    path("me/password", me.change_password, name="change_password"),
    path("photos/<str:name>", photos.photo, name="photo"),
    path("look-as/stop", look_as.stop, name="stop_looking"),
    path("settings/people/<str:person_id>/look-as", look_as.start, name="look_as"),
    # Before the same address of `ui`, which knows no people.
    path("ui/tastes", me.keep_tastes),
]
