"""The one address that is measured."""

from answering.views import Texts
from django.urls import path

urlpatterns = [path("webhooks/twilio/sms", Texts.as_view(backend_name="twilio"))]
