from django.urls import path

from daftar.onboarding.views import departments, first_steps, leaving, people, profile, settings, welcome

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
    path("settings/people/<str:person_id>/leave", leaving.leave, name="leave"),
    path("settings/people/<str:person_id>/leave/progress", leaving.progress, name="leave_progress"),
    path("people/<str:person_id>/profile", profile.profile, name="profile"),
    path("people/<str:person_id>/photo", profile.photo, name="profile_photo"),
    path("people/<str:person_id>/away", profile.away, name="away"),
    path("settings/departments/", departments.tree, name="departments"),
    path("settings/departments/new", departments.new, name="new_department"),
    path("settings/departments/<str:department_id>/", departments.department, name="department"),
    path("settings/departments/<str:department_id>/remove", departments.remove, name="remove_department"),
    path("settings/offices/new", departments.new_office, name="new_office"),
    path("settings/offices/<str:office_id>/", departments.office, name="office"),
    path("settings/offices/<str:office_id>/remove", departments.remove_office, name="remove_office"),
    path("settings/demo/", first_steps.demo_company, name="demo"),
    path("settings/demo/load", first_steps.load_demo, name="load_demo"),
    path("settings/demo/remove", first_steps.remove_demo, name="remove_demo"),
]
