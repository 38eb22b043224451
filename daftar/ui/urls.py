from django.urls import path

from daftar.ui import gallery, views

app_name = "ui"
urlpatterns = [
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("ui/calendar", views.calendar, name="calendar"),
    path("ui/tastes", views.tastes, name="tastes"),
    path("ui/gallery", gallery.index, name="gallery"),
    path("ui/gallery/<slug:sample>", gallery.sample, name="gallery_sample"),
    path("ui/gallery/lookup/options", gallery.options, name="gallery_options"),
]
