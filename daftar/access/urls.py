from django.urls import path

from daftar.access.sign_in import sign_in, sign_out
from daftar.access.views import (
    company_sign_in,
    confirm,
    invitation,
    invitations,
    me,
    new_password,
    outgoing_mail,
    passkey_sign_in,
    second_step,
    security,
)

app_name = "access"
urlpatterns = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-in/second/", second_step.second_step, name="second_step"),
    path("sign-in/passkey/question", passkey_sign_in.question, name="passkey_question"),
    path("sign-in/passkey/", passkey_sign_in.answer, name="passkey"),
    path("sign-in/company/", company_sign_in.go, name="company"),
    path("sign-in/company/back/", company_sign_in.back, name="company_back"),
    path("sign-out/", sign_out, name="sign_out"),
    path("confirm/", confirm.confirm, name="confirm"),
    path("forgotten/", new_password.forgotten, name="forgotten"),
    path("new-password/<str:token>/", new_password.new_password, name="new_password"),
    path("invitation/<str:token>/", invitation.invitation, name="invitation"),
    path("me/", me.me, name="me"),
    path("me/password", me.change_password, name="change_password"),
    path("me/security/", security.security, name="security"),
    path("me/security/app", security.app, name="security_app"),
    path("me/security/app/remove", security.remove_app, name="remove_app"),
    path("me/security/passkeys/new", security.new_passkey, name="new_passkey"),
    path("me/security/passkeys/question", security.passkey_question, name="new_passkey_question"),
    path("me/security/passkeys/<str:passkey_id>/rename", security.rename_passkey, name="rename_passkey"),
    path("me/security/passkeys/<str:passkey_id>/remove", security.remove_passkey, name="remove_passkey"),
    path("me/security/codes", security.codes, name="security_codes"),
    path("me/security/sessions/end-others", security.end_other_sessions, name="end_other_sessions"),
    path("me/security/sessions/<str:session_id>/end", security.end_session, name="end_session"),
    path("settings/invitations/", invitations.invitations, name="invitations"),
    path("settings/invitations/new", invitations.new, name="invite"),
    path("settings/invitations/<str:invitation_id>/again", invitations.send_again, name="send_again"),
    path("settings/invitations/<str:invitation_id>/withdraw", invitations.withdraw, name="withdraw"),
    path("settings/mail/", outgoing_mail.outgoing_mail, name="outgoing_mail"),
    path("settings/mail/<str:mail_id>/again", outgoing_mail.try_again, name="mail_again"),
    # Before the same address of `ui`, which knows no people.
    path("ui/tastes", me.keep_tastes),
]
