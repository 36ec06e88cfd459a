"""Several accounts of one event."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A table of its own: what two people signed stays as it is."""

    dependencies = [('library', '0001_initial')]

    operations = [
        migrations.CreateModel(
            name='SameEvent',
            fields=[
                ('public_id', models.CharField(max_length=12, primary_key=True, serialize=False)),
                ('event', models.CharField(max_length=12)),
                ('signature', models.CharField(max_length=128)),
            ],
            options={
                'indexes': [models.Index(fields=['event'], name='library_event')],
            },
        ),
    ]
