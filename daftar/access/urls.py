from django.urls import path

from daftar.access.sign_in import sign_in, sign_out

app_name = "access"
urlpatterns = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-out/", sign_out, name="sign_out"),
]
