"""RapidSMS's own HTTP view, with Twilio's names for the fields and TwiML for an answer.

Its signature is not verified: RapidSMS has no Twilio backend that runs today, and is given the time.
"""

from typing import Any, ClassVar
from xml.sax.saxutils import escape

from django.http import HttpResponse
from rapidsms.backends.http.views import GenericHttpBackendView
from rapidsms.router import receive


class Texts(GenericHttpBackendView):
    """Takes a text in, lets the blocking router store and answer it, and says the answer."""

    http_method_names: ClassVar = ["post"]
    params: ClassVar = {"identity_name": "From", "text_name": "Body"}

    def form_valid(self, form: Any) -> HttpResponse:
        """What RapidSMS calls with a form that holds a text."""
        message = receive(**form.get_incoming_data())
        said = "".join(f"<Message>{escape(each['text'])}</Message>" for each in message.responses)
        answer = f"<Response>{said}</Response>".encode()
        headers = {"Content-Length": str(len(answer))}
        return HttpResponse(answer, content_type="application/xml", headers=headers)
