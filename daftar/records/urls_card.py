"""Addresses of one record: card, forms, edit in place, history, files, bin, who sees it. Included by `urls.py`."""

from django.urls import path

from daftar.records.views import card, edit_form, field_edit, holds, known, past, record_bin, stored_files, taking, who

urlpatterns = [
    path("files/<int:file_id>/<str:name>", stored_files.download, name="file"),
    path("<slug:slug>/new", edit_form.new, name="new"),
    path("<slug:slug>/quick", edit_form.quick, name="quick"),
    path("<slug:slug>/known", known.known, name="known"),
    path("<slug:slug>/<int:record_id>/", card.card, name="card"),
    path("<slug:slug>/<int:record_id>/edit", edit_form.edit, name="edit"),
    path("<slug:slug>/<int:record_id>/field/<slug:key>", field_edit.field, name="field"),
    path("<slug:slug>/<int:record_id>/history/<slug:key>", past.history, name="history"),
    path("<slug:slug>/<int:record_id>/take", taking.take_it, name="take"),
    path("<slug:slug>/<int:record_id>/delete", record_bin.delete, name="delete"),
    path("<slug:slug>/<int:record_id>/restore", record_bin.restore, name="restore"),
    path("<slug:slug>/<int:record_id>/hold", holds.hold, name="hold"),
    path("<slug:slug>/<int:record_id>/who", who.who, name="who"),
    path("<slug:slug>/<int:record_id>/who/share", who.share, name="share"),
    path("<slug:slug>/<int:record_id>/who/<int:share_id>/stop", who.stop, name="share_stop"),
    path("<slug:slug>/<int:record_id>/files/", stored_files.upload, name="files"),
    path("<slug:slug>/<int:record_id>/files/<int:file_id>/remove", stored_files.remove, name="file_remove"),
]
