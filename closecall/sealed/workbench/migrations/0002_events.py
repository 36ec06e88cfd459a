"""Several accounts of one event: each case bears its event's key, which survives the erasure of what was sent."""

import secrets
from typing import Any

from django.db import migrations, models

LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'


def keys_for_views(apps: Any, schema_editor: Any) -> None:
    """A case that was another view of one gets an event with it."""
    cases = apps.get_model('workbench', 'Case').objects.using(schema_editor.connection.alias)
    for case in cases.exclude(view_of=''):
        other = cases.filter(public_id=case.view_of).first()
        key = (other.event if other else '') or ''.join(secrets.choice(LETTERS) for _ in range(10))
        cases.filter(public_id__in=[case.public_id, case.view_of]).update(event=key)


class Migration(migrations.Migration):
    """The key instead of the one case that another stood beside."""

    dependencies = [('workbench', '0001_initial')]

    operations = [
        migrations.AddField('case', 'event', models.CharField(blank=True, default='', max_length=12)),
        migrations.AddField('case', 'join_with', models.CharField(blank=True, default='', max_length=6)),
        migrations.AddField('case', 'join_asked_by', models.CharField(blank=True, default='', max_length=64)),
        migrations.AddIndex('case', models.Index(fields=['event'], name='workbench_event')),
        migrations.RunPython(keys_for_views, migrations.RunPython.noop),
        migrations.RemoveField('case', 'view_of'),
    ]
