from django.urls import path

from daftar.papers import views

app_name = "papers"
urlpatterns = [
    path("settings/papers/", views.papers, name="papers"),
    path("settings/papers/<slug:kind>/<slug:language>/", views.template, name="template"),
    path("settings/papers/<slug:kind>/<slug:language>/preview", views.preview, name="preview"),
    path("settings/papers/<slug:kind>/<slug:language>/reset", views.reset, name="reset"),
]
