from django.urls import path

from daftar.onboarding.views import first_steps, people, settings, welcome

app_name = "onboarding"
urlpatterns = [
    path("welcome/", welcome.welcome, name="welcome"),
    path("first-steps/", first_steps.first_steps, name="first_steps"),
    path("settings/", settings.index, name="settings"),
    path("settings/company/", settings.company, name="company"),
    path("settings/rates/", settings.rates, name="rates"),
    path("settings/rates/<str:rate_id>/remove", settings.remove_rate, name="remove_rate"),
    path("settings/people/", people.people, name="people"),
    path("settings/people/new", people.new, name="new_person"),
    path("settings/people/<str:person_id>/", people.person, name="person"),
    path("settings/people/<str:person_id>/password", people.new_password, name="new_password"),
    path("settings/people/<str:person_id>/second-factors", people.remove_second_factors, name="remove_second_factors"),
    path("settings/demo/", first_steps.demo_company, name="demo"),
    path("settings/demo/load", first_steps.load_demo, name="load_demo"),
    path("settings/demo/remove", first_steps.remove_demo, name="remove_demo"),
]
