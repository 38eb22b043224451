from django.urls import path

from daftar.papers import views
from daftar.papers.word import views as word

app_name = "papers"
ONE = "settings/papers/<slug:kind>/<slug:language>/"
urlpatterns = [
    path("settings/papers/", views.papers, name="papers"),
    path(ONE, views.template, name="template"),
    path(f"{ONE}preview", views.preview, name="preview"),
    path(f"{ONE}reset", views.reset, name="reset"),
    path(f"{ONE}word/", word.word, name="word"),
    path(f"{ONE}word/start.docx", word.start, name="word_start"),
    path(f"{ONE}word/away", word.away, name="word_away"),
    path(f"{ONE}word/<int:id>/template.docx", word.stored, name="word_template"),
    path(f"{ONE}word/<int:id>/example.docx", word.example, name="word_example"),
    path(f"{ONE}word/<int:id>/use", word.use, name="word_use"),
]
