"""RapidSMS's own HTTP view, with Twilio's names for the fields, its signature, and TwiML for an answer.

RapidSMS has no Twilio backend that runs today; this is the least that one could be.
"""

import os
from typing import Any, ClassVar
from xml.sax.saxutils import escape

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from rapidsms.backends.http.views import GenericHttpBackendView
from rapidsms.router import receive
from twilio.request_validator import RequestValidator

_validator = RequestValidator(os.environ["BENCH_TOKEN"])


class Texts(GenericHttpBackendView):
    """Takes a text in, lets the blocking router store and answer it, and says the answer."""

    http_method_names: ClassVar = ["post"]
    params: ClassVar = {"identity_name": "From", "text_name": "Body"}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only what Twilio has signed for our public address."""
        signature = request.headers.get("X-Twilio-Signature", "")
        url = os.environ["BENCH_PUBLIC_URL"] + request.path
        if not _validator.validate(url, request.POST.dict(), signature):
            return HttpResponseForbidden("not signed")
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """What RapidSMS calls with a form that holds a text."""
        message = receive(**form.get_incoming_data())
        said = "".join(f"<Message>{escape(each['text'])}</Message>" for each in message.responses)
        answer = f"<Response>{said}</Response>".encode()
        headers = {"Content-Length": str(len(answer))}
        return HttpResponse(answer, content_type="application/xml", headers=headers)
