"""Addresses under ``/data/``."""

from django.urls import path

from metrics import views, views_collection, views_doubts, views_large, views_upload

app_name = "metrics"

urlpatterns = [
    path("", views.health, name="health"),
    path("accounts/<int:pk>/", views.account, name="account"),
    path("upload/", views_upload.upload, name="upload"),
    path("upload/confirm/", views_upload.upload_confirm, name="upload_confirm"),
    path("upload/result/", views_upload.upload_result, name="upload_result"),
    path("upload/choices/<int:pk>/forget/", views_upload.upload_forget, name="upload_forget"),
    path("collection/", views_collection.collection, name="collection"),
    path("collection/owed/", views_collection.collection_owed, name="collection_owed"),
    path("collection/late/", views_collection.collection_late, name="collection_late"),
    path("collection/remind/", views_collection.collection_remind, name="collection_remind"),
    path("collection/due/", views_collection.collection_due, name="collection_due"),
    path("collection/<int:pk>/", views_collection.collection_account, name="collection_account"),
    path("collection/<int:pk>/not-needed/", views_collection.collection_waive, name="collection_waive"),
    path("collection/<int:pk>/needed/", views_collection.collection_unwaive, name="collection_unwaive"),
    path("upload/large/<int:pk>/", views_large.large_run, name="large_run"),
    path("upload/large/<int:pk>/store/", views_large.large_store, name="large_store"),
    path("deliveries/", views.deliveries, name="deliveries"),
    path("deliveries/<int:pk>/", views.delivery, name="delivery"),
    path("deliveries/<int:pk>/confirm/", views.delivery_confirm, name="delivery_confirm"),
    path("deliveries/<int:pk>/errors.csv", views.delivery_errors, name="delivery_errors"),
    path("doubts/", views_doubts.doubts, name="doubts"),
    path("doubts/identical/", views_doubts.identical_works, name="identical_works"),
    path("findings/<int:pk>/answer/", views_doubts.finding_answer, name="finding_answer"),
    path("findings/<int:pk>/undo/", views_doubts.finding_undo, name="finding_undo"),
]
