from django.urls import path

from daftar.crm.views import consents, convert, deal_moves

app_name = "crm"
urlpatterns = [
    path("leads/<int:record_id>/convert", convert.convert, name="convert"),
    path("deals/<int:record_id>/repeat", deal_moves.repeat, name="repeat"),
    path("deals/<int:record_id>/repeat/undo", deal_moves.undo_repeat, name="undo_repeat"),
    path("deals/<int:record_id>/reopen", deal_moves.reopen, name="reopen"),
    path("<slug:slug>/<int:record_id>/consents/", consents.consents, name="consents"),
]
