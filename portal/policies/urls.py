"""Routes below ``/policies/``."""

from django.urls import path

from portal.core.rate_limit import rate_limited
from portal.policies.feeds import PolicyFeed
from portal.policies.views import comparison, explanations, library, text, topics

app_name = "policies"

urlpatterns = [
    path("", library.library, name="library"),
    path("feed/", rate_limited("policy-feed", "RATE_LIMIT_FEED")(PolicyFeed()), name="feed"),
    path("topics/", topics.topics, name="topics"),
    path("topics/landuse/<str:code>/", topics.landuse_topic, name="landuse_topic"),
    path("topics/notice/<str:kind>/", topics.notice_topic, name="notice_topic"),
    path("interpretations/", explanations.interpretations, name="interpretations"),
    path("interpretations/<int:pk>/", explanations.interpretation, name="interpretation"),
    path("questions/", explanations.questions, name="questions"),
    path("questions/<int:pk>/", explanations.question, name="question"),
    path("<slug:slug>/", text.regulation_page, name="regulation"),
    path("<slug:slug>/compare/", comparison.choose, name="compare"),
    path("<slug:slug>/compare/<slug:old>/<slug:new>/", comparison.comparison, name="comparison"),
    path("<slug:slug>/<slug:edition>/", text.edition_page, name="edition"),
    path("<slug:slug>/<slug:edition>/articles/<slug:anchor>/", text.article_page, name="article"),
]
