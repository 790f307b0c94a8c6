"""Addresses of the review layer; included at the root."""

from django.urls import path

from reviews.views import cards, lines, question_correction, questions, queue, team

app_name = "reviews"
urlpatterns = [
    path("review/", queue.queue, name="queue"),
    path("review/approve/", queue.approve_many, name="approve_many"),
    path("review/<str:cycle>/<str:number>/", queue.review_card, name="review_card"),
    path("team/", team.team, name="team"),
    path("questions/", questions.questions, name="questions"),
    path("questions/mine/", questions.my_questions, name="my_questions"),
    path("questions/<int:pk>/", questions.question, name="question"),
    path("questions/<int:pk>/correction/", question_correction.question_correct, name="question_correct"),
    path("questions/<int:pk>/do/<slug:action>/", questions.question_act, name="question_act"),
    path("scorecards/<str:cycle>/<str:number>/", cards.card, name="card"),
    path("scorecards/<str:cycle>/<str:number>/do/<slug:action>/", cards.act, name="act"),
    path("scorecards/<str:cycle>/<str:number>/<slug:leaf>/", lines.leaf, name="leaf"),
    path("scorecards/<str:cycle>/<str:number>/<slug:leaf>/rows/", lines.rows, name="rows"),
    path("scorecards/<str:cycle>/<str:number>/<slug:leaf>/question/", questions.ask, name="ask"),
    path("scorecards/<str:cycle>/<str:number>/<slug:leaf>/figure/", lines.figure, name="figure"),
    path("scorecards/<str:cycle>/<str:number>/<slug:leaf>/entries/", lines.entry_new, name="entry_new"),
    path(
        "scorecards/<str:cycle>/<str:number>/<slug:leaf>/entries/<int:entry>/",
        lines.entry_decide,
        name="entry_decide",
    ),
]
