"""Addresses of the library, at the root of the public site."""

from django.urls import path, re_path

from closecall.public.library import feeds, maps, views

ID = "(?P<public_id>[0-9A-Za-z]{6,12})"

app_name = "library"
urlpatterns = [
    path("", views.home, name="home"),
    path("reports/", views.search, name="reports"),
    path("reports/.csv", feeds.search_csv, name="reports-csv"),
    path("reports/.json", feeds.search_json, name="reports-json"),
    path("reports/.atom", feeds.search_atom, name="reports-atom"),
    path("reports.csv", feeds.search_csv),
    path("reports.json", feeds.search_json),
    path("reports.atom", feeds.search_atom),
    re_path(rf"^reports/{ID}/$", views.report, name="report"),
    re_path(rf"^reports/{ID}\.json$", feeds.report_json, name="report-json"),
    re_path(rf"^reports/{ID}/could-identify/$", views.could_identify, name="could-identify"),
    path("topics/", views.topics, name="topics"),
    path("topics/<slug:key>/", views.topic, name="topic"),
    path("feeds/reports.atom", feeds.latest_atom, name="feed-atom"),
    path("feeds/reports.json", feeds.latest_json, name="feed-json"),
    path("sitemap.xml", maps.sitemap, name="sitemap"),
    path("sitemaps/pages.xml", maps.sitemap_pages, name="sitemap-pages"),
    re_path(
        r"^sitemaps/reports-(?P<number>[1-9][0-9]{0,3})\.xml$", maps.sitemap_reports, name="sitemap-reports"
    ),
    path("robots.txt", maps.robots, name="robots"),
    path("opensearch.xml", maps.opensearch, name="opensearch"),
    path("healthz", views.healthz, name="healthz"),
]
