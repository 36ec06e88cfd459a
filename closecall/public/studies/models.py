"""Published studies: frozen contents, one row a version; a correction makes a new version."""

from django.db import models


class StudyVersion(models.Model):
    """One version of one study. `content` is canonical JSON without anybody's words; `content_hash` its SHA-256."""

    slug = models.SlugField(max_length=60)
    version = models.PositiveIntegerField()
    content = models.TextField()
    content_hash = models.CharField(max_length=64)
    published_on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("slug", "version"), name="studies_version_once"),)
