from django.urls import path

from daftar.activities.views import any_record, due, notice_wishes, notices, one, push, timeline

app_name = "activities"
urlpatterns = [
    path("", due.home, name="home"),
    path("due/", due.due, name="due"),
    path("notices/", notices.index, name="notices"),
    path("notices/bell", notices.bell, name="bell"),
    path("notices/seen", notices.seen, name="notices_seen"),
    path("notices/open", notices.open_one, name="notices_open"),
    path("me/notices/", notice_wishes.wishes, name="notice_wishes"),
    path("me/notices/off", notice_wishes.switch_off, name="notice_off"),
    path("service-worker.js", push.worker, name="service_worker"),
    path("me/notices/push/key", push.key, name="push_key"),
    path("me/notices/browsers/note", push.note, name="push_note"),
    path("me/notices/browsers/<int:browser_id>/remove", push.remove, name="push_remove"),
    path("lookup/any", any_record.lookup, name="any_record"),
    path("timeline/<slug:slug>/<int:record_id>/", timeline.timeline, name="timeline"),
    path("timeline/<slug:slug>/<int:record_id>/add", timeline.add, name="add"),
    path("timeline/<slug:slug>/<int:record_id>/park", timeline.park, name="park"),
    path("activities/<int:activity_id>/complete", one.complete, name="complete"),
    path("activities/<int:activity_id>/postpone", one.postpone, name="postpone"),
    path("activities/<int:activity_id>/words", one.words, name="words"),
    path("activities/<int:activity_id>/cancel", one.cancel, name="cancel"),
    path("activities/<int:activity_id>/reopen", one.reopen, name="reopen"),
    path("activities/<int:activity_id>/pin", one.pin, name="pin"),
    path("activities/<int:activity_id>/remove", one.remove, name="remove"),
    path("activities/<int:activity_id>/put-back", one.put_back, name="put_back"),
]
